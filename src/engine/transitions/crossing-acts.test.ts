import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
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
import { ALICE, BOB, CALL, callIdOf, ServerCall } from '../../../test/fakes/views.ts';
import { received, ring, talk } from '../../../test/fakes/alice-calls-bob.ts';

/** Commands of two users that cross on the wire. */

describe('cancel and accept', () => {
  test('accept wins: the callee is in the call and gets the hang-up (F01)', () => {
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1900, { type: 'accept', video: true }),
      acceptAnswered(2010, talk.seenBy(BOB)),
      pushed(2100, talk.at(2050).ends('hangup', ALICE).seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallBegin(room-1, audio, callee)',
      'onUserLeave(alice)',
      'onCallEnd(room-1, audio, callee, 50)',
    ]);
  });

  test('cancel wins: the accept does not fail, and nothing opens (F02)', () => {
    const over = ring.at(1800).ends('cancelled', ALICE).seenBy(BOB);
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1900, { type: 'accept', video: true }),
      acceptAnswered(2010, over),
      pushed(2020, over),
    );
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(alice)',
      `onCallNotConnected(${CALL}, cancelled)`,
    ]);
    assert.deepEqual(ofType(bob.effects, 'set-track'), []);
    assert.deepEqual(ofType(bob.effects, 'join-media'), []);
    assert.deepEqual(ofType(bob.effects, 'settle'), [
      { type: 'settle', intentId: idOf('accept'), outcome: { ok: true, callId: null } },
    ]);
  });

  test('a push before the acknowledgement joins media once, with the acknowledged token', () => {
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1900, { type: 'accept', video: true }),
      pushed(2005, talk.seenBy(BOB)),
      acceptAnswered(2010, talk.seenBy(BOB)),
    );
    const asked = ofType(bob.effects, 'send-command').map(
      (effect) => effect.type === 'send-command' && effect.command.type,
    );
    assert.deepEqual(asked, ['alerted', 'accept']);
    assert.equal(ofType(bob.effects, 'join-media').length, 1);
    assert.equal(bob.callbacks.filter((line) => line.startsWith('onCallBegin')).length, 1);
  });
});

test('cancel and reject give one end on each side (F03)', () => {
  const over = ring.at(3000).becomes(BOB, 'rejected', 'this').ends('rejected', BOB);
  const alice = play(
    ALICE,
    calls(0, [BOB]),
    callAnswered(10, ring.seenBy(ALICE)),
    wants(3000, { type: 'hangup' }),
    pushed(3010, over.seenBy(ALICE)),
  );
  const bob = play(
    BOB,
    pushed(20, ring.seenBy(BOB)),
    wants(3000, { type: 'reject' }),
    pushed(3010, ring.at(2990).ends('cancelled', ALICE).seenBy(BOB)),
  );
  assert.deepEqual(alice.callbacks, [
    'onCallCancelled(alice)',
    `onCallNotConnected(${CALL}, cancelled)`,
  ]);
  assert.deepEqual(bob.callbacks.slice(1), [
    'onCallCancelled(bob)',
    `onCallNotConnected(${CALL}, rejected)`,
  ]);
});

test('cancel and timeout give one end (F04)', () => {
  const bob = play(
    BOB,
    pushed(0, ring.seenBy(BOB)),
    happens(30_500, { type: 'timer-fired', name: 'ring' }),
    pushed(30_600, ring.at(29_990).ends('cancelled', ALICE).seenBy(BOB)),
  );
  assert.deepEqual(bob.callbacks, [
    received,
    'onCallCancelled(bob)',
    `onCallNotConnected(${CALL}, no-response)`,
  ]);
});

describe('accept and timeout (F05)', () => {
  const moments = [pushed(0, ring.seenBy(BOB)), wants(29_990, { type: 'accept', video: true })];

  test('accept wins: connected, although the ring has expired here', () => {
    const late = ring.at(29_995).joins(BOB);
    const bob = play(
      BOB,
      ...moments,
      happens(30_500, { type: 'timer-fired', name: 'ring' }),
      acceptAnswered(30_600, late.seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks, [received, 'onCallBegin(room-1, audio, callee)']);
  });

  test('timeout wins: not connected, notified once', () => {
    const over = ring.at(30_000).ends('no-response', null, { bob: 'no-response' });
    const bob = play(BOB, ...moments, acceptAnswered(30_100, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, no-response)`,
    ]);
  });
});

test('both hang up: one end on each side (F10)', () => {
  const moments = [
    pushed(20, ring.seenBy(BOB)),
    wants(1900, { type: 'accept', video: true } as const),
    acceptAnswered(2010, talk.seenBy(BOB)),
  ];
  const bob = play(
    BOB,
    ...moments,
    wants(7000, { type: 'hangup' }),
    pushed(7010, talk.at(6990).ends('hangup', ALICE).seenBy(BOB)),
  );
  assert.deepEqual(
    bob.callbacks.filter((line) => line.startsWith('onCallEnd')),
    ['onCallEnd(room-1, audio, callee, 5000)'],
  );
});

test('a second hang-up does nothing (F11)', () => {
  const once = play(
    ALICE,
    calls(0, [BOB]),
    callAnswered(10, ring.seenBy(ALICE)),
    wants(3000, { type: 'hangup' }),
  );
  const twice = playFrom(once.state, wants(3100, { type: 'hangup' }));
  assert.deepEqual(twice.callbacks, []);
  assert.deepEqual(twice.effects, [
    { type: 'settle', intentId: idOf('hangup'), outcome: { ok: true, callId: null } },
  ]);
});

describe('two users who call each other (F14)', () => {
  const theirs = ServerCall.from(BOB, [ALICE], { callId: callIdOf('theirs'), mediaType: 'audio' });
  const merged = theirs.at(500).joins(ALICE);

  test('are in one call that begins once, in any order of messages', () => {
    const begun = 'onCallBegin(room-1, audio, callee)';
    const answerOnly = play(ALICE, calls(0, [BOB]), callAnswered(500, merged.seenBy(ALICE)));
    assert.deepEqual(answerOnly.callbacks, [begun]);
    const ringFirst = play(
      ALICE,
      calls(0, [BOB]),
      pushed(10, theirs.seenBy(ALICE)),
      pushed(490, merged.seenBy(ALICE)),
      callAnswered(500, merged.seenBy(ALICE)),
      pushed(510, merged.seenBy(ALICE)),
    );
    assert.deepEqual(ringFirst.callbacks, [begun]);
    assert.equal(ringFirst.phase, 'connecting');
    assert.deepEqual(ringFirst.state.backgroundCalls, []);
  });

  test('open only the tracks of their own call: an audio caller opens no camera (F15)', () => {
    const video = theirs.with({ mediaType: 'video' }).at(500).joins(ALICE);
    const alice = play(ALICE, calls(0, [BOB], 'audio'), callAnswered(500, video.seenBy(ALICE)));
    assert.deepEqual(
      ofType(alice.effects, 'set-track').map((e) => e.type === 'set-track' && e.source),
      ['microphone'],
    );
    const voice = merged;
    const other = play(ALICE, calls(0, [BOB], 'video'), callAnswered(500, voice.seenBy(ALICE)));
    assert.deepEqual(
      ofType(other.effects, 'set-track').map((e) => e.type === 'set-track' && e.source),
      ['microphone'],
    );
  });

  test('the caller whose call stays gets an answered call', () => {
    const bob = play(
      BOB,
      calls(0, [ALICE]),
      callAnswered(10, theirs.seenBy(BOB)),
      pushed(510, merged.seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks, ['onCallBegin(room-1, audio, caller)', 'onUserJoin(alice)']);
  });
});
