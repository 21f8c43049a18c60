import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeAll } from './support/widget-page.ts';
import { World } from './support/world.ts';

const world = await World.start();
after(() => world.stop());

/** In the page: every tile shows its video. */
const showsNoAvatar = (): boolean =>
  window.record
    .deep('tui-call-tile')
    .every(({ shadowRoot }) => !shadowRoot?.querySelector('tui-call-avatar'));

test('a whole call between Chromium and Firefox, which has no Trusted Types (H96)', async () => {
  const alice = await world.widget('chrome-a', { browser: await world.chromium() });
  const bob = await world.widget('fox-b', { browser: await world.firefox() });
  await alice.call('calls', ['fox-b'], 'video');
  await bob.phase('incoming');
  assert.deepEqual(await bob.captures(), []);
  await bob.call('accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await Promise.all([alice, bob].map(({ page }) => page.waitForFunction(showsNoAvatar)));
  await Promise.all([alice.hears(), bob.hears()]);
  await bob.call('closeMicrophone');
  await alice.until('bob muted', (s) => s.members.some((m) => m.userId === 'fox-b' && !m.audioOn));
  await bob.call('hangup');
  await Promise.all([alice.event('call-end'), bob.event('call-end')]);
  assert.deepEqual(await alice.eventLines(), [
    'call-begin video caller',
    'user-join fox-b',
    'user-leave fox-b',
    'call-end video caller hangup',
  ]);
  assert.deepEqual(await bob.eventLines(), [
    'call-received chrome-a fox-b video',
    'call-begin video callee',
    'call-end video callee hangup',
  ]);
  await closeAll(alice, bob);
});
