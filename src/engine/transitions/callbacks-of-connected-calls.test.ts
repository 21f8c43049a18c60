import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
  callAnswered,
  calls,
  play,
  pushed,
  wants,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, ServerCall } from '../../../test/fakes/views.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';
import { ring, talk, received, notConnected } from '../../../test/fakes/alice-calls-bob.ts';

/** The tables of docs/events.md: the callbacks on both sides of a call that connects, and their order. */

describe('a 1-to-1 call that connects', () => {
  const aliceTalks = [
    calls(0, [BOB]),
    callAnswered(10, ring.seenBy(ALICE)),
    pushed(2010, talk.seenBy(ALICE)),
  ];
  const bobTalks = [
    pushed(20, ring.seenBy(BOB)),
    wants(1900, { type: 'accept', video: true }),
    acceptAnswered(2010, talk.seenBy(BOB)),
  ];

  test('begins once on each side, and the caller gets onUserJoin', () => {
    assert.deepEqual(play(ALICE, ...aliceTalks, pushed(2020, talk.seenBy(ALICE))).callbacks, [
      'onCallBegin(room-1, audio, caller)',
      'onUserJoin(bob)',
    ]);
    assert.deepEqual(play(BOB, ...bobTalks, pushed(2020, talk.seenBy(BOB))).callbacks.slice(1), [
      'onCallBegin(room-1, audio, callee)',
    ]);
  });

  test('ends for both with their own duration, and only the other one leaves', () => {
    const over = talk.at(10_000).ends('hangup', BOB);
    const alice = play(ALICE, ...aliceTalks, pushed(10_010, over.seenBy(ALICE)));
    const bob = play(
      BOB,
      ...bobTalks,
      wants(10_000, { type: 'hangup' }),
      pushed(10_020, over.seenBy(BOB)),
    );
    assert.deepEqual(alice.callbacks.slice(2), [
      'onUserLeave(bob)',
      'onCallEnd(room-1, audio, caller, 8000)',
    ]);
    assert.deepEqual(alice.notifications.at(-1)?.info, {
      callId: CALL,
      groupId: '',
      callerId: 'alice',
      userData: '',
      reason: 'hangup',
      byUserId: 'bob',
    });
    assert.deepEqual(bob.callbacks.slice(2), ['onCallEnd(room-1, audio, callee, 8000)']);
  });

  test('passes the caller’s data to both sides', () => {
    const given = ServerCall.from(ALICE, [BOB], { userData: 'ticket 7' });
    const bob = play(BOB, pushed(20, given.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [received]);
    assert.equal(bob.notifications[0]?.info.userData, 'ticket 7');
    assert.equal(createSnapshot(bob.state).userData, 'ticket 7');
    const alice = play(ALICE, calls(0, [BOB]), callAnswered(10, given.seenBy(ALICE)));
    assert.equal(createSnapshot(alice.state).userData, 'ticket 7');
  });

  test('loses the peer: onUserLeave, then onCallEnd', () => {
    const over = talk.at(40_000).ends('offline', null, { bob: 'offline' });
    const alice = play(ALICE, ...aliceTalks, pushed(40_010, over.seenBy(ALICE)));
    assert.deepEqual(alice.callbacks.slice(2), [
      'onUserLeave(bob)',
      'onCallEnd(room-1, audio, caller, 38000)',
    ]);
    assert.equal(alice.notifications.at(-1)?.info.reason, 'offline');
  });

  test('loses a member whom the server API removes: a reason of their own, in and before the call', () => {
    const over = talk.at(9000).becomes(BOB, 'removed').ends('ended-by-server', null);
    const answered = acceptAnswered(2010, talk.seenBy(BOB));
    const accepts = wants(1900, { type: 'accept', video: true });
    const bob = play(
      BOB,
      ...[pushed(20, ring.seenBy(BOB)), accepts, answered],
      pushed(9010, over.seenBy(BOB)),
    );
    assert.equal(bob.callbacks.at(-1), 'onCallEnd(room-1, audio, callee, 7000)');
    assert.equal(bob.notifications.at(-1)?.info.reason, 'removed');
    const alice = play(ALICE, ...aliceTalks, pushed(9010, over.seenBy(ALICE)));
    assert.equal(alice.notifications.at(-1)?.info.reason, 'ended-by-server');
    const unanswered = ring.at(900).becomes(BOB, 'removed').ends('ended-by-server', null);
    const ringing = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(910, unanswered.seenBy(BOB)));
    assert.deepEqual(ringing.callbacks.slice(1), ['onCallCancelled(bob)', notConnected('removed')]);
  });

  test('is ended by the server API: onCallEnd without onUserLeave', () => {
    const over = talk.at(9000).ends('ended-by-server', null);
    const alice = play(ALICE, ...aliceTalks, pushed(9010, over.seenBy(ALICE)));
    assert.deepEqual(alice.callbacks.slice(2), ['onCallEnd(room-1, audio, caller, 7000)']);
  });

  test('ended before its beginning was received: all notifications in order', () => {
    const over = talk.at(2500).ends('hangup', BOB);
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      pushed(2600, over.seenBy(ALICE)),
    );
    assert.deepEqual(alice.callbacks, [
      'onCallBegin(room-1, audio, caller)',
      'onUserJoin(bob)',
      'onUserLeave(bob)',
      'onCallEnd(room-1, audio, caller, 500)',
    ]);
  });

  test('changes its media type: both get the old and the new one', () => {
    const video = talk.at(5000).with({ mediaType: 'video' });
    assert.deepEqual(
      play(ALICE, ...aliceTalks, pushed(5010, video.seenBy(ALICE))).callbacks.slice(2),
      ['onCallMediaTypeChanged(audio, video)'],
    );
    assert.deepEqual(play(BOB, ...bobTalks, pushed(5010, video.seenBy(BOB))).callbacks.slice(2), [
      'onCallMediaTypeChanged(audio, video)',
    ]);
  });
});
