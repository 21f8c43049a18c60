import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  callCommand,
  calls,
  happens,
  idOf,
  mediaJoined,
  play,
  playFrom,
  pushed,
  wants,
  ofType,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL } from '../../../test/fakes/views.ts';
import { errorShape, type Command } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';
import { ring, talk } from '../../../test/fakes/alice-calls-bob.ts';

/** Commands that time out or that the server refuses. */

test('an accept that times out returns to ringing', () => {
  const accept: Command = { type: 'accept', id: idOf('accept'), callId: CALL };
  const bob = play(
    BOB,
    pushed(0, ring.seenBy(BOB)),
    wants(2000, { type: 'accept', video: true }),
    happens(22_000, {
      type: 'command-failed',
      command: accept,
      error: errorShape('signaling-failed'),
    }),
  );
  assert.equal(bob.phase, 'incoming');
  const later = playFrom(bob.state, pushed(23_000, talk.seenBy(BOB)));
  assert.deepEqual(later.callbacks, ['onCallBegin(room-1, audio, callee)']);
  assert.deepEqual(
    ofType(later.effects, 'set-track').map((e) => e.type === 'set-track' && e.source),
    ['microphone'],
  );
});

test('an accept of a call that the server does not know ends the ring (F30)', () => {
  const accept: Command = { type: 'accept', id: idOf('accept'), callId: CALL };
  const bob = play(
    BOB,
    pushed(0, ring.seenBy(BOB)),
    wants(2000, { type: 'accept', video: true }),
    answered(2010, accept, { ok: false, error: errorShape('call-not-found') }),
  );
  assert.equal(bob.phase, 'ended');
  assert.deepEqual(bob.callbacks.slice(1), [
    'onCallCancelled(bob)',
    `onCallNotConnected(${CALL}, ended-by-server)`,
  ]);
});

describe('an accept that timed out and that the server may have processed', () => {
  const accept: Command = { type: 'accept', id: idOf('accept'), callId: CALL };
  const error = errorShape('signaling-failed');
  const acceptedInVain = [
    pushed(20, ring.seenBy(BOB)),
    wants(1900, { type: 'accept', video: true } as const),
    happens(21_900, { type: 'command-failed', command: accept, error }),
  ];
  const asked = (effects: readonly CallEffect[]) =>
    effects.flatMap((effect) => (effect.type === 'send-command' ? [effect.command.type] : []));

  test('hangs up when the ring expires', () => {
    const bob = play(
      BOB,
      ...acceptedInVain,
      happens(30_600, { type: 'timer-fired', name: 'ring' }),
      pushed(31_000, talk.seenBy(BOB)),
    );
    assert.equal(bob.phase, 'ended');
    assert.deepEqual(asked(bob.effects), ['alerted', 'accept', 'hangup']);
    assert.deepEqual(ofType(bob.effects, 'join-media'), []);
  });

  test('hangs up when the page returns after the ring has expired', () => {
    const bob = play(BOB, ...acceptedInVain, happens(40_000, { type: 'page-returning' }));
    assert.deepEqual(asked(bob.effects), ['alerted', 'accept', 'sync', 'hangup']);
  });

  test('makes a rejection send a hang-up', () => {
    const bob = play(BOB, ...acceptedInVain, wants(22_500, { type: 'reject' }));
    assert.deepEqual(asked(bob.effects), ['alerted', 'accept', 'hangup']);
  });
});

test('a call that times out is cancelled and shown as failed', () => {
  const failed = play(
    ALICE,
    calls(0, [BOB]),
    happens(20_000, {
      type: 'command-failed',
      command: callCommand,
      error: errorShape('signaling-failed', 'no answer'),
    }),
    mediaJoined(20_010),
  );
  assert.equal(failed.phase, 'idle');
  assert.deepEqual(failed.callbacks, ['onError(-1401, no answer)']);
  assert.deepEqual(failed.state.pendingTerminations, [
    { type: 'cancel', callCommandId: idOf('call') },
  ]);
});
