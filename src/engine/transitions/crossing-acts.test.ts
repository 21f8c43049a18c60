import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
  answered,
  callAnswered,
  callCommand,
  calls,
  fact,
  happens,
  idOf,
  mediaJoined,
  play,
  playFrom,
  pushed,
  wants,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type Command } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';

/** Commands of two users, or of two devices of one user, that cross on the wire. */

const ring = ServerCall.from(ALICE, [BOB]);
const talk = ring.at(2000).joins(BOB);
const received = 'onCallReceived(alice, ["bob"], , audio)';

const ofType = (effects: readonly CallEffect[], type: CallEffect['type']) =>
  effects.filter((effect) => effect.type === type);

const cancelCommand: Command = { type: 'cancel', id: idOf('cancel'), callCommandId: idOf('call') };

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

describe('two devices of the callee', () => {
  const elsewhere = talk.seenBy(BOB, 'other');

  test('reject after the other has accepted: the call stays on the other device (F06)', () => {
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(2100, { type: 'reject' }),
      answered(
        2200,
        { type: 'reject', id: idOf('reject'), callId: CALL },
        { ok: true, call: elsewhere },
      ),
    );
    assert.deepEqual(bob.callbacks.slice(1), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, rejected)`,
    ]);
    assert.ok(bob.state.backgroundCalls.some(({ view }) => view.version === talk.version));
  });

  test('accept after the other has rejected: the call ends here and nothing opens (F07)', () => {
    const over = ring.at(1800).becomes(BOB, 'rejected', 'other').ends('rejected', BOB);
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1900, { type: 'accept', video: true }),
      acceptAnswered(2000, over.seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks.slice(1), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, other-device-rejected)`,
    ]);
    assert.deepEqual(ofType(bob.effects, 'set-track'), []);
  });

  test('both accept: the second one gets no token and opens nothing (F08)', () => {
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1990, { type: 'accept', video: true }),
      acceptAnswered(2010, elsewhere),
    );
    assert.deepEqual(bob.callbacks.slice(1), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, other-device-accepted)`,
    ]);
    assert.deepEqual(ofType(bob.effects, 'join-media'), []);
    assert.deepEqual(ofType(bob.effects, 'set-track'), []);
  });

  test('a device that signs in later shows the call as elsewhere and does not ring (F20)', () => {
    const bob = play(BOB, pushed(3000, elsewhere));
    assert.deepEqual(bob.callbacks, []);
    assert.equal(bob.phase, 'idle');
    assert.deepEqual(
      bob.effects.filter(({ type }) => type === 'send-command'),
      [],
    );
  });
});

test('the caller’s other device shows the call as elsewhere and neither rings nor opens anything (F20)', () => {
  const tablet = play(
    ALICE,
    pushed(10, ring.seenBy(ALICE, 'other')),
    pushed(2010, talk.seenBy(ALICE, 'other')),
  );
  assert.deepEqual(tablet.callbacks, []);
  assert.equal(tablet.phase, 'idle');
  assert.deepEqual(tablet.effects, []);
  assert.equal(tablet.state.backgroundCalls.length, 1);
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

test('a session that gets the seat without an accept opens nothing (H44)', () => {
  const rung = play(BOB, pushed(0, ring.seenBy(BOB)), pushed(2000, talk.seenBy(BOB)));
  const unacknowledged = play(BOB, pushed(2000, talk.seenBy(BOB)));
  for (const { phase, effects } of [rung, unacknowledged]) {
    assert.equal(phase, 'connecting');
    assert.deepEqual(ofType(effects, 'set-track'), []);
  }
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

test('a track that the media session opens by itself is closed', () => {
  const bob = play(
    BOB,
    pushed(0, ring.seenBy(BOB)),
    fact(100, { type: 'local-track', source: 'microphone', on: true, error: null }),
  );
  assert.deepEqual(bob.effects.at(-1), { type: 'leave-media' });
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
