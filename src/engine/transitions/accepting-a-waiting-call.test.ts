import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answered, happens, play, playFrom, pushed } from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type Command } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';
import { talk } from '../../../test/fakes/alice-calls-bob.ts';
import {
  SECOND,
  second,
  taken,
  held,
  media,
  begun,
  accept,
  bob,
  answers,
  yes,
} from '../../../test/fakes/second-call.ts';

const ended = talk.at(4000).ends('hangup', BOB);

const acceptAndEnd: Command = { ...accept, currentCall: 'end' };

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
