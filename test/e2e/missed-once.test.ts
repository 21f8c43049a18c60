import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** `call-missed` once per device: over reloads of the page, restarts of the server, and other tabs. */

const world = await World.start();
after(() => world.stop());

test('a missed call is notified once, across reloads and restarts', async () => {
  const [alice, bob] = await world.pair('mo-a', 'mo-b');
  await miss(alice, 'mo-b');
  await bob.event('call-missed');
  await reload(bob);
  assert.deepEqual(await missedCalls(bob), []);

  await world.server.kill9();
  await bob.until('without a server', ({ connection }) => connection === 'reconnecting');
  await world.server.start();
  await Promise.all([online(alice), online(bob)]);
  assert.deepEqual(await missedCalls(bob), []);
  await reload(bob);
  assert.deepEqual(await missedCalls(bob), []);

  // The device still emits the next one.
  await miss(alice, 'mo-b');
  await bob.event('call-missed');
  await reload(bob);
  const tab = await world.widget('mo-b', { beside: bob });
  assert.deepEqual([await missedCalls(bob), await missedCalls(tab)], [[], []]);
  await closeAll(alice, bob, tab);
});

test('a call missed during a reload is notified once, after the reload', async () => {
  const [alice, bob] = await world.pair('mr-a', 'mr-b');
  await alice.call('calls', ['mr-b'], 'audio');
  await bob.shows('Accept');
  // Between two pages: the old one is closed, the new one is not signed in yet.
  await bob.page.goto('about:blank');
  await alice.call('hangup');
  await alice.event('call-cancelled');
  await bob.page.goBack();
  await bob.signedIn();
  await bob.event('call-missed');
  assert.deepEqual(await missedCalls(bob), ['call-missed mr-a audio cancelled']);
  await reload(bob);
  assert.deepEqual(await missedCalls(bob), []);
  await closeAll(alice, bob);
});

test('a call that ends while the server is down is one missed call after the restart', async () => {
  const [alice, bob] = await world.pair('ms-a', 'ms-b');
  await alice.call('calls', ['ms-b'], 'audio', { timeout: 2 });
  await bob.shows('Accept');
  await world.server.kill9();
  await bob.event('call-cancelled');
  await world.server.start();
  await bob.event('call-missed');
  await reload(bob);
  assert.deepEqual(await missedCalls(bob), []);
  await closeAll(alice, bob);
});

test('each device of a user is notified once of a missed call', async () => {
  const [alice, phone] = await world.pair('md-a', 'md-b');
  const laptop = await world.widget('md-b');
  await miss(alice, 'md-b');
  for (const device of [phone, laptop]) {
    await device.event('call-missed');
    assert.deepEqual(await missedCalls(device), ['call-missed md-a audio cancelled']);
    await reload(device);
    assert.deepEqual(await missedCalls(device), []);
  }
  const tablet = await world.widget('md-b');
  await tablet.event('call-missed');
  await reload(tablet);
  assert.deepEqual(await missedCalls(tablet), []);
  await closeAll(alice, phone, laptop, tablet);
});

/** Calls, and cancels as soon as it rings. */
async function miss(caller: WidgetPage, callee: string): Promise<void> {
  await caller.call('calls', [callee], 'audio');
  await caller.until('ringing there', ({ members }) => members.some((m) => !m.isSelf && m.alerted));
  await caller.call('hangup');
}

/** Signed in again, and the first reply of the server is applied. */
async function reload(device: WidgetPage): Promise<void> {
  await device.page.reload();
  await device.signedIn();
  await online(device);
}

async function online(device: WidgetPage): Promise<void> {
  await device.until('online', ({ connection }) => connection === 'connected');
}

async function missedCalls(device: WidgetPage): Promise<string[]> {
  return (await device.eventLines()).filter((line) => line.startsWith('call-missed'));
}
