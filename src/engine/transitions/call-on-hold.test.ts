import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  happens,
  idOf,
  play,
  playFrom,
  pushed,
  wants,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL } from '../../../test/fakes/views.ts';
import type { Command } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';
import { talk } from '../../../test/fakes/alice-calls-bob.ts';
import {
  held,
  accept,
  holdOn,
  talking,
  bob,
  answers,
  yes,
  onHold,
} from '../../../test/fakes/second-call.ts';

const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [CALL], missedSince: 0 };

describe('a call on hold', () => {
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
