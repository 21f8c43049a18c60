import { after, test } from 'node:test';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

// A user leaves a page by a link, and the browser keeps the page in its back/forward cache.

const world = await World.start();
after(() => world.stop());

test('a caller who leaves the page by a link ends the ring, and can be rung after going back', async () => {
  const [alice, bob] = await world.pair('cached-a', 'cached-b');
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
  await closeAll(alice, bob);
});

test('a member who leaves the page by a link leaves the call, and can be rung after going back', async () => {
  const [alice, bob] = await world.talking('talked-a', 'talked-b');
  await leave(bob);
  await alice.event('call-end');
  await goBack(bob);
  await bob.signedIn();
  await bob.until('signed in again', isFree);
  await alice.call('calls', ['talked-b'], 'audio');
  await bob.phase('incoming');
  await closeAll(alice, bob);
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
