import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  callAnswered,
  calls,
  happens,
  idOf,
  play,
  playFrom,
  pushed,
  wants,
  ofType,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, callIdOf, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import type { Command } from '../../protocol/index.ts';
import { ring } from '../../../test/fakes/alice-calls-bob.ts';

const cancelCommand: Command = { type: 'cancel', id: idOf('cancel'), callCommandId: idOf('call') };

describe('a caller who hangs up before the acknowledgement (F12)', () => {
  const early = play(ALICE, calls(0, [BOB]), wants(50, { type: 'hangup' }));

  test('leaves at once, and cancels the call by its command id', () => {
    assert.equal(early.phase, 'ended');
    assert.deepEqual(early.callbacks, [
      'onCallCancelled(alice)',
      'onCallNotConnected(, cancelled)',
    ]);
    assert.deepEqual(
      ofType(early.effects, 'send-command').map((e) => e.type === 'send-command' && e.command),
      [
        {
          type: 'call',
          userIds: [BOB],
          mediaType: 'audio',
          groupId: '',
          timeout: 30,
          userData: '',
        },
        { type: 'cancel', callCommandId: idOf('call') },
      ],
    );
    assert.deepEqual(
      ofType(early.effects, 'settle').map((e) => e.type === 'settle' && e.outcome.ok),
      [false, true],
    );
  });

  test('ignores a view of that call', () => {
    const late = playFrom(
      early.state,
      pushed(80, ring.seenBy(ALICE)),
      happens(4100, { type: 'timer-fired', name: 'ended' }),
      answered(4200, cancelCommand, {
        ok: true,
        call: ring.at(4100).ends('cancelled', ALICE).seenBy(ALICE),
      }),
      pushed(4210, ring.at(4100).ends('cancelled', ALICE).seenBy(ALICE)),
    );
    assert.equal(late.phase, 'idle');
    assert.deepEqual(late.callbacks, []);
    assert.deepEqual(late.state.pendingTerminations, []);
  });

  test('does not enter the call of the other user, who called at the same time (F14)', () => {
    const theirs = ServerCall.from(BOB, [ALICE], {
      callId: callIdOf('theirs'),
      mediaType: 'audio',
    });
    const merged = theirs.at(60).joins(ALICE);
    const over = merged.at(70).ends('hangup', ALICE);
    const late = playFrom(
      early.state,
      pushed(80, merged.seenBy(ALICE)),
      happens(4100, { type: 'timer-fired', name: 'ended' }),
      answered(4200, cancelCommand, { ok: true, call: over.seenBy(ALICE) }),
      pushed(4210, over.seenBy(ALICE)),
    );
    assert.equal(late.phase, 'idle');
    assert.deepEqual(late.callbacks, []);
    assert.deepEqual(ofType(late.effects, 'join-media'), []);
  });

  test('can call again at once', () => {
    const again = ServerCall.from(ALICE, [CAROL], { callId: callIdOf('second') });
    const second = playFrom(
      early.state,
      calls(100, [CAROL]),
      pushed(110, ring.seenBy(ALICE)),
      answered(120, cancelCommand, {
        ok: true,
        call: ring.at(110).ends('cancelled', ALICE).seenBy(ALICE),
      }),
      callAnswered(130, again.seenBy(ALICE)),
    );
    assert.equal(second.phase, 'outgoing');
    assert.equal('view' in second.state.call && second.state.call.view.callId, callIdOf('second'));
    assert.deepEqual(second.callbacks, []);
  });
});
