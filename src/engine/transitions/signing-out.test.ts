import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { ring, talk } from '../../../test/fakes/alice-calls-bob.ts';
import { missed, bobTalking } from '../../../test/fakes/bob-signed-in.ts';

/** destroy(), and a session that the server ends. */

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
