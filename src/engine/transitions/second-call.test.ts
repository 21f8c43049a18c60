import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
  answered,
  CLOCK_START,
  happens,
  idOf,
  mediaJoined,
  play,
  playFrom,
  pushed,
  wants,
  type Moment,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type CallView, type Command } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';

const SECOND = callIdOf('second');
const ring = ServerCall.from(ALICE, [BOB]);
const talk = ring.at(2000).joins(BOB);
const second = ServerCall.from(CAROL, [BOB], {
  callId: SECOND,
  now: 3000,
  mediaType: 'video',
  roomId: 'room-2',
});
/** The views of both calls after Bob accepts the second one at 4000. */
const taken = second.at(4000).joins(BOB);
const ended = talk.at(4000).ends('hangup', BOB);
const held = talk.at(4000).holds(BOB);
const media = { url: 'wss://media.test', token: 'token-9' };

const received = 'onCallReceived(carol, ["bob"], , video)';
const begun = 'onCallBegin(room-2, video, callee)';

const accept: Command = {
  type: 'accept',
  id: idOf('accept-waiting'),
  callId: SECOND,
  currentCall: 'hold',
};
const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [CALL], missedSince: 0 };
const acceptAndEnd: Command = { ...accept, currentCall: 'end' };
const holdOn: Command = { type: 'hold', id: idOf('hold'), callId: CALL, on: true };
const holdOff: Command = { ...holdOn, on: false };

const talking: readonly Moment[] = [
  pushed(20, ring.seenBy(BOB)),
  wants(1900, { type: 'accept', video: true }),
  acceptAnswered(2010, talk.seenBy(BOB)),
  mediaJoined(2500),
];
const rung: readonly Moment[] = [...talking, pushed(3010, second.seenBy(BOB))];

/** Bob is in a call with Alice and Carol calls him; `play` returns the callbacks after that. */
const bob = (...moments: Moment[]) => playFrom(play(BOB, ...rung).state, ...moments);
const answers = (currentCall: 'end' | 'hold') =>
  wants(3900, { type: 'accept-waiting', currentCall, video: true });
const yes = (command: Command, call: CallView = taken.seenBy(BOB)) =>
  answered(4010, command, { ok: true, call, media });

describe('a waiting call', () => {
  test('is notified at once and shown as waiting; the current call stays on the screen', () => {
    const { state, callbacks, phase, effects } = play(BOB, ...rung);
    assert.equal(callbacks.at(-1), received);
    assert.equal(phase, 'connected');
    assert.deepEqual(createSnapshot(state).waiting, {
      callId: SECOND,
      callerId: CAROL,
      name: 'Carol',
      avatar: '',
      mediaType: 'video',
      isGroup: false,
      groupId: '',
      ringDeadline: CLOCK_START + 33_000,
    });
    const alerted = effects.flatMap((one) =>
      one.type === 'send-command' && one.command.type === 'alerted' ? [one.command.callId] : [],
    );
    assert.deepEqual(alerted, [CALL, SECOND]);
  });

  test('that the caller cancels ends like any ring, and the current call continues', () => {
    const { callbacks, phase, state } = bob(
      pushed(9000, second.at(8990).ends('cancelled', CAROL).seenBy(BOB)),
    );
    assert.deepEqual(callbacks, [
      'onCallCancelled(carol)',
      `onCallNotConnected(${SECOND}, cancelled)`,
    ]);
    assert.equal(phase, 'connected');
    assert.equal(createSnapshot(state).waiting, null);
  });

  test('stops ringing at the deadline without the server, and ends once', () => {
    const { callbacks, phase } = bob(
      happens(33_600, { type: 'timer-fired', name: 'waiting-ring' }),
      pushed(
        40_000,
        second.at(33_000).ends('no-response', null, { bob: 'no-response' }).seenBy(BOB),
      ),
    );
    assert.deepEqual(callbacks, [
      'onCallCancelled(bob)',
      `onCallNotConnected(${SECOND}, no-response)`,
    ]);
    assert.equal(phase, 'connected');
  });

  test('ends here at once when rejected, and the command is repeated until it is acknowledged', () => {
    const { callbacks, state, effects, phase } = bob(wants(3900, { type: 'reject-waiting' }));
    assert.deepEqual(callbacks, [
      'onCallCancelled(bob)',
      `onCallNotConnected(${SECOND}, rejected)`,
    ]);
    assert.deepEqual(state.pendingTerminations, [{ type: 'reject', callId: SECOND }]);
    assert.equal(effects.filter(({ type }) => type === 'leave-media').length, 0);
    assert.equal(phase, 'connected');
  });

  test('is hung up when it is rejected after an unconfirmed accept', () => {
    const { state } = bob(answers('end'), wants(3950, { type: 'reject-waiting' }));
    assert.deepEqual(state.pendingTerminations, [{ type: 'hangup', callId: SECOND }]);
  });

  test('becomes an incoming call when the current one is over, without a second notification', () => {
    const { callbacks, phase } = bob(pushed(5000, talk.at(4990).ends('hangup', ALICE).seenBy(BOB)));
    assert.deepEqual(callbacks, ['onUserLeave(alice)', 'onCallEnd(room-1, audio, callee, 2990)']);
    assert.equal(phase, 'incoming');
  });

  test('ends here when it is answered on another device', () => {
    const { callbacks } = bob(pushed(4000, second.at(3990).joins(BOB, 'other').seenBy(BOB)));
    assert.deepEqual(callbacks, [
      'onCallCancelled(bob)',
      `onCallNotConnected(${SECOND}, other-device-accepted)`,
    ]);
  });

  test('does not exist while nothing rings: accepting rejects, rejecting does nothing', () => {
    const { effects } = play(BOB, ...talking, answers('end'));
    assert.deepEqual(effects.at(-1), {
      type: 'settle',
      intentId: idOf('accept-waiting'),
      outcome: { ok: false, error: errorShape('wrong-state', 'no waiting call') },
    });
  });
});

describe('accepting the waiting call', () => {
  test('and ending the current one gives one end, then one beginning', () => {
    const { callbacks, phase, state } = bob(
      answers('end'),
      pushed(4005, ended.seenBy(BOB)),
      pushed(4006, taken.seenBy(BOB)),
      yes(acceptAndEnd),
    );
    assert.deepEqual(callbacks, ['onCallEnd(room-1, audio, callee, 2000)', begun]);
    assert.equal(phase, 'connecting');
    assert.equal(createSnapshot(state).callId, SECOND);
    assert.equal(createSnapshot(state).waiting, null);
  });

  test('notifies the same when the acknowledgement arrives before the views', () => {
    const { callbacks, effects } = bob(
      answers('end'),
      yes(acceptAndEnd),
      pushed(4020, ended.seenBy(BOB)),
      pushed(4021, taken.seenBy(BOB)),
    );
    assert.deepEqual(
      callbacks.map((line) => line.replace(/, \d+\)$/, ')')),
      ['onCallEnd(room-1, audio, callee)', begun],
    );
    const joins = effects.filter((one) => one.type === 'join-media');
    assert.deepEqual(
      joins.map((one) => one.access),
      [media],
    );
  });

  test('and holding the current one notifies nothing about it and lists it as held', () => {
    for (const moments of [
      [pushed(4005, held.seenBy(BOB)), pushed(4006, taken.seenBy(BOB)), yes(accept)],
      [yes(accept), pushed(4020, held.seenBy(BOB)), pushed(4021, taken.seenBy(BOB))],
    ]) {
      const { callbacks, state, effects } = bob(answers('hold'), ...moments);
      assert.deepEqual(callbacks, [begun]);
      const { callId, held: list } = createSnapshot(state);
      assert.equal(callId, SECOND);
      assert.deepEqual(list, [{ callId: CALL, name: 'Alice', mediaType: 'audio' }]);
      assert.equal(effects.filter(({ type }) => type === 'leave-media').length, 1);
    }
  });

  test('opens the camera only after the server has given this session the seat', () => {
    const before = bob(answers('hold'), pushed(4005, held.seenBy(BOB)));
    assert.deepEqual(
      before.effects.filter(({ type }) => type === 'set-track'),
      [],
    );
    const after = playFrom(before.state, pushed(4006, taken.seenBy(BOB)), yes(accept));
    assert.deepEqual(
      after.effects.flatMap((one) => (one.type === 'set-track' ? [one.source] : [])),
      ['microphone', 'camera'],
    );
  });

  test('too late does not change the current call', () => {
    const over = second.at(3950).ends('cancelled', CAROL).seenBy(BOB);
    const { callbacks, phase, state, effects } = bob(
      answers('end'),
      answered(4010, acceptAndEnd, { ok: true, call: over, media: null }),
    );
    assert.deepEqual(callbacks, [
      'onCallCancelled(carol)',
      `onCallNotConnected(${SECOND}, cancelled)`,
    ]);
    assert.equal(phase, 'connected');
    assert.equal(createSnapshot(state).callId, CALL);
    assert.deepEqual(
      effects.filter(({ type }) => type === 'leave-media'),
      [],
    );
  });

  test('can be repeated after a refusal', () => {
    const refusal = { ok: false, error: errorShape('wrong-state') } as const;
    const { callbacks, state } = bob(answers('hold'), answered(4010, accept, refusal));
    assert.equal(callbacks.length, 1);
    assert.match(callbacks[0] ?? '', /^onError/);
    assert.equal(createSnapshot(state).waiting?.callId, SECOND);
    const again = playFrom(state, answers('hold'));
    assert.equal(
      again.effects.some((one) => one.type === 'send-command'),
      true,
    );
  });

  test('twice sends one command', () => {
    const { effects } = bob(answers('end'), answers('end'));
    assert.equal(effects.filter(({ type }) => type === 'send-command').length, 1);
  });

  test('continues as an ordinary accept when the current call ends', () => {
    const { callbacks, phase } = bob(
      answers('end'),
      pushed(3950, talk.at(3940).ends('hangup', ALICE).seenBy(BOB)),
      pushed(4006, taken.seenBy(BOB)),
      yes(acceptAndEnd),
    );
    assert.deepEqual(callbacks, [
      'onUserLeave(alice)',
      'onCallEnd(room-1, audio, callee, 1940)',
      begun,
    ]);
    assert.equal(phase, 'connecting');
  });

  test('that times out but was processed is applied by the views', () => {
    const error = errorShape('signaling-failed');
    const { state } = bob(
      answers('hold'),
      happens(24_000, { type: 'command-failed', command: accept, error }),
      pushed(24_100, held.seenBy(BOB)),
      pushed(24_200, taken.seenBy(BOB)),
    );
    assert.equal(createSnapshot(state).callId, SECOND);
    assert.equal(createSnapshot(state).held.length, 1);
  });

  test('that is acknowledged after a third call rings leaves the third one ringing', () => {
    const third = ServerCall.from(CAROL, [BOB], { callId: callIdOf('third'), now: 33_000 });
    const { state, callbacks } = bob(
      answers('hold'),
      pushed(33_400, ended.at(33_390).seenBy(BOB)),
      pushed(33_500, third.at(33_450).seenBy(BOB)),
      yes(accept),
      pushed(34_000, third.at(33_900).ends('cancelled', CAROL).seenBy(BOB)),
    );
    assert.equal(createSnapshot(state).callId, SECOND);
    assert.deepEqual(callbacks.slice(-3), [
      begun,
      'onCallCancelled(carol)',
      `onCallNotConnected(${callIdOf('third')}, cancelled)`,
    ]);
  });

  test('cannot hold a call that is not active', () => {
    const out = ServerCall.from(BOB, [ALICE]);
    const { effects } = play(
      BOB,
      pushed(10, out.seenBy(BOB)),
      pushed(3010, second.seenBy(BOB)),
      answers('hold'),
    );
    const last = effects.at(-1);
    assert.equal(
      last?.type === 'settle' && !last.outcome.ok && last.outcome.error.name,
      'wrong-state',
    );
  });
});

describe('a call on hold', () => {
  const onHold = play(
    BOB,
    ...talking,
    wants(3900, { type: 'hold', on: true }),
    answered(4010, holdOn, { ok: true, call: held.seenBy(BOB), media: null }),
  );
  const back = held.at(6000).holds(BOB, false);

  test('leaves the screen and media without a notification', () => {
    assert.equal(onHold.phase, 'idle');
    assert.deepEqual(onHold.callbacks.slice(2), []);
    assert.deepEqual(onHold.effects.filter(({ type }) => type === 'leave-media').length, 1);
    assert.equal(createSnapshot(onHold.state).held[0]?.callId, CALL);
  });

  test('ends once when it was hung up before the view of the hold', () => {
    const { callbacks, state } = playFrom(
      play(BOB, ...talking).state,
      wants(3900, { type: 'hold', on: true }),
      wants(3950, { type: 'hangup' }),
      pushed(4005, held.seenBy(BOB)),
      answered(4010, holdOn, { ok: true, call: held.seenBy(BOB), media: null }),
      pushed(4020, held.at(4015).ends('hangup', BOB).seenBy(BOB)),
    );
    assert.deepEqual(callbacks, ['onCallEnd(room-1, audio, callee, 1950)']);
    assert.deepEqual(createSnapshot(state).held, []);
  });

  test('stays on hold when a call to its group is acknowledged with it', () => {
    const intent = {
      ...({ type: 'call', userIds: [ALICE], mediaType: 'audio' } as const),
      ...{ groupId: 'team', timeout: 30, userData: '' },
    };
    const call: Command = { ...intent, id: idOf('call') };
    const { state } = playFrom(
      play(BOB, ...talking, pushed(4010, held.seenBy(BOB))).state,
      wants(5000, intent),
      answered(5010, call, { ok: true, call: held.seenBy(BOB) }),
    );
    assert.deepEqual(
      createSnapshot(state).held.map(({ callId }) => callId),
      [CALL],
    );
  });

  describe('that is resumed while a dialing call is not acknowledged', () => {
    const mine = ServerCall.from(BOB, [CAROL], { callId: SECOND, now: 4600, roomId: 'room-2' });
    const heldToo = mine.at(4700).joins(CAROL).at(4800).holds(BOB);
    const callIntent = {
      ...({ type: 'call', userIds: [CAROL], mediaType: 'audio' } as const),
      ...{ groupId: '', timeout: 30, userData: '' },
    };
    const call: Command = { ...callIntent, id: idOf('call') };
    const asksForBoth = [
      wants(4500, callIntent),
      pushed(4610, mine.seenBy(BOB)),
      wants(4650, { type: 'hold', on: false }),
    ];
    const bothDone = [pushed(4810, heldToo.seenBy(BOB)), pushed(4820, back.at(4800).seenBy(BOB))];

    test('begins and is on hold when the acknowledgement identifies it', () => {
      const views = playFrom(onHold.state, ...asksForBoth, ...bothDone);
      assert.deepEqual(views.callbacks, []);
      const { callbacks, state } = playFrom(
        views.state,
        answered(4830, call, { ok: true, call: heldToo.seenBy(BOB) }),
        pushed(4900, heldToo.at(4890).ends('hangup', CAROL).seenBy(BOB)),
      );
      assert.deepEqual(
        callbacks.map((line) => line.split('(')[0]),
        ['onCallBegin', 'onUserLeave', 'onCallEnd'],
      );
      assert.equal(createSnapshot(state).callId, CALL);
    });

    test('is not notified when the dialing call was cancelled', () => {
      const { callbacks, state } = playFrom(
        onHold.state,
        ...asksForBoth,
        wants(4660, { type: 'hangup' }),
        ...bothDone,
        pushed(4900, heldToo.at(4890).ends('hangup', BOB).seenBy(BOB)),
      );
      assert.deepEqual(callbacks, ['onCallCancelled(bob)', 'onCallNotConnected(, cancelled)']);
      assert.deepEqual(createSnapshot(state).held, []);
    });
  });

  test('resumes with the previous tracks and without onCallBegin', () => {
    const { callbacks, phase, effects, state } = playFrom(
      onHold.state,
      wants(5900, { type: 'hold', on: false }),
      pushed(6005, back.seenBy(BOB)),
      answered(6010, holdOff, { ok: true, call: back.seenBy(BOB), media }),
    );
    assert.deepEqual(callbacks, []);
    assert.equal(phase, 'connecting');
    assert.deepEqual(
      effects.flatMap((one) => (one.type === 'set-track' ? [one.source] : [])),
      ['microphone'],
    );
    assert.deepEqual(createSnapshot(state).held, []);
    assert.equal(createSnapshot(state).startedAt, CLOCK_START + 2000);
  });

  test('ends once when it is hung up before the resume is acknowledged', () => {
    const { callbacks, phase, effects } = playFrom(
      onHold.state,
      wants(5900, { type: 'hold', on: false }),
      pushed(6005, back.seenBy(BOB)),
      wants(6008, { type: 'hangup' }),
      answered(6010, holdOff, { ok: true, call: back.seenBy(BOB), media }),
      pushed(6020, back.at(6015).ends('hangup', BOB).seenBy(BOB)),
    );
    assert.deepEqual(callbacks, ['onCallEnd(room-1, audio, callee, 4008)']);
    assert.equal(phase, 'ended');
    assert.equal(effects.filter(({ type }) => type === 'settle').length, 2);
  });

  test('resumes while another call rings, which waits without a second notification', () => {
    const { callbacks, state } = playFrom(
      onHold.state,
      wants(4300, { type: 'hold', on: false }),
      pushed(4500, second.at(4400).seenBy(BOB)),
      answered(6010, holdOff, { ok: true, call: back.seenBy(BOB), media }),
      pushed(6020, second.at(6015).seenBy(BOB)),
    );
    assert.deepEqual(callbacks, [received]);
    assert.equal(createSnapshot(state).callId, CALL);
    assert.equal(createSnapshot(state).waiting?.callId, SECOND);
  });

  describe('that is resumed while the user answers another one', () => {
    const asksForBoth = [
      wants(4300, { type: 'hold', on: false }),
      pushed(4500, second.at(4400).seenBy(BOB)),
      wants(4600, { type: 'accept', video: true }),
    ];
    const answering = playFrom(
      onHold.state,
      ...asksForBoth,
      answered(4700, holdOff, { ok: true, call: back.seenBy(BOB), media }),
    );
    const acceptSecond: Command = { ...accept, id: idOf('accept') };

    test('is shown, and the other one waits for the acknowledgement', () => {
      const { state, callbacks, effects } = answering;
      assert.deepEqual(callbacks, [received]);
      assert.equal(createSnapshot(state).callId, CALL);
      assert.equal(createSnapshot(state).waiting?.callId, SECOND);
      const commands = effects.flatMap((one) => (one.type === 'send-command' ? [one.command] : []));
      assert.deepEqual(commands.at(-1), { type: 'accept', callId: SECOND, currentCall: 'hold' });
    });

    test('is on hold again when the accept takes effect', () => {
      const yours = taken.at(4790);
      const { state, callbacks, effects } = playFrom(
        answering.state,
        pushed(4795, back.at(4790).holds(BOB).seenBy(BOB)),
        answered(4800, acceptSecond, { ok: true, call: yours.seenBy(BOB), media }),
      );
      assert.deepEqual(callbacks, [begun]);
      assert.equal(createSnapshot(state).callId, SECOND);
      assert.deepEqual(
        createSnapshot(state).held.map(({ callId }) => callId),
        [CALL],
      );
      const opened = effects.flatMap((one) => (one.type === 'set-track' ? [one.source] : []));
      assert.deepEqual(opened, ['microphone', 'camera']);
      assert.equal(effects.filter(({ type }) => type === 'settle').length, 1);
    });

    describe('and both were processed before this device gets a view', () => {
      const yours = taken.at(4790).holds(BOB);
      const done = [
        pushed(4900, back.at(4890).seenBy(BOB)),
        pushed(4910, yours.seenBy(BOB)),
      ] as const;

      test('is shown; the other one begins and is on hold', () => {
        for (const views of [done, done.toReversed()]) {
          const { state, callbacks, effects } = playFrom(
            onHold.state,
            ...asksForBoth,
            ...views,
            answered(4920, acceptSecond, { ok: true, call: taken.seenBy(BOB), media }),
            answered(4930, holdOff, { ok: true, call: back.seenBy(BOB), media }),
          );
          assert.deepEqual(callbacks, [received, begun]);
          assert.equal(createSnapshot(state).callId, CALL);
          assert.deepEqual(
            createSnapshot(state).held.map(({ callId }) => callId),
            [SECOND],
          );
          const opened = effects.flatMap((one) => (one.type === 'set-track' ? [one.source] : []));
          assert.deepEqual(opened, ['microphone']);
          assert.equal(effects.filter(({ type }) => type === 'settle').length, 2);
        }
      });

      test('is hung up first; the other one is then resumed with the wanted tracks', () => {
        const hungUp = playFrom(
          onHold.state,
          ...asksForBoth,
          ...done,
          wants(5000, { type: 'hangup' }),
        );
        assert.deepEqual(hungUp.callbacks, [
          received,
          begun,
          'onCallEnd(room-1, audio, callee, 3000)',
        ]);
        const { effects } = playFrom(
          hungUp.state,
          pushed(6010, yours.at(6000).holds(BOB, false).seenBy(BOB)),
        );
        assert.deepEqual(
          effects.flatMap((one) => (one.type === 'set-track' ? [one.source] : [])),
          ['microphone', 'camera'],
        );
      });
    });

    test('continues when the accept is refused; the other one rings as waiting', () => {
      const error = errorShape('wrong-state');
      const { state, effects } = playFrom(
        answering.state,
        answered(4800, acceptSecond, { ok: false, error }),
      );
      assert.equal(createSnapshot(state).callId, CALL);
      assert.equal(createSnapshot(state).waiting?.callId, SECOND);
      assert.deepEqual(
        effects.find(({ type }) => type === 'settle'),
        { type: 'settle', intentId: idOf('accept'), outcome: { ok: false, error } },
      );
    });
  });

  test('swaps with the current call', () => {
    const secondHeld = taken.at(6000).holds(BOB);
    const both = playFrom(
      onHold.state,
      pushed(4500, second.at(4400).seenBy(BOB)),
      wants(4600, { type: 'accept', video: true }),
      pushed(4700, taken.at(4690).seenBy(BOB)),
    );
    for (const moments of [
      [
        pushed(6003, secondHeld.seenBy(BOB)),
        pushed(6005, back.seenBy(BOB)),
        answered(6010, holdOff, { ok: true, call: back.seenBy(BOB), media }),
      ],
      [
        answered(6010, holdOff, { ok: true, call: back.seenBy(BOB), media }),
        pushed(6020, secondHeld.seenBy(BOB)),
      ],
    ]) {
      const { state, callbacks } = playFrom(
        both.state,
        wants(5900, { type: 'hold', on: false }),
        ...moments,
      );
      assert.deepEqual(callbacks, []);
      assert.equal(createSnapshot(state).callId, CALL);
      assert.deepEqual(
        createSnapshot(state).held.map(({ callId }) => callId),
        [SECOND],
      );
    }
  });

  test('notifies and shows its end by the other side with the whole duration', () => {
    const { callbacks, phase } = playFrom(
      onHold.state,
      pushed(8000, held.at(7990).ends('hangup', ALICE).seenBy(BOB)),
    );
    assert.deepEqual(callbacks, ['onUserLeave(alice)', 'onCallEnd(room-1, audio, callee, 5990)']);
    assert.equal(phase, 'ended');
  });

  test('ends once when the session is kicked or the server no longer knows it', () => {
    const kicked = playFrom(
      onHold.state,
      happens(5000, {
        type: 'message-received',
        message: { type: 'kicked-offline', reason: 'newer-session' },
      }),
    );
    assert.deepEqual(
      kicked.callbacks.map((line) => line.split('(')[0]),
      ['onKickedOffline', 'onCallEnd'],
    );
    const forgotten = playFrom(
      onHold.state,
      answered(5000, sync, { ok: true, calls: [], missed: [], missedSeq: 0 }),
    );
    assert.deepEqual(
      forgotten.callbacks.map((line) => line.split('(')[0]),
      ['onCallEnd'],
    );
  });

  test('begins and is shown as held on a page without persisted state', () => {
    const { state, callbacks, effects } = play(BOB, pushed(10, held.seenBy(BOB)));
    assert.deepEqual(callbacks, ['onCallBegin(room-1, audio, callee)']);
    assert.equal(createSnapshot(state).held[0]?.callId, CALL);
    assert.equal(effects.filter(({ type }) => type === 'set-track').length, 0);
  });

  test('notifies once an end during a lost connection', () => {
    const over = held.at(7990).ends('hangup', ALICE).seenBy(BOB);
    const { callbacks } = playFrom(
      onHold.state,
      happens(5000, { type: 'socket-disconnected' }),
      happens(8000, { type: 'socket-connected' }),
      answered(8010, sync, { ok: true, calls: [over], missed: [], missedSeq: 0 }),
      pushed(8020, over),
    );
    assert.deepEqual(callbacks, ['onUserLeave(alice)', 'onCallEnd(room-1, audio, callee, 5990)']);
  });

  test('is hung up when no call is on the screen, and stays ended', () => {
    const { callbacks, state, effects, phase } = playFrom(
      onHold.state,
      wants(9000, { type: 'hangup' }),
      // The server made this view before it processed the hang-up.
      pushed(9010, held.at(8990).holds(BOB).seenBy(BOB)),
      pushed(9020, held.at(9015).ends('hangup', BOB).seenBy(BOB)),
    );
    assert.deepEqual(callbacks, ['onCallEnd(room-1, audio, callee, 7000)']);
    assert.deepEqual(createSnapshot(state).held, []);
    assert.equal(phase, 'idle');
    const commands = effects.flatMap((one) => (one.type === 'send-command' ? [one.command] : []));
    assert.deepEqual(commands, [{ type: 'hangup', callId: CALL }]);
    assert.equal(effects.filter(({ type }) => type === 'settle').length, 1);
  });

  test('survives the hang-up of the current call, also when it is repeated', () => {
    const { callbacks, state } = bob(
      answers('hold'),
      pushed(4005, held.seenBy(BOB)),
      yes(accept),
      wants(5000, { type: 'hangup' }),
      wants(5100, { type: 'hangup' }),
    );
    assert.deepEqual(
      callbacks.filter((line) => line.startsWith('onCallEnd')),
      ['onCallEnd(room-2, video, callee, 1000)'],
    );
    assert.equal(createSnapshot(state).held[0]?.callId, CALL);
  });

  test('is shown to the other members as on hold', () => {
    const alice = play(ALICE, pushed(10, talk.seenBy(ALICE)), pushed(4010, held.seenBy(ALICE)));
    const member = createSnapshot(alice.state).members.find(({ userId }) => userId === BOB);
    assert.equal(member?.held, true);
    assert.deepEqual(alice.callbacks, ['onCallBegin(room-1, audio, caller)']);
  });

  test('releases its seat when the page closes', () => {
    const { effects } = playFrom(onHold.state, happens(5000, { type: 'page-leaving' }));
    assert.deepEqual(
      effects.map(({ type }) => type),
      ['send-leave'],
    );
  });
});
