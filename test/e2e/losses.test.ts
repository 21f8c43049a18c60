import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Losses and their recovery: signalling, media, the call server, LiveKit, the userSig. */

const world = await World.start();
after(() => world.stop());

test('a lost signalling connection stops no video and emits no leave', async () => {
  const [alice, bob] = await world.talking('sig-a', 'sig-b', { server: world.line.url });
  await world.line.cut();
  await alice.phase('reconnecting');
  await alice.moving(2);
  await world.line.mend();
  await alice.phase('connected');
  await alice.moving(2);
  await noEnd(alice, bob);
  await alice.click('Hang up');
  await bob.event('call-end');
  await closeAll(alice, bob);
});

test('a hang-up while signalling is lost reaches the other member when it is back', async () => {
  const [alice, bob] = await world.talking('late-a', 'late-b', { server: world.line.url });
  await world.line.cut();
  await alice.phase('reconnecting');
  await alice.click('Hang up');
  await alice.event('call-end');
  assert.deepEqual(await alice.open().then(({ tracks, peers }) => ({ tracks, peers })), {
    tracks: 0,
    peers: 0,
  });
  await world.line.mend();
  await bob.event('call-end');
  const ends = (await alice.eventLines()).filter((line) => line.startsWith('call-end'));
  assert.equal(ends.length, 1);
  await closeAll(alice, bob);
});

test('a stall of media is shown, and the call continues', async () => {
  const [alice, bob] = await world.talking('still-a', 'still-b');
  process.kill(world.livekit.pid, 'SIGSTOP');
  try {
    await alice.until(
      'frozen or reconnecting',
      (s) => s.phase === 'reconnecting' || s.members.some((m) => m.reconnecting),
    );
  } finally {
    process.kill(world.livekit.pid, 'SIGCONT');
  }
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await noEnd(alice, bob);
  await closeAll(alice, bob);
});

test('a server kill while a call rings: the ring continues and can be answered', async () => {
  const [alice, bob] = await world.pair('kr-a', 'kr-b');
  await alice.call('calls', ['kr-b'], 'audio');
  await bob.phase('incoming');
  await world.server.kill9();
  await world.server.start();
  await bob.until('back online', (s) => s.connection === 'connected');
  assert.equal((await bob.state()).phase, 'incoming');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  assert.deepEqual(await bob.eventLines(), [
    'call-received kr-a kr-b audio',
    'call-begin audio callee',
  ]);
  await closeAll(alice, bob);
});

test('a server kill in a call: video never stops, and hanging up works afterwards', async () => {
  const [alice, bob] = await world.talking('kc-a', 'kc-b');
  await world.server.kill9();
  await alice.phase('reconnecting');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await world.server.start();
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await noEnd(alice, bob);
  await bob.click('Hang up');
  await alice.event('call-end');
  await closeAll(alice, bob);
});

test('LiveKit is killed and restarted: video is back, and the call ends for no member', async () => {
  const [alice, bob] = await world.talking('lk-a', 'lk-b');
  await world.livekit.kill9();
  await Promise.all([alice.phase('reconnecting'), bob.phase('reconnecting')]);
  await world.livekit.restart();
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await noEnd(alice, bob);
  await closeAll(alice, bob);
});

test('a userSig that expires in a call is notified, the call continues, and a new one restores commands', async () => {
  const alice = await world.widget('exp-a', { sig: { expiresIn: 8 } });
  const bob = await world.widget('exp-b');
  await alice.call('calls', ['exp-b'], 'video');
  await bob.click('Accept');
  await alice.phase('connected');
  await alice.event('user-sig-will-expire');
  await alice.event('user-sig-expired');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await noEnd(alice, bob);
  await alice.call('renewUserSig', await world.userSig('exp-a'));
  await alice.call('switchCallMediaType', 'audio');
  await bob.event('call-media-type-changed');
  await alice.click('Hang up');
  await bob.event('call-end');
  await closeAll(alice, bob);
});

async function noEnd(...pages: WidgetPage[]): Promise<void> {
  for (const page of pages) {
    const eventLines = await page.eventLines();
    assert.equal(
      eventLines.some((line) => /^(call-end|call-cancelled|user-leave)/.test(line)),
      false,
      eventLines.join('\n'),
    );
  }
}
