import { after, before, test } from 'node:test';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

// A user leaves a page by a link, and the browser keeps the page in its back/forward cache.

let world: World;
before(async () => {
  world = await World.start();
});
after(() => world.stop());

test('a caller who leaves the page by a link ends the ring, and can be rung after going back', async () => {
  const alice = await world.widget('cached-a');
  const bob = await world.widget('cached-b');
  await alice.call('calls', ['cached-b'], 'video', { timeout: 600 });
  await bob.phase('incoming');
  await leave(alice);
  await bob.event('call-cancelled');
  await goBack(alice);
  await alice.until('signed in again', isFree);
  await bob.call('calls', ['cached-a'], 'audio');
  await alice.phase('incoming');
  await alice.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await alice.close();
  await bob.close();
});

test('a member who leaves the page by a link leaves the call, and can be rung after going back', async () => {
  const alice = await world.widget('talked-a');
  const bob = await world.widget('talked-b');
  await alice.call('calls', ['talked-b'], 'video');
  await bob.phase('incoming');
  await bob.click('Accept');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await leave(bob);
  await alice.event('call-end');
  await goBack(bob);
  await bob.signedIn();
  await bob.until('signed in again', isFree);
  await alice.call('calls', ['talked-b'], 'audio');
  await bob.phase('incoming');
  await alice.close();
  await bob.close();
});

function isFree({ phase, connection }: Awaited<ReturnType<WidgetPage['state']>>): boolean {
  return connection === 'connected' && (phase === 'idle' || phase === 'ended');
}

async function leave({ page }: WidgetPage): Promise<void> {
  await page.goto(`${world.pagesUrl}/widget.html?elsewhere#later`);
}

async function goBack({ page }: WidgetPage): Promise<void> {
  await page.goBack();
}
