import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type MissedCall } from '../../protocol/index.ts';

/** init(), destroy(), userSig and reload. */

const MEDIA = { url: 'wss://media.test', token: 'token-1' };
const ring = ServerCall.from(ALICE, [BOB]);
const talk = ring.at(2000).joins(BOB);

const missed = (seq: number): MissedCall => ({
  seq,
  callId: CALL,
  callerId: ALICE,
  callerNickname: 'Alice',
  callerAvatar: '',
  mediaType: 'audio',
  groupId: '',
  reason: 'no-response',
  at: 0,
});

async function bobTalking(bob: Bench): Promise<Bench> {
  await bob.push(ring.seenBy(BOB));
  const accepting = bob.engine.accept();
  await settle();
  bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
  await accepting;
  await settle();
  bob.takeCallbacks();
  return bob;
}

describe('init', () => {
  test('resolves after the sync, not before', async () => {
    const bob = new Bench(BOB);
    let ready = false;
    const init = bob.init().then(() => (ready = true));
    await settle();
    assert.equal(bob.state.connection, 'connecting');
    bob.socket.connect();
    assert.equal(bob.socket.handshakes[0]?.userId, BOB);
    bob.welcome();
    await settle();
    assert.equal(ready, false);
    await bob.sync();
    await init;
    assert.equal(bob.state.connection, 'connected');
    assert.deepEqual(
      bob.notifications.map(({ args }) => args[0]),
      ['connecting', 'connected'],
    );
  });

  test('rejects with the error of the server’s refusal', async () => {
    for (const name of ['user-sig-invalid', 'user-sig-expired', 'origin-refused'] as const) {
      const bob = new Bench(BOB);
      const init = bob.init();
      await settle();
      bob.socket.refuse(name);
      await assert.rejects(init, { name });
      assert.equal(bob.state.connection, 'disconnected');
      assert.equal(bob.state.error?.name, name);
    }
  });

  test('rejects after 10 s without a server, and connects later', async () => {
    const bob = new Bench(BOB);
    const init = bob.init();
    const failed = assert.rejects(init, { name: 'signaling-failed' });
    await bob.clock.pass(10_000);
    await failed;
    assert.equal(bob.state.error?.name, 'signaling-failed');
    await bob.connect();
    assert.equal(bob.state.connection, 'connected');
    assert.equal(bob.state.error, null);
  });

  test('rejects invalid arguments before any effect', async () => {
    const bob = new Bench(BOB);
    await assert.rejects(bob.init({ userId: 'no spaces' }), /userId/);
    await assert.rejects(bob.init({ server: 'calls' }), /server/);
    await assert.rejects(bob.init({ userSig: '' }), { name: 'invalid-parameter' });
    await assert.rejects(bob.init({ nickname: 'é'.repeat(251) }), /nickname/);
    assert.equal(bob.socket.opened, 0);
    assert.equal(bob.page.sessions, 0);
  });

  test('has no effect for the same identity, and renews a new userSig', async () => {
    const bob = await signedIn(BOB);
    await bob.init();
    assert.equal(bob.socket.opened, 1);
    const renewing = bob.init({ userSig: 'sig-2' });
    await settle();
    const { userSig } = bob.socket.answer('renew-user-sig', { ok: true, userSigExpiresInMs: 1 });
    assert.equal(userSig, 'sig-2');
    await renewing;
    assert.equal(bob.socket.opened, 1);
  });

  test('signs the first user out for another user', async () => {
    const bob = await signedIn(BOB);
    const init = bob.init({ userId: CAROL });
    await settle();
    assert.equal(bob.socket.opened, 2);
    assert.equal(bob.page.sessions, 1);
    assert.equal(bob.media.listeners, 1);
    bob.socket.connect();
    await bob.sync();
    await init;
    assert.equal(bob.state.userId, CAROL);
  });

  test('does not sign in when destroy() supersedes it', async () => {
    const bob = new Bench(BOB);
    const init = bob.init();
    await bob.engine.destroy();
    await assert.rejects(init, { name: 'not-initialized' });
    assert.equal(bob.page.sessions, 0);
    assert.equal(bob.socket.isOpen, false);
  });

  test('sends a new nickname to the server', async () => {
    const bob = new Bench(BOB);
    const init = bob.init({ nickname: 'Bobby' });
    await settle();
    await bob.connect();
    await init;
    const sent = bob.socket.answer('set-self-info', { ok: true, nickname: 'Bobby', avatar: '' });
    assert.deepEqual(
      { nickname: sent.nickname, avatar: sent.avatar },
      { nickname: 'Bobby', avatar: '' },
    );
    await settle();
    assert.equal(bob.state.nickname, 'Bobby');
  });
});

describe('methods', () => {
  test('reject before init', async () => {
    const { engine } = new Bench(BOB);
    await assert.rejects(engine.calls('alice', 'audio'), { name: 'not-initialized' });
    await assert.rejects(engine.accept(), { name: 'not-initialized' });
    await assert.rejects(engine.getDevices(), { name: 'not-initialized' });
    await engine.dismiss();
  });

  test('reject invalid arguments by name, without a command', async () => {
    const { engine, socket } = await signedIn(BOB);
    const sent = socket.sent.length;
    await assert.rejects(engine.calls([], 'audio'), /userIds/);
    await assert.rejects(engine.calls(['a b'], 'audio'), /userIds/);
    await assert.rejects(engine.calls(['bob'], 'audio'), { name: 'self-call' });
    await assert.rejects(engine.calls(['alice'], 'x' as never), /mediaType/);
    await assert.rejects(engine.calls('alice', 'audio', { timeout: 601 }), /timeout/);
    await assert.rejects(engine.calls('alice', 'audio', { timeout: 1.5 }), /timeout/);
    await assert.rejects(
      engine.calls('alice', 'audio', { userData: '€'.repeat(1366) }),
      /userData/,
    );
    await assert.rejects(engine.calls('alice', 'audio', { groupId: 'g'.repeat(65) }), /groupId/);
    const many = Array.from({ length: 500 }, (_, n) => `user-${n}`);
    await assert.rejects(engine.calls(many, 'audio'), { name: 'call-full' });
    await assert.rejects(engine.join('short'), /callId/);
    await assert.rejects(engine.setVideoEncoderParams({ resolution: '8k' as never }), /resolution/);
    assert.equal(socket.sent.length, sent);
  });

  test('reject in the wrong phase', async () => {
    const bob = await signedIn(BOB);
    await assert.rejects(bob.engine.accept(), { name: 'wrong-state' });
    await assert.rejects(bob.engine.openCamera(), { name: 'wrong-state' });
    await assert.rejects(bob.engine.inviteUser('carol'), { name: 'wrong-state' });
    await bob.engine.hangup();
    await bob.engine.reject();
    await bobTalking(bob);
    await assert.rejects(bob.engine.calls('carol', 'audio'), { name: 'wrong-state' });
    await assert.rejects(bob.engine.join('another-call-0000000'), { name: 'wrong-state' });
    await assert.rejects(bob.engine.openCamera(), { name: 'wrong-state' });
  });

  test('accept twice is one accept (F09)', async () => {
    const bob = await signedIn(BOB);
    await bob.push(ring.seenBy(BOB));
    const both = [bob.engine.accept(), bob.engine.accept()];
    await settle();
    assert.equal(bob.socket.tries('accept').length, 1);
    bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
    await Promise.all(both);
    await bob.engine.accept();
    assert.equal(bob.socket.tries('accept').length, 1);
  });

  test('a repeated call is made once, and the second request is rejected', async () => {
    const alice = await signedIn(ALICE);
    const first = alice.engine.calls('bob', 'audio');
    await assert.rejects(alice.engine.calls('bob', 'audio'), { name: 'repeated-request' });
    await assert.rejects(alice.engine.calls('carol', 'audio'), { name: 'wrong-state' });
    await settle();
    assert.equal(alice.socket.tries('call').length, 1);
    alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
    await first;
    await assert.rejects(alice.engine.calls('bob', 'audio'), { name: 'wrong-state' });
  });

  test('calls() rejects when the user hangs up before the acknowledgement', async () => {
    const bob = await signedIn(BOB);
    const calling = assert.rejects(bob.engine.calls('alice', 'audio'), { name: 'wrong-state' });
    await bob.engine.hangup();
    await calling;
  });

  test('a call command is repeated with the same id until it is acknowledged (F13)', async () => {
    const alice = await signedIn(ALICE);
    const calling = alice.engine.calls('bob', 'audio');
    await settle();
    alice.socket.drop();
    await alice.clock.pass(500);
    await alice.connect();
    const [first, second] = alice.socket.tries('call');
    assert.equal(first?.id, second?.id);
    alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
    assert.deepEqual(await calling, { callId: CALL });
  });
});

const terminal = (bench: Bench): readonly string[] =>
  bench.takeCallbacks().filter((one) => /^on(CallCancelled|CallEnd)/.test(one));

describe('destroy', () => {
  test('releases everything in the middle of a call', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    bob.media.emit({ type: 'media-lost', reason: 'gone' });
    await settle();
    const destroying = bob.engine.destroy();
    await settle();
    bob.socket.answer('hangup', { ok: true, call: talk.at(3000).ends('hangup', BOB).seenBy(BOB) });
    await destroying;
    assert.equal(bob.clock.running, 0);
    assert.equal(bob.socket.isOpen, false);
    assert.equal(bob.media.listeners, 0);
    assert.equal(bob.page.listeners, 0);
    assert.equal(bob.page.sessions, 0);
    assert.deepEqual([...bob.media.open], []);
    assert.deepEqual([...bob.memory.tab.entries], []);
    assert.equal(bob.state.phase, 'idle');
    assert.equal(bob.state.userId, null);
    assert.deepEqual(bob.takeCallbacks(), ['onCallEnd(room-1, audio, callee, 0)']);
  });

  test('does not wait without a limit for an unreachable server', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    const destroying = bob.engine.destroy();
    await bob.clock.pass(2000);
    await destroying;
    assert.equal(bob.page.leaves.length, 1);
    assert.equal(bob.clock.running, 0);
  });

  test('does not end a ring on the other devices (F101)', async () => {
    const bob = await signedIn(BOB);
    await bob.push(ring.seenBy(BOB));
    await bob.engine.destroy();
    assert.deepEqual(bob.socket.tries('reject'), []);
    assert.deepEqual(bob.page.leaves, []);
    assert.equal(bob.clock.running, 0);
  });

  test('ends a ring here with one terminal event, at once', async () => {
    const bob = await signedIn(BOB);
    await bob.push(ring.seenBy(BOB));
    bob.takeCallbacks();
    const destroying = bob.engine.destroy();
    assert.equal(bob.state.phase, 'idle');
    assert.equal(bob.state.userId, null);
    assert.deepEqual(bob.takeCallbacks(), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, signed-out)`,
    ]);
    await destroying;
    assert.deepEqual(bob.takeCallbacks(), []);
  });

  test('ends a dialing or answering call with one terminal event', async () => {
    const alice = await signedIn(ALICE);
    const calling = assert.rejects(alice.engine.calls([BOB], 'audio'), { name: 'wrong-state' });
    await settle();
    alice.takeCallbacks();
    const destroying = alice.engine.destroy();
    await calling;
    assert.deepEqual(terminal(alice), ['onCallCancelled(alice)']);
    await alice.clock.pass(2000);
    await destroying;

    const bob = await signedIn(BOB);
    await bob.push(ring.seenBy(BOB));
    const accepting = assert.rejects(bob.engine.accept(), { name: 'wrong-state' });
    await settle();
    const left = bob.engine.destroy();
    await accepting;
    assert.deepEqual(terminal(bob), ['onCallCancelled(bob)']);
    assert.equal(bob.socket.tries('hangup').length, 1);
    await bob.clock.pass(2000);
    await left;
  });

  test('ends every background call once', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    const second = ServerCall.from(CAROL, [BOB], { callId: callIdOf('second') });
    await bob.push(second.seenBy(BOB));
    bob.takeCallbacks();
    const destroying = bob.engine.destroy();
    assert.deepEqual(terminal(bob), [
      'onCallEnd(room-1, audio, callee, 0)',
      'onCallCancelled(bob)',
    ]);
    await bob.clock.pass(2000);
    await destroying;
    assert.deepEqual(bob.socket.tries('reject'), []);
  });

  test('ignores messages of the server while the hang-up is pending', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    const destroying = bob.engine.destroy();
    bob.takeCallbacks();
    await bob.push(ServerCall.from(CAROL, [BOB], { callId: callIdOf('second') }).seenBy(BOB));
    bob.socket.push({ type: 'user-sig-expired' });
    assert.equal(bob.state.phase, 'idle');
    assert.deepEqual(bob.takeCallbacks(), []);
    bob.socket.answer('hangup', { ok: true, call: talk.at(3000).ends('hangup', BOB).seenBy(BOB) });
    await destroying;
    assert.deepEqual(bob.takeCallbacks(), []);
    assert.deepEqual([...bob.memory.tab.entries], []);
  });

  test('keeps the number of the newest notified missed call', async () => {
    const bob = new Bench(BOB);
    await bob.signIn({ missed: [missed(4)], missedSeq: 4 });
    const before = [...bob.memory.browser.entries];
    await bob.engine.destroy();
    assert.deepEqual([...bob.memory.browser.entries], before);
  });

  test('rejects pending intents, and allows a new init()', async () => {
    const bob = await signedIn(BOB);
    const naming = assert.rejects(bob.engine.setSelfInfo('B', ''), { name: 'signaling-failed' });
    await settle();
    await bob.engine.destroy();
    await naming;
    await bob.signIn();
    assert.equal(bob.state.connection, 'connected');
  });

  test('has no second effect', async () => {
    const bob = await signedIn(BOB);
    await Promise.all([bob.engine.destroy(), bob.engine.destroy()]);
    assert.equal(bob.page.sessions, 0);
  });
});

describe('userSig', () => {
  test('notifies its coming and its actual expiry once', async () => {
    const bob = await signedIn(BOB);
    bob.socket.push({ type: 'user-sig-expiring', inMs: 300_000 });
    bob.socket.push({ type: 'user-sig-expiring', inMs: 200_000 });
    bob.socket.push({ type: 'user-sig-expired' });
    bob.socket.push({ type: 'user-sig-expired' });
    assert.deepEqual(bob.takeCallbacks(), ['onUserSigWillExpire()', 'onUserSigExpired()']);
  });

  test('that a renewal refuses is reported once, and the previous one stays in use', async () => {
    for (const name of ['user-sig-invalid', 'user-sig-expired'] as const) {
      const error = errorShape(name, 'text of the server');
      const bob = await bobTalking(await signedIn(BOB));
      const renewing = assert.rejects(bob.engine.renewUserSig('sig-2'), error);
      await settle();
      bob.socket.answer('renew-user-sig', { ok: false, error });
      await renewing;
      assert.deepEqual(bob.takeCallbacks(), [`onError(${error.code}, text of the server)`]);
      assert.deepEqual(bob.state.error, error);
      assert.equal(bob.state.phase, 'connected');
      bob.socket.drop();
      bob.socket.connect();
      assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-1');

      const again = bob.engine.renewUserSig('sig-3');
      bob.welcome();
      await bob.sync({ calls: [talk.seenBy(BOB)] });
      await again;
      assert.equal(bob.state.error, null);
      assert.deepEqual(bob.takeCallbacks(), []);
    }
  });

  test('that is refused after a newer one was set leaves the newer one in use', async () => {
    const bob = await signedIn(BOB);
    const refusal = { ok: false, error: errorShape('user-sig-invalid') } as const;
    const older = assert.rejects(bob.engine.renewUserSig('sig-2'), { name: 'user-sig-invalid' });
    const newer = bob.engine.renewUserSig('sig-3');
    await settle();
    bob.socket.answer('renew-user-sig', { ok: true, userSigExpiresInMs: 1 });
    await newer;
    bob.socket.answer('renew-user-sig', refusal);
    await older;
    const newest = assert.rejects(bob.engine.renewUserSig('sig-4'), { name: 'user-sig-invalid' });
    await settle();
    bob.socket.answer('renew-user-sig', refusal);
    await newest;
    bob.socket.drop();
    bob.socket.connect();
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-3');
  });

  test('whose renewal times out is carried by the next handshake', async () => {
    const bob = await signedIn(BOB);
    const renewing = assert.rejects(bob.engine.renewUserSig('sig-2'), { name: 'signaling-failed' });
    await settle();
    bob.socket.drop();
    await bob.clock.pass(20_000);
    await renewing;
    assert.deepEqual(bob.takeCallbacks(), []);
    bob.socket.connect();
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-2');
  });

  test('that the next handshake refuses is reported once, and another one restores the session', async () => {
    const bob = await signedIn(BOB);
    bob.socket.drop();
    await bob.engine.renewUserSig('sig-2');
    bob.socket.refuse('user-sig-invalid');
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-2');
    const { code, message } = errorShape('user-sig-invalid');
    assert.deepEqual(bob.takeCallbacks(), [`onError(${code}, ${message})`]);

    const refused = assert.rejects(bob.engine.renewUserSig('sig-3'), { name: 'user-sig-invalid' });
    await settle();
    bob.socket.refuse('user-sig-invalid');
    await refused;
    assert.deepEqual(bob.takeCallbacks(), [`onError(${code}, ${message})`]);

    const renewing = bob.engine.renewUserSig('sig-4');
    await settle();
    await bob.connect();
    await renewing;
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-4');
    assert.deepEqual([bob.state.connection, bob.state.error], ['connected', null]);
  });

  test('is in no log line and no persisted value', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    bob.socket.pushRaw({ type: 'call-changed', call: 'nonsense' });
    bob.socket.drop();
    await bob.clock.pass(5000);
    const kept = [...bob.logger.lines, ...bob.memory.tab.entries, ...bob.memory.browser.entries];
    assert.ok(kept.length > 0);
    assert.ok(!JSON.stringify(kept).includes('sig-1'));
    assert.ok(!JSON.stringify(kept).includes('token-1'));
  });
});

test('a kicked session ends its call and does not reconnect (F44)', async () => {
  const bob = await bobTalking(await signedIn(BOB));
  bob.socket.push({ type: 'kicked-offline', reason: 'newer-session' });
  await settle();
  assert.deepEqual(bob.takeCallbacks(), [
    'onKickedOffline()',
    'onCallEnd(room-1, audio, callee, 0)',
  ]);
  assert.equal(bob.state.connection, 'disconnected');
  assert.equal(bob.media.joined, false);
  assert.equal(bob.socket.isOpen, false);
  await assert.rejects(bob.engine.calls('alice', 'audio'), { name: 'kicked-offline' });
  await bob.signIn();
  assert.equal(bob.state.connection, 'connected');
  assert.equal(bob.page.sessions, 1);
});

test('a session that the server API ended gets the reason removed-by-server', async () => {
  const bob = await signedIn(BOB);
  bob.socket.push({ type: 'kicked-offline', reason: 'removed-by-server' });
  await settle();
  assert.equal(bob.state.error?.reason, 'removed-by-server');
  await assert.rejects(bob.engine.calls('alice', 'audio'), { reason: 'removed-by-server' });
});

test('a new userSig does not restore a kicked session (F43)', async () => {
  const bob = await signedIn(BOB);
  bob.socket.push({ type: 'kicked-offline', reason: 'newer-session' });
  await settle();
  const refused = assert.rejects(bob.engine.renewUserSig('sig-2'), { name: 'kicked-offline' });
  await settle();
  assert.equal(bob.socket.isOpen, false);
  assert.equal(bob.state.connection, 'disconnected');
  await refused;
});

test('missed calls are notified once, also across a reload', async () => {
  const bob = await signedIn(BOB, { missed: [missed(3), missed(4)], missedSeq: 4 });
  assert.equal(bob.takeCallbacks().length, 2);
  bob.socket.push({ type: 'call-missed', missed: missed(5) });
  bob.socket.push({ type: 'call-missed', missed: missed(5) });
  assert.equal(bob.takeCallbacks().length, 1);

  const again = new Bench(BOB, bob.memory);
  const init = again.init();
  await settle();
  again.socket.connect();
  await settle();
  assert.equal(again.socket.waiting('sync')?.missedSince, 5);
  await again.sync({ missed: [], missedSeq: 5 });
  await init;
  assert.deepEqual(again.takeCallbacks(), []);
});

test('missed calls are notified once after the server has lost its database', async () => {
  const bob = await signedIn(BOB, { missed: [missed(8)], missedSeq: 8 });
  bob.takeCallbacks();
  bob.socket.drop();
  await settle();
  bob.socket.connect();
  await bob.sync({ missed: [], missedSeq: 2 });
  assert.equal(bob.socket.waiting('sync')?.missedSince, null);
  await bob.sync({ missed: [missed(1), missed(2)], missedSeq: 2 });
  assert.equal(bob.takeCallbacks().length, 2);
  bob.socket.push({ type: 'call-missed', missed: missed(2) });
  bob.socket.push({ type: 'call-missed', missed: missed(3) });
  assert.equal(bob.takeCallbacks().length, 1);
});

test('a missed call that was notified before a sync is not notified again after the next', async () => {
  const bob = await signedIn(BOB, { missed: [], missedSeq: 8 });
  bob.socket.drop();
  await settle();
  bob.socket.connect();
  await settle();
  bob.socket.push({ type: 'call-missed', missed: missed(9) });
  await bob.sync({ missed: [], missedSeq: 0 });
  assert.equal(bob.takeCallbacks().length, 1);
  bob.socket.drop();
  await settle();
  bob.socket.connect();
  await settle();
  assert.equal(bob.socket.waiting('sync')?.missedSince, 9);
});

test('a call missed just before the result of the sync does not hide an older one', async () => {
  const bob = await signedIn(BOB, { missedSeq: 2 });
  bob.socket.drop();
  bob.socket.connect();
  bob.welcome();
  bob.socket.push({ type: 'call-missed', missed: missed(4) });
  await bob.sync({ missed: [missed(3), missed(4)], missedSeq: 4 });
  assert.equal(bob.takeCallbacks().length, 2);

  bob.socket.drop();
  bob.socket.connect();
  bob.welcome();
  bob.socket.push({ type: 'call-missed', missed: missed(6) });
  await bob.sync({ missed: [missed(5)], missedSeq: 5 });
  assert.equal(bob.takeCallbacks().length, 2);
});

describe('a reload', () => {
  const reloaded = (bob: Bench) => {
    bob.page.goAway();
    return new Bench(BOB, bob.memory);
  };

  test('sends the leave beacon and ends nothing by itself', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    bob.page.goAway();
    await settle();
    assert.equal(bob.page.leaves.length, 1);
    assert.equal(bob.media.joined, false);
    assert.deepEqual(bob.socket.tries('hangup'), []);
    assert.deepEqual(bob.takeCallbacks(), []);
  });

  test('resumes the call with the microphone as it was', async () => {
    const before = await bobTalking(await signedIn(BOB));
    await before.engine.closeMicrophone();
    const bob = await reloaded(before).signIn({ calls: [talk.at(5000).seenBy(BOB)] });
    assert.deepEqual(bob.takeCallbacks(), ['onCallBegin(room-1, audio, callee)']);
    bob.socket.answer('media-access', { ok: true, media: MEDIA });
    await settle();
    assert.equal(bob.state.phase, 'connected');
    assert.deepEqual([...bob.media.open], []);
    assert.equal(bob.state.microphone.wanted, false);
  });

  test('resumes a video call with the camera on', async () => {
    const video = ring.with({ mediaType: 'video' });
    const before = await signedIn(BOB);
    await before.push(video.seenBy(BOB));
    const accepting = before.engine.accept();
    await settle();
    const inIt = video.at(2000).joins(BOB);
    before.socket.answer('accept', { ok: true, call: inIt.seenBy(BOB), media: MEDIA });
    await accepting;
    const bob = await reloaded(before).signIn({ calls: [inIt.seenBy(BOB)] });
    await settle();
    assert.deepEqual([...bob.media.open], ['microphone', 'camera']);
  });

  test('continues to ring and does not reject', async () => {
    const before = await signedIn(BOB);
    await before.push(ring.seenBy(BOB));
    const bob = await reloaded(before).signIn({ calls: [ring.at(3000).seenBy(BOB)] });
    assert.deepEqual(before.socket.tries('reject'), []);
    assert.equal(bob.state.phase, 'incoming');
    assert.deepEqual(bob.takeCallbacks(), ['onCallReceived(alice, ["bob"], , audio)']);
  });

  test('notifies a missed end once', async () => {
    const before = await bobTalking(await signedIn(BOB));
    const bob = reloaded(before);
    const init = bob.init();
    await settle();
    bob.socket.connect();
    bob.welcome();
    await settle();
    assert.deepEqual(bob.socket.waiting('sync')?.knownCallIds, [CALL]);
    await bob.sync({ calls: [talk.at(6000).ends('hangup', ALICE).seenBy(BOB)] });
    await init;
    assert.deepEqual(bob.takeCallbacks(), [
      'onUserLeave(alice)',
      'onCallEnd(room-1, audio, callee, 4000)',
    ]);
    await bob.clock.pass(4000);
    const third = await reloaded(bob).signIn();
    assert.deepEqual(third.takeCallbacks(), []);
  });

  test('does not resume a call that was hung up without a network', async () => {
    const before = await bobTalking(await signedIn(BOB));
    before.socket.drop();
    await before.engine.hangup();
    const bob = await reloaded(before).signIn({ calls: [talk.at(5000).seenBy(BOB)] });
    assert.equal(before.page.leaves.length, 1);
    assert.equal(bob.state.phase, 'idle');
    assert.deepEqual(bob.takeCallbacks(), []);
    bob.socket.answer('hangup', { ok: true, call: talk.at(6000).ends('hangup', BOB).seenBy(BOB) });
    await settle();
    assert.deepEqual([...bob.memory.tab.entries], []);
  });

  test('does not ring again for an ignored call, and notifies its end', async () => {
    const before = await signedIn(BOB);
    await before.push(ring.seenBy(BOB));
    before.takeCallbacks();
    await before.engine.ignore();
    assert.equal(before.state.phase, 'idle');
    assert.deepEqual(before.socket.tries('reject'), []);
    await before.push(ring.alerted(BOB).seenBy(BOB));
    assert.equal(before.state.phase, 'idle');
    const bob = await reloaded(before).signIn({ calls: [ring.seenBy(BOB)] });
    assert.equal(bob.state.phase, 'idle');
    assert.deepEqual(bob.takeCallbacks(), []);
    const over = ring.at(9000).ends('cancelled', ALICE).seenBy(BOB);
    await bob.push(over);
    assert.deepEqual(bob.takeCallbacks(), [
      'onCallCancelled(alice)',
      `onCallNotConnected(${CALL}, cancelled)`,
    ]);
  });
});

test('an exception in an observer affects neither the engine nor other observers', async () => {
  const bob = await signedIn(BOB);
  const received: string[] = [];
  bob.engine.addObserver({
    onCallReceived: () => {
      throw new Error('not my day');
    },
  });
  const observer = {
    onCallReceived: (callerId: string, _list: readonly string[], _group: string, type: string) =>
      received.push(`${callerId} ${type}`),
  };
  bob.engine.addObserver(observer);
  bob.engine.addObserver(observer);
  await bob.push(ring.seenBy(BOB));
  assert.deepEqual(received, ['alice audio']);
  assert.equal(bob.state.phase, 'incoming');
  bob.engine.removeObserver(observer);
  await bob.push(ring.at(100).ends('cancelled', ALICE).seenBy(BOB));
  assert.equal(bob.state.phase, 'ended');
});

test('an intent of an observer is processed after all observers were notified', async () => {
  const bob = await signedIn(BOB);
  const order: string[] = [];
  bob.engine.addObserver({
    onCallReceived: () => {
      assert.equal(bob.state.phase, 'incoming');
      void bob.engine.reject();
      order.push('received');
    },
    onCallCancelled: () => order.push('cancelled'),
  });
  bob.engine.addObserver({ onCallReceived: () => order.push('received, too') });
  await bob.push(ring.seenBy(BOB));
  assert.deepEqual(order, ['received', 'received, too', 'cancelled']);
});
