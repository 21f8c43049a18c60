import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from './support/eventually.ts';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
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

test('one of two tabs plays the ring, both show the call, and accepting in one stops both (F42)', async () => {
  const [alice, first] = await world.pair('tabs-a', 'tabs-b');
  const second = await world.widget('tabs-b', { beside: first });
  // The browser blocks sound until the user has interacted with the page.
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
  assert.deepEqual(await first.eventLines(), [
    'call-received tabs-a tabs-b audio',
    'call-cancelled tabs-b other-device-accepted',
    'call-not-connected other-device-accepted',
  ]);
  assert.ok((await first.state()).elsewhere);
  await closeAll(alice, first, second);
});

test('an active call moves to another device, and the other member sees no leave', async () => {
  const [alice, phone] = await world.talking('move-a', 'move-b');
  const laptop = await world.widget('move-b');
  await laptop.until('the call on the phone', ({ elsewhere }) => elsewhere !== null);
  assert.deepEqual(await laptop.captures(), []);
  await laptop.call('moveHere');
  await laptop.phase('connected');
  await Promise.all([laptop.moving(2), alice.moving(2)]);
  const ended = await phone.event('call-end');
  assert.equal(ended.detail['reason'], 'moved');
  assert.deepEqual(await phone.open(), { tracks: 0, peers: 0, sockets: 1 });
  assert.deepEqual(await alice.eventLines(), ['call-begin video caller', 'user-join move-b']);
  await alice.click('Hang up');
  await laptop.event('call-end');
  await closeAll(alice, phone, laptop);
});

test('with one session per user a newer tab signs the older one out permanently (F43)', async () => {
  const older = await single.widget('one-a');
  const newer = await single.widget('one-a', { beside: older });
  await older.event('kicked-offline');
  const bob = await single.widget('one-b');
  await bob.call('calls', ['one-a'], 'audio');
  await newer.phase('incoming');
  assert.deepEqual(await older.eventLines(), []);
  // The ring came after any attempt of the older one.
  assert.equal((await older.open()).sockets, 0);
  const named = (await newer.events()).map(({ name }) => name);
  assert.ok(!named.includes('kicked-offline'), named.join());
  await closeAll(older, newer, bob);
});

test('a tab that is signed out of its call releases camera and microphone, and the other member sees the end (F44)', async () => {
  const [alice, older] = await single.talking('out-a', 'out-b');
  const newer = await single.widget('out-b');
  await older.event('kicked-offline');
  await alice.event('call-end');
  assert.deepEqual(await alice.eventLines(), [
    'call-begin video caller',
    'user-join out-b',
    'user-leave out-b',
    'call-end video caller hangup',
  ]);
  await eventually(
    async () => isDeepStrictEqual(await older.open(), { tracks: 0, peers: 0, sockets: 0 }),
    async () => `left open: ${JSON.stringify(await older.open())}`,
  );
  assert.equal((await newer.state()).elsewhere, null);
  await alice.phase('idle');
  await alice.call('calls', ['out-b'], 'audio');
  await newer.phase('incoming');
  await closeAll(alice, older, newer);
});

async function ringing(...tabs: WidgetPage[]): Promise<number> {
  const all = await Promise.all(tabs.map((tab) => tab.rings()));
  return all.filter(Boolean).length;
}
