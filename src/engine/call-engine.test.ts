import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../test/fakes/fake-clock.ts';
import { signedIn } from '../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, ServerCall } from '../../test/fakes/views.ts';

const MEDIA = { url: 'wss://media.test', token: 'token-1' };

test('a caller calls, is answered, talks and hangs up', async () => {
  const alice = await signedIn(ALICE);
  const calling = alice.engine.calls('bob', 'audio');
  await settle();
  assert.equal(alice.state.phase, 'outgoing');
  assert.equal(alice.state.members[1]?.name, 'bob');
  assert.deepEqual(alice.media.asked, ['prepare wss://media.test']);

  let call = ServerCall.from(ALICE, [BOB]);
  alice.socket.answer('call', { ok: true, call: call.seenBy(ALICE) });
  assert.deepEqual(await calling, { callId: CALL });
  alice.socket.answer('media-access', { ok: true, media: MEDIA });
  await settle();
  assert.deepEqual(alice.media.asked.slice(1), [
    'microphone on',
    'join wss://media.test token-1 audio',
  ]);
  assert.deepEqual(alice.takeCallbacks(), []);

  call = call.at(3000).joins(BOB);
  await alice.clock.pass(3000);
  await alice.push(call.seenBy(ALICE));
  assert.equal(alice.state.phase, 'connected');
  assert.equal(alice.state.startedAt, 4000);
  assert.deepEqual(alice.takeCallbacks(), [
    'onCallBegin(room-1, audio, caller)',
    'onUserJoin(bob)',
  ]);

  await alice.clock.pass(5000);
  await alice.engine.hangup();
  assert.equal(alice.state.phase, 'ended');
  assert.deepEqual(alice.takeCallbacks(), ['onCallEnd(room-1, audio, caller, 5000)']);
  await settle();
  assert.ok(alice.socket.waiting('hangup'));
  alice.socket.answer('hangup', {
    ok: true,
    call: call.at(8000).ends('hangup', ALICE).seenBy(ALICE),
  });
  await alice.clock.pass(4000);
  assert.equal(alice.state.phase, 'idle');
  assert.deepEqual(alice.takeCallbacks(), []);
});

test('a video call begun with video: false keeps the camera off until the user opens it', async () => {
  const alice = await signedIn(ALICE);
  const calling = alice.engine.calls('bob', 'video', { video: false });
  await settle();
  assert.equal(alice.state.camera.wanted, false);
  alice.socket.answer('call', {
    ok: true,
    call: ServerCall.from(ALICE, [BOB], { mediaType: 'video' }).seenBy(ALICE),
  });
  await calling;
  alice.socket.answer('media-access', { ok: true, media: MEDIA });
  await settle();
  assert.equal(alice.media.asked.includes('microphone on'), true);
  assert.equal(alice.media.asked.includes('camera on'), false);
  await alice.engine.openCamera();
  assert.equal(alice.media.asked.includes('camera on'), true);
});

test('muteRemoteAudio turns the sound of the others off and on', async () => {
  const alice = await signedIn(ALICE);
  await alice.engine.muteRemoteAudio(true);
  await alice.engine.muteRemoteAudio(false);
  assert.deepEqual(alice.media.asked.slice(-2), ['remote audio off', 'remote audio on']);
  await alice.engine.destroy();
  await assert.rejects(alice.engine.muteRemoteAudio(true), { name: 'not-initialized' });
});

test('an unanswered call is shown for long enough to call again', async () => {
  const alice = await signedIn(ALICE);
  void alice.engine.calls('bob', 'audio');
  await settle();
  const call = ServerCall.from(ALICE, [BOB]);
  alice.socket.answer('call', { ok: true, call: call.seenBy(ALICE) });
  await settle();
  await alice.push(call.at(100).becomes(BOB, 'rejected').ends('rejected', BOB).seenBy(ALICE));
  await alice.clock.pass(9000);
  assert.equal(alice.state.phase, 'ended');
  await alice.clock.pass(1500);
  assert.equal(alice.state.phase, 'idle');
});

test('a missed call is shown for long enough to call back, a declined one is not', async () => {
  for (const [status, reason, longer] of [
    ['no-response', 'no-response', true],
    ['rejected', 'rejected', false],
  ] as const) {
    const bob = await signedIn(BOB);
    const call = ServerCall.from(ALICE, [BOB]);
    await bob.push(call.seenBy(BOB));
    await bob.push(call.at(100).becomes(BOB, status).ends(reason, null).seenBy(BOB));
    await bob.clock.pass(5000);
    assert.equal(bob.state.phase, longer ? 'ended' : 'idle');
    await bob.clock.pass(5500);
    assert.equal(bob.state.phase, 'idle');
  }
});

test('a callee rings, accepts, and leaves when the caller hangs up', async () => {
  const bob = await signedIn(BOB);
  let call = ServerCall.from(ALICE, [BOB], { mediaType: 'video' });
  await bob.push(call.seenBy(BOB));
  assert.equal(bob.state.phase, 'incoming');
  assert.deepEqual(bob.takeCallbacks(), ['onCallReceived(alice, ["bob"], , video)']);
  assert.ok(bob.socket.waiting('alerted'));
  assert.deepEqual(bob.media.asked, ['prepare wss://media.test']);

  const accepting = bob.engine.accept();
  await settle();
  assert.equal(bob.state.phase, 'connecting');
  assert.deepEqual(bob.media.asked.slice(1), []);
  call = call.at(2000).joins(BOB);
  bob.socket.answer('accept', { ok: true, call: call.seenBy(BOB), media: MEDIA });
  await accepting;
  await settle();
  assert.deepEqual(bob.media.asked.slice(1), [
    'microphone on',
    'camera on',
    'join wss://media.test token-1 video',
  ]);
  assert.equal(bob.state.phase, 'connected');
  assert.deepEqual(bob.takeCallbacks(), ['onCallBegin(room-1, video, callee)']);

  await bob.push(call.at(9000).ends('hangup', ALICE).seenBy(BOB));
  assert.deepEqual(bob.takeCallbacks(), [
    'onUserLeave(alice)',
    'onCallEnd(room-1, video, callee, 7000)',
  ]);
  assert.equal(bob.media.asked.at(-1), 'leave');
});
