import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Several tabs and devices of one user. */

let world: World;
let single: World;
before(async () => {
  [world, single] = await Promise.all([
    World.start(),
    World.start({ TUI_CALL_SESSIONS: 'single' }),
  ]);
});
after(() => Promise.all([world, single].map((one) => one.stop())));

test('of two tabs of one browser one rings, both show the call, and accepting in one silences both', async () => {
  const alice = await world.widget('tabs-a');
  const first = await world.widget('tabs-b');
  const second = await world.widget('tabs-b', { beside: first });
  // The browser keeps sound back until somebody has touched the page.
  for (const tab of [first, second]) {
    await tab.page.bringToFront();
    await tab.page.mouse.click(5, 5);
  }
  await alice.call('calls', ['tabs-b'], 'audio');
  await Promise.all([first.phase('incoming'), second.phase('incoming')]);
  await eventually(
    async () => (await ringing(first, second)) === 1,
    async () => `${await ringing(first, second)} tabs ring`,
  );
  await second.call('accept');
  await Promise.all([alice.phase('connected'), second.phase('connected')]);
  await first.event('call-cancelled');
  await eventually(
    async () => (await first.rings()) === false,
    () => 'the other tab rings on',
  );
  assert.deepEqual(await first.story(), [
    'call-received tabs-a tabs-b audio',
    'call-cancelled tabs-b other-device-accepted',
  ]);
  assert.ok((await first.state()).elsewhere);
  await end(alice, first, second);
});

test('a running call moves to another device; the other side sees nobody leave', async () => {
  const [alice, phone] = await talking('move-a', 'move-b');
  const laptop = await world.widget('move-b');
  await laptop.until('the call on the phone', ({ elsewhere }) => elsewhere !== null);
  assert.deepEqual(await laptop.captures(), []);
  await laptop.call('moveHere');
  await laptop.phase('connected');
  await Promise.all([laptop.moving(2), alice.moving(2)]);
  const ended = await phone.event('call-end');
  assert.equal(ended.detail['reason'], 'moved');
  assert.deepEqual(await phone.open(), { tracks: 0, peers: 0, sockets: 1 });
  assert.deepEqual(await alice.story(), ['call-begin video caller', 'user-join move-b']);
  await alice.click('Hang up');
  await laptop.event('call-end');
  await end(alice, phone, laptop);
});

test('with one session for each user, a newer one puts the older one out', async () => {
  const older = await single.widget('one-a');
  const newer = await single.widget('one-a');
  await older.event('kicked-offline');
  const bob = await single.widget('one-b');
  await bob.call('calls', ['one-a'], 'audio');
  await newer.phase('incoming');
  assert.deepEqual(await older.story(), []);
  await end(older, newer, bob);
});

async function talking(a: string, b: string): Promise<[WidgetPage, WidgetPage]> {
  const [alice, bob] = await Promise.all([world.widget(a), world.widget(b)]);
  await alice.call('calls', [b], 'video');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await Promise.all([alice.moving(2), bob.moving(2)]);
  return [alice, bob];
}

async function ringing(...tabs: WidgetPage[]): Promise<number> {
  const all = await Promise.all(tabs.map((tab) => tab.rings()));
  return all.filter(Boolean).length;
}

async function end(...pages: WidgetPage[]): Promise<void> {
  for (const page of pages) await page.clean();
  for (const page of pages) await page.close();
}
