import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeAll } from './support/widget-page.ts';
import { World } from './support/world.ts';

const world = await World.start();
after(() => world.stop());

test('alice rings bob with video, both see and hear each other, and alice hangs up', async () => {
  const [alice, bob] = await world.pair('alice', 'bob');

  await alice.call('calls', ['bob'], 'video');
  await bob.shows('Accept');
  assert.equal((await bob.state()).phase, 'incoming');
  assert.deepEqual(await bob.captures(), []);
  await alice.until('bob rings', (s) => s.members.some((m) => m.userId === 'bob' && m.alerted));
  await bob.click('Accept');

  await alice.phase('connected');
  await bob.phase('connected');
  await Promise.all([alice.moving(2), bob.moving(2), alice.hears(), bob.hears()]);

  await alice.click('Mute');
  await bob.until('alice muted', (s) => s.members.some((m) => m.userId === 'alice' && !m.audioOn));
  await alice.click('Unmute');
  await bob.until('alice heard', (s) => s.members.some((m) => m.userId === 'alice' && m.audioOn));
  await bob.click('Turn camera off');
  await alice.until('bob dark', (s) => s.members.some((m) => m.userId === 'bob' && !m.videoOn));
  await bob.click('Turn camera on');
  await alice.until('bob seen', (s) => s.members.some((m) => m.userId === 'bob' && m.videoOn));
  await alice.moving(2);

  await alice.click('Hang up');
  await alice.event('call-end');
  const end = await bob.event('call-end');
  assert.ok(Number(end.detail['totalTime']) > 0);

  assert.deepEqual(await alice.eventLines(), [
    'call-begin video caller',
    'user-join bob',
    'call-end video caller hangup',
  ]);
  assert.deepEqual(await bob.eventLines(), [
    'call-received alice bob video',
    'call-begin video callee',
    'user-leave alice',
    'call-end video callee hangup',
  ]);
  assert.deepEqual(await alice.open(), { tracks: 0, peers: 0, sockets: 1 });
  assert.deepEqual(await bob.open(), { tracks: 0, peers: 0, sockets: 1 });
  await closeAll(alice, bob);
});
