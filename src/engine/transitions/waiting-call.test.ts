import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CLOCK_START, happens, idOf, play, pushed, wants } from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, CAROL } from '../../../test/fakes/views.ts';
import { errorShape } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';
import { talk } from '../../../test/fakes/alice-calls-bob.ts';
import {
  SECOND,
  second,
  received,
  talking,
  rung,
  bob,
  answers,
} from '../../../test/fakes/second-call.ts';

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
