import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
  answered,
  callAnswered,
  calls,
  fact,
  happens,
  idOf,
  play,
  playFrom,
  pushed,
  wants,
  welcome,
} from '../../../test/fakes/play.ts';
import {
  ALICE,
  BOB,
  CALL,
  callIdOf,
  CAROL,
  SERVER_START,
  ServerCall,
} from '../../../test/fakes/views.ts';
import type { Command } from '../../protocol/index.ts';
import { signedIn } from '../../../test/fakes/signed-in.ts';

/** Messages that are late, lost, doubled, or about something else; clocks that are wrong. */

const ring = ServerCall.from(ALICE, [BOB]);
const talk = ring.at(2000).joins(BOB);
const received = 'onCallReceived(alice, ["bob"], , audio)';
const bobTalks = [
  pushed(20, ring.seenBy(BOB)),
  wants(1900, { type: 'accept', video: true } as const),
  acceptAnswered(2010, talk.seenBy(BOB)),
];

test('an end that arrives before its ring prevents the ring (F21)', () => {
  const bob = play(
    BOB,
    pushed(100, ring.at(90).ends('cancelled', ALICE).seenBy(BOB)),
    pushed(110, ring.seenBy(BOB)),
  );
  assert.deepEqual(bob.told, []);
  assert.equal(bob.phase, 'idle');
});

describe('a ring that a sleeping tab delayed (F22)', () => {
  test('does not ring after its deadline', () => {
    const bob = play(BOB, pushed(40_000, ring.seenBy(BOB)));
    assert.deepEqual(bob.told, []);
  });

  test('rings only for the remaining time', () => {
    const bob = play(BOB, pushed(20_000, ring.seenBy(BOB)));
    assert.deepEqual(bob.effects.at(-2), { type: 'start-timer', name: 'ring', ms: 10_500 });
  });

  test('does not ring when the server reports no remaining time', () => {
    const bob = play(BOB, pushed(20, ring.at(30_000).seenBy(BOB)));
    assert.deepEqual(bob.told, []);
  });

  test('rings without a limit when it has none', () => {
    const endless = ServerCall.from(ALICE, [BOB], { ringMs: null });
    const bob = play(BOB, pushed(900_000, endless.at(899_000).seenBy(BOB)));
    assert.deepEqual(bob.told, [received]);
    assert.deepEqual(
      bob.effects.filter(({ type }) => type === 'start-timer'),
      [],
    );
  });
});

test('a ring that arrived with a whole backlog while the tab slept does not ring after its deadline', () => {
  const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [], missedSince: null };
  const view = ring.at(1000).seenBy(BOB);
  const bob = play(
    BOB,
    happens(10, { type: 'socket-disconnected' }),
    happens(20, { type: 'socket-connected' }),
    happens(60_000, { type: 'message-received', message: welcome(BOB) }),
    pushed(60_000, view),
    answered(60_000, sync, { ok: true, calls: [view], missed: [], missedSeq: 0 }),
  );
  assert.deepEqual(bob.told, []);
  assert.equal(bob.phase, 'idle');
  const asked = bob.effects.filter((one) => one.type === 'send-command');
  assert.deepEqual(
    asked.map(({ command }) => command.type),
    ['sync', 'sync'],
    'an old result of a sync is requested again',
  );
});

test('only the current call of a backlog rings (F23)', () => {
  const other = ServerCall.from(CAROL, [BOB], { callId: callIdOf('other') });
  const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [], missedSince: null };
  const bob = play(
    BOB,
    happens(10, { type: 'socket-disconnected' }),
    happens(20, { type: 'socket-connected' }),
    answered(2000, sync, {
      ok: true,
      calls: [other.at(1000).seenBy(BOB), ring.at(1500).ends('cancelled', ALICE).seenBy(BOB)],
      missed: [],
      missedSeq: 0,
    }),
  );
  assert.deepEqual(bob.told, ['onCallReceived(carol, ["bob"], , audio)']);
});

test('a ring delivered twice rings once (F24)', () => {
  const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(30, ring.seenBy(BOB)));
  assert.deepEqual(bob.told, [received]);
  assert.equal(bob.effects.filter(({ type }) => type === 'send-command').length, 1);
});

test('the end of another call changes nothing in this one (F25)', () => {
  const other = ServerCall.from(CAROL, [BOB], { callId: callIdOf('other') });
  const talking = play(BOB, ...bobTalks);
  const after = playFrom(
    talking.state,
    pushed(3000, other.at(2900).seenBy(BOB)),
    pushed(3100, other.at(3050).ends('cancelled', CAROL).seenBy(BOB)),
  );
  assert.deepEqual(after.told, [
    'onCallReceived(carol, ["bob"], , audio)',
    'onCallCancelled(carol)',
    `onCallNotConnected(${callIdOf('other')}, cancelled)`,
  ]);
  assert.deepEqual(
    after.effects.filter(({ type }) => type === 'leave-media' || type === 'set-track'),
    [],
  );
  assert.equal(after.state.call, talking.state.call);
});

test('a ring during a call is notified as waiting, and is shown when the call is over', () => {
  const other = ServerCall.from(CAROL, [BOB], { callId: callIdOf('other'), now: 2900 });
  const bob = play(
    BOB,
    ...bobTalks,
    pushed(3000, other.seenBy(BOB)),
    pushed(5000, talk.at(4990).ends('hangup', ALICE).seenBy(BOB)),
  );
  assert.deepEqual(bob.told.slice(2), [
    'onCallReceived(carol, ["bob"], , audio)',
    'onUserLeave(alice)',
    'onCallEnd(room-1, audio, callee, 2990)',
  ]);
  assert.equal(bob.phase, 'incoming');
});

test('an older view than the known one changes nothing (F28)', () => {
  const over = talk.at(6000).ends('hangup', ALICE);
  const bob = play(
    BOB,
    ...bobTalks,
    pushed(6010, over.seenBy(BOB)),
    pushed(6020, talk.seenBy(BOB)),
    pushed(6030, ring.seenBy(BOB)),
  );
  assert.equal(bob.phase, 'ended');
  assert.equal(bob.told.at(-1), 'onCallEnd(room-1, audio, callee, 4000)');
});

test('an older view of the running call reverts nothing (F28)', () => {
  const switched = talk.at(3000).with({ mediaType: 'video' });
  const bob = play(
    BOB,
    ...bobTalks,
    pushed(3010, switched.seenBy(BOB)),
    pushed(3020, talk.seenBy(BOB)),
    pushed(3030, ring.seenBy(BOB)),
  );
  assert.equal(bob.told.at(-1), 'onCallMediaTypeChanged(audio, video)');
  assert.ok('view' in bob.state.call);
  assert.equal(bob.state.call.view.version, switched.version);
});

test('events of lost messages are notified in order (F28)', () => {
  const alice = play(
    ALICE,
    calls(0, [BOB]),
    callAnswered(10, ring.seenBy(ALICE)),
    pushed(9000, talk.alerted(BOB).at(8900).ends('hangup', BOB).seenBy(ALICE)),
  );
  assert.deepEqual(alice.told, [
    'onCallBegin(room-1, audio, caller)',
    'onUserJoin(bob)',
    'onUserLeave(bob)',
    'onCallEnd(room-1, audio, caller, 6900)',
  ]);
});

test('media updates before the call is active are notified when it becomes active (F29)', () => {
  const early = play(
    ALICE,
    calls(0, [BOB]),
    callAnswered(10, ring.seenBy(ALICE)),
    fact(1990, { type: 'remote-track', userId: BOB, source: 'microphone', on: true }),
  );
  assert.deepEqual(early.told, []);
  const later = playFrom(early.state, pushed(2010, talk.seenBy(ALICE)));
  assert.deepEqual(later.told, [
    'onCallBegin(room-1, audio, caller)',
    'onUserJoin(bob)',
    'onUserAudioAvailable(bob, true)',
  ]);
});

test('media updates without a call have no effect (F29)', () => {
  const idle = play(BOB);
  const after = playFrom(
    idle.state,
    fact(10, { type: 'remote-track', userId: ALICE, source: 'camera', on: true }),
  );
  assert.equal(after.state, idle.state);
  assert.deepEqual(after.told, []);
});

describe('clocks', () => {
  test('a server a day ahead gives the same ring (F31)', () => {
    const ahead = ServerCall.from(ALICE, [BOB], { now: 86_400_000 });
    const bob = play(
      BOB,
      happens(0, {
        type: 'message-received',
        message: { ...welcome(BOB), serverNow: SERVER_START + 86_400_000 },
      }),
      pushed(20, ahead.seenBy(BOB)),
    );
    assert.deepEqual(bob.told, [received]);
    assert.deepEqual(bob.effects.at(-2), { type: 'start-timer', name: 'ring', ms: 30_480 });
  });

  test('a ring continues when the server’s clock is set back an hour', () => {
    const back = ServerCall.from(ALICE, [BOB], { now: -3_600_000 });
    const bob = play(BOB, pushed(20, back.seenBy(BOB)));
    assert.deepEqual(bob.told, [received]);
  });
});

test('a ring stops at its deadline without a network (I7)', async () => {
  const bob = await signedIn(BOB);
  await bob.push(ring.seenBy(BOB));
  bob.heard();
  bob.socket.drop();
  await bob.clock.pass(30_000);
  assert.equal(bob.state.phase, 'incoming');
  await bob.clock.pass(1000);
  assert.equal(bob.state.phase, 'ended');
  assert.equal(bob.state.ending?.reason, 'no-response');
  const end = ['onCallCancelled(bob)', `onCallNotConnected(${CALL}, no-response)`];
  assert.deepEqual(bob.heard(), end);

  const over = ring.at(30_000).ends('no-response', null, { bob: 'no-response' });
  await bob.connect({ calls: [over.seenBy(BOB)] });
  assert.deepEqual(bob.heard(), []);
});
