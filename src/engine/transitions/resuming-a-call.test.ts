import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answered, CLOCK_START, idOf, playFrom, pushed, wants } from '../../../test/fakes/play.ts';
import { BOB, CALL, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type Command } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';
import {
  SECOND,
  second,
  taken,
  held,
  media,
  received,
  begun,
  accept,
  holdOn,
  onHold,
} from '../../../test/fakes/second-call.ts';

const holdOff: Command = { ...holdOn, on: false };

const back = held.at(6000).holds(BOB, false);

describe('a call on hold', () => {
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
});
