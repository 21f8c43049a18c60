import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, ServerCall } from '../../../test/fakes/views.ts';
import { CallError } from '../api/call-error.ts';

/** Loss and recovery of signalling and media, on the whole engine with fakes. */

const MEDIA = { url: 'wss://media.test', token: 'token-1' };
const ring = ServerCall.from(ALICE, [BOB]);
const talk = ring.at(2000).joins(BOB);

async function aliceCalling(): Promise<Bench> {
  const alice = await signedIn(ALICE);
  const calling = alice.engine.calls('bob', 'audio');
  await settle();
  alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
  await calling;
  alice.socket.answer('media-access', { ok: true, media: MEDIA });
  await settle();
  return alice;
}

async function aliceTalking(): Promise<Bench> {
  const alice = await aliceCalling();
  await alice.clock.pass(2000);
  await alice.push(talk.seenBy(ALICE));
  assert.equal(alice.state.phase, 'connected');
  alice.takeCallbacks();
  return alice;
}

async function bobRinging(): Promise<Bench> {
  const bob = await signedIn(BOB);
  await bob.push(ring.seenBy(BOB));
  bob.takeCallbacks();
  return bob;
}

test('a caller whose connection is lost continues to call with the same deadline (F50)', async () => {
  const alice = await aliceCalling();
  const deadline = alice.state.ringDeadline;
  alice.socket.drop();
  await alice.clock.pass(5000);
  assert.equal(alice.state.phase, 'outgoing');
  assert.equal(alice.state.connection, 'reconnecting');
  await alice.connect({ calls: [ring.at(5000).seenBy(ALICE)] });
  assert.equal(alice.state.phase, 'outgoing');
  assert.equal(alice.state.ringDeadline, deadline);
  assert.deepEqual(alice.takeCallbacks(), []);
});

test('a callee whose connection is lost after the server processed the accept enters the call (F52)', async () => {
  const bob = await bobRinging();
  const accepting = bob.engine.accept();
  await settle();
  bob.socket.drop();
  await bob.clock.pass(3000);
  await bob.connect({ calls: [talk.seenBy(BOB)] });
  assert.deepEqual(bob.takeCallbacks(), ['onCallBegin(room-1, audio, callee)']);
  const [first, second] = bob.socket.tries('accept');
  assert.equal(second?.id, first?.id);
  bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
  await accepting;
  await settle();
  assert.equal(bob.state.phase, 'connected');
  assert.deepEqual(bob.takeCallbacks(), []);
});

test('a command waits for the sync, so that an old snapshot does not overwrite a new call (F54)', async () => {
  const alice = await signedIn(ALICE);
  alice.socket.drop();
  alice.socket.connect();
  alice.welcome();
  const calling = alice.engine.calls('bob', 'audio');
  await settle();
  assert.equal(alice.state.phase, 'outgoing');
  assert.equal(alice.socket.waiting('call'), null);
  await alice.sync({ calls: [] });
  assert.equal(alice.state.phase, 'outgoing');
  assert.ok(alice.socket.waiting('call'));
  alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
  assert.deepEqual(await calling, { callId: CALL });
});

describe('signalling lost in a call (F55)', () => {
  test('is not shown within the first second', async () => {
    const alice = await aliceTalking();
    alice.socket.drop();
    await alice.clock.pass(900);
    await alice.connect({ calls: [talk.seenBy(ALICE)] });
    assert.ok(alice.states.every(({ phase }) => phase !== 'reconnecting'));
  });

  test('is shown as reconnecting after 1 s, and the call continues', async () => {
    const alice = await aliceTalking();
    alice.socket.drop();
    await alice.clock.pass(60_000);
    assert.equal(alice.state.phase, 'reconnecting');
    assert.equal(alice.media.joined, true);
    await alice.connect({ calls: [talk.at(60_000).seenBy(ALICE)] });
    assert.equal(alice.state.phase, 'connected');
    assert.deepEqual(alice.takeCallbacks(), []);
  });
});

test('each change of the connection state is notified once, and destroy() is the last', async () => {
  const alice = new Bench(ALICE);
  const states: string[] = [];
  alice.engine.addObserver({ onConnectionStateChanged: (connection) => states.push(connection) });
  await alice.signIn();
  alice.socket.drop();
  await alice.clock.pass(5000);
  await alice.connect();
  await alice.engine.destroy();
  assert.deepEqual(states, [
    'connecting',
    'connected',
    'reconnecting',
    'connected',
    'disconnected',
  ]);
});

describe('media lost in a call (F56)', () => {
  test('joins again with a new token until the call ends', async () => {
    const alice = await aliceTalking();
    alice.media.failures.set('join', new CallError('media-failed'));
    alice.media.emit({ type: 'media-lost', reason: 'gone' });
    await settle();
    assert.equal(alice.state.phase, 'reconnecting');
    const joins = () => alice.media.asked.filter((line) => line.startsWith('join')).length;
    for (const pause of [0, 500, 1000, 2000, 2000]) {
      const before = joins();
      await alice.clock.pass(Math.max(0, pause - 1));
      assert.equal(joins(), before);
      await alice.clock.pass(1);
      alice.socket.answer('media-access', { ok: true, media: MEDIA });
      await settle();
      assert.equal(joins(), before + 1);
    }
    alice.media.failures.clear();
    await alice.clock.pass(2000);
    alice.socket.answer('media-access', { ok: true, media: { ...MEDIA, token: 'token-9' } });
    await settle();
    assert.equal(alice.state.phase, 'connected');
    assert.equal(alice.media.asked.at(-1), 'join wss://media.test token-9 audio');
    assert.deepEqual(alice.takeCallbacks(), []);
  });

  test('is shown as reconnecting until the library restores it', async () => {
    const alice = await aliceTalking();
    alice.media.emit({ type: 'media-interrupted' });
    assert.equal(alice.state.phase, 'reconnecting');
    alice.media.emit({ type: 'media-restored' });
    assert.equal(alice.state.phase, 'connected');
  });

  test('causes no further attempt after the end of the call', async () => {
    const alice = await aliceTalking();
    alice.media.emit({ type: 'media-lost', reason: 'gone' });
    await settle();
    await alice.push(talk.at(5000).ends('hangup', BOB).seenBy(ALICE));
    await alice.clock.pass(10_000);
    assert.equal(alice.socket.waiting('media-access')?.type ?? null, 'media-access');
    assert.equal(alice.media.joined, false);
    alice.socket.answer('media-access', { ok: true, media: MEDIA });
    await settle();
    assert.equal(alice.media.asked.filter((line) => line.startsWith('join')).length, 1);
  });

  test('joins a replaced room at once', async () => {
    const alice = await aliceTalking();
    await alice.push(talk.with({ mediaEpoch: 1 }).seenBy(ALICE));
    alice.socket.answer('media-access', { ok: true, media: { ...MEDIA, token: 'token-2' } });
    await settle();
    assert.equal(alice.media.asked.at(-1), 'join wss://media.test token-2 audio');
    assert.equal(alice.state.phase, 'connected');
  });

  test('of a remote member is shown at that member', async () => {
    const alice = await aliceTalking();
    await alice.push(talk.away(BOB).seenBy(ALICE));
    assert.equal(alice.state.members[1]?.reconnecting, true);
    await alice.push(talk.away(BOB).away(BOB, false).seenBy(ALICE));
    assert.equal(alice.state.members[1]?.reconnecting, false);
    alice.media.emit({ type: 'remote-frozen', userId: BOB, frozen: true });
    assert.equal(alice.state.members[1]?.reconnecting, true);
    assert.equal(alice.state.phase, 'connected');
  });
});

test('a member who left during the loss is gone after the sync (F60)', async () => {
  const alice = await aliceTalking();
  alice.socket.drop();
  await alice.clock.pass(4000);
  await alice.connect({ calls: [talk.at(7000).ends('hangup', BOB).seenBy(ALICE)] });
  assert.deepEqual(alice.takeCallbacks(), [
    'onUserLeave(bob)',
    'onCallEnd(room-1, audio, caller, 5000)',
  ]);
});

test('a call that the server no longer knows ends (I5)', async () => {
  const alice = await aliceTalking();
  alice.socket.drop();
  await alice.clock.pass(4000);
  await alice.connect({ calls: [] });
  assert.equal(alice.state.phase, 'ended');
  assert.deepEqual(alice.takeCallbacks(), ['onCallEnd(room-1, audio, caller, 4000)']);
});

test('an expired userSig does not end the call; a new one restores the connection (F61)', async () => {
  const alice = await aliceTalking();
  alice.socket.push({ type: 'user-sig-expired' });
  alice.socket.drop();
  alice.socket.refuse('user-sig-expired');
  assert.deepEqual(alice.takeCallbacks(), ['onUserSigExpired()']);
  assert.equal(alice.state.error?.name, 'user-sig-expired');
  assert.equal(alice.state.phase, 'reconnecting');
  assert.equal(alice.state.connection, 'disconnected');
  await assert.rejects(alice.engine.inviteUser('carol'), { name: 'user-sig-expired' });

  const renewing = alice.engine.renewUserSig('sig-2');
  await settle();
  await alice.connect({ calls: [talk.seenBy(ALICE)] });
  await renewing;
  assert.equal(alice.socket.handshakes.at(-1)?.userSig, 'sig-2');
  assert.equal(alice.state.phase, 'connected');
  assert.equal(alice.state.error, null);
  assert.deepEqual(alice.takeCallbacks(), []);
});

describe('devices', () => {
  test('a denied microphone leaves the member as a listener who can try again (F97)', async () => {
    const alice = await signedIn(ALICE);
    alice.media.failures.set('microphone', new CallError('permission-denied'));
    void alice.engine.calls('bob', 'audio');
    await settle();
    alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
    await settle();
    assert.equal(alice.state.phase, 'outgoing');
    assert.equal(alice.state.microphone.error?.name, 'permission-denied');
    assert.equal(alice.state.error?.name, 'permission-denied');
    assert.ok(alice.takeCallbacks().some((line) => line.startsWith('onError(-1101')));
    await assert.rejects(alice.engine.openMicrophone(), { name: 'permission-denied' });
    alice.media.failures.clear();
    await alice.engine.openMicrophone();
    assert.deepEqual(alice.state.microphone, {
      wanted: true,
      on: true,
      pending: false,
      error: null,
    });
    assert.equal(alice.state.error, null);
  });

  test('a permission granted after the end of the call opens nothing (F98)', async () => {
    const alice = await aliceCalling();
    alice.media.hold();
    void alice.engine.closeMicrophone();
    await alice.engine.hangup();
    alice.media.release();
    await settle();
    assert.deepEqual([...alice.media.open], []);
    const bob = await bobRinging();
    const accepting = bob.engine.accept();
    await settle();
    bob.media.hold();
    bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
    await accepting;
    await bob.engine.hangup();
    assert.equal(bob.state.phase, 'ended');
    bob.media.release();
    await settle();
    assert.equal(bob.media.joined, false);
    assert.deepEqual([...bob.media.open], []);
  });

  test('an unplugged microphone is shown as off, and the call continues (F99)', async () => {
    const alice = await aliceTalking();
    const error = new CallError('microphone-unavailable', 'unplugged');
    alice.media.emit({ type: 'local-track', source: 'microphone', on: false, error });
    assert.equal(alice.state.phase, 'connected');
    assert.equal(alice.state.microphone.on, false);
    assert.equal(alice.state.microphone.error?.name, 'microphone-unavailable');
    assert.deepEqual(alice.takeCallbacks(), ['onError(60003, unplugged)']);
  });
});
