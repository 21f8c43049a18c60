import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
  answered,
  callAnswered,
  callCommand,
  calls,
  happens,
  idOf,
  missed,
  play,
  pushed,
  wants,
} from '../../../test/fakes/play.ts';
import {
  ALICE,
  BOB,
  CALL,
  CAROL,
  DAVE,
  SERVER_START,
  ServerCall,
} from '../../../test/fakes/views.ts';
import type { Command } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';

/** The tables of docs/events.md: the callbacks on both sides and their order. */

const ring = ServerCall.from(ALICE, [BOB]);
const rung = 'onCallReceived(alice, ["bob"], , audio)';
const notConnected = (reason: string) => `onCallNotConnected(${CALL}, ${reason})`;

const hangupCommand: Command = { type: 'hangup', id: idOf('hangup-sent'), callId: CALL };

describe('a caller whom the back end rings', () => {
  const team = ServerCall.from(ALICE, [BOB, CAROL]).becomes(ALICE, 'ringing');
  const bobIn = team.at(2000).joins(BOB);
  const aliceIn = bobIn.at(4000).joins(ALICE);
  const carolIn = aliceIn.at(5000).joins(CAROL);
  const begins = ['onCallBegin(room-1, audio, caller)', 'onUserJoin(carol)'];

  test('gets onUserJoin only of members who join after them', () => {
    const alice = play(
      ALICE,
      pushed(20, team.seenBy(ALICE)),
      pushed(2020, bobIn.seenBy(ALICE)),
      wants(3990, { type: 'accept', video: true }),
      acceptAnswered(4010, aliceIn.seenBy(ALICE)),
      pushed(5010, carolIn.seenBy(ALICE)),
    );
    assert.deepEqual(alice.callbacks.slice(1), begins);
  });

  test('gets the same if views are lost', () => {
    for (const known of [aliceIn, carolIn]) {
      const alice = play(
        ALICE,
        pushed(20, team.seenBy(ALICE)),
        wants(3990, { type: 'accept', video: true }),
        acceptAnswered(4010, known.seenBy(ALICE)),
        pushed(5010, carolIn.seenBy(ALICE)),
      );
      assert.deepEqual(alice.callbacks.slice(1), begins);
    }
  });
});

describe('a 1-to-1 call that does not connect', () => {
  test('is cancelled by the caller: both get the caller’s id', () => {
    const over = ring.at(4000).ends('cancelled', ALICE);
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      wants(4000, { type: 'hangup' }),
      answered(4050, hangupCommand, { ok: true, call: over.seenBy(ALICE) }),
      pushed(4060, over.seenBy(ALICE)),
    );
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(4020, over.seenBy(BOB)));
    assert.deepEqual(alice.callbacks, ['onCallCancelled(alice)', notConnected('cancelled')]);
    assert.deepEqual(bob.callbacks, [rung, 'onCallCancelled(alice)', notConnected('cancelled')]);
  });

  test('is not answered: the caller gets the callee’s event first', () => {
    const over = ring.at(30_000).ends('no-response', null, { bob: 'no-response' });
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      pushed(30_010, over.seenBy(ALICE)),
    );
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(30_010, over.seenBy(BOB)));
    assert.deepEqual(alice.callbacks, [
      'onUserNoResponse(bob)',
      'onCallCancelled(alice)',
      notConnected('no-response'),
    ]);
    assert.deepEqual(bob.callbacks, [rung, 'onCallCancelled(bob)', notConnected('no-response')]);
  });

  test('is rejected: the caller gets the callee’s event first, the callee ends at once', () => {
    const over = ring.at(5000).becomes(BOB, 'rejected', 'this').ends('rejected', BOB);
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      pushed(5010, over.seenBy(ALICE)),
    );
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(5000, { type: 'reject' }),
      pushed(5030, over.seenBy(BOB)),
    );
    assert.deepEqual(alice.callbacks, [
      'onUserReject(bob)',
      'onCallCancelled(alice)',
      notConnected('rejected'),
    ]);
    assert.deepEqual(bob.callbacks, [rung, 'onCallCancelled(bob)', notConnected('rejected')]);
  });

  test('has a busy callee: the acknowledgement ends it, and the callee gets only call-missed', () => {
    const over = ring.becomes(BOB, 'busy').ends('line-busy', null);
    const alice = play(ALICE, calls(0, [BOB]), callAnswered(10, over.seenBy(ALICE)));
    const bob = play(
      BOB,
      missed(20, {
        seq: 1,
        callId: CALL,
        callerId: ALICE,
        callerNickname: 'Alice',
        callerAvatar: '',
        mediaType: 'audio',
        groupId: '',
        reason: 'line-busy',
        at: SERVER_START,
      }),
    );
    assert.deepEqual(alice.callbacks, [
      'onUserLineBusy(bob)',
      'onCallCancelled(alice)',
      notConnected('line-busy'),
    ]);
    assert.deepEqual(bob.callbacks, [`onCallMissed(${CALL}, alice, audio, line-busy)`]);
  });

  test('has an unreachable callee, who gets the same notifications on return', () => {
    const over = ring.at(30_000).ends('no-response', null, { bob: 'no-response' });
    const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [CALL], missedSince: 0 };
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      happens(3000, { type: 'socket-disconnected' }),
      happens(28_900, { type: 'socket-connected' }),
      answered(29_000, sync, {
        ok: true,
        calls: [over.seenBy(BOB)],
        missed: [],
        missedSeq: 0,
      }),
    );
    assert.deepEqual(bob.callbacks, [rung, 'onCallCancelled(bob)', notConnected('no-response')]);
  });

  test('loses its caller: the ring ends as cancelled by the caller', () => {
    const over = ring.at(9000).ends('offline', null, { alice: 'offline' });
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(9010, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [rung, 'onCallCancelled(alice)', notConnected('offline')]);
  });

  test('is ended by the server API: no user cancelled it', () => {
    const over = ring.at(9000).ends('ended-by-server', null);
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(9010, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      rung,
      'onCallCancelled(bob)',
      notConnected('ended-by-server'),
    ]);
  });

  test('is answered on another session: this one gets other-device-accepted', () => {
    const elsewhere = ring.at(4000).joins(BOB, 'other');
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(4010, elsewhere.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      rung,
      'onCallCancelled(bob)',
      notConnected('other-device-accepted'),
    ]);
    assert.equal(bob.notifications[1]?.info.reason, 'other-device-accepted');
    assert.equal(bob.phase, 'ended');
  });

  test('is rejected on another session: this one gets other-device-rejected', () => {
    const over = ring.at(4000).becomes(BOB, 'rejected', 'other').ends('rejected', BOB);
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(4010, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      rung,
      'onCallCancelled(bob)',
      notConnected('other-device-rejected'),
    ]);
    assert.equal(bob.notifications[1]?.info.reason, 'other-device-rejected');
  });
});

describe('a 1-to-1 call that connects', () => {
  const talk = ring.at(2000).joins(BOB);
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
    assert.deepEqual(bob.callbacks, [rung]);
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

describe('a group call', () => {
  const group = ServerCall.from(ALICE, [BOB, CAROL], { groupId: 'team', isGroup: true });
  const groupRung = 'onCallReceived(alice, ["bob","carol"], team, audio)';
  const bobIn = group.at(2000).joins(BOB);

  const bobTalks = [
    pushed(20, group.seenBy(BOB)),
    wants(1900, { type: 'accept', video: true }),
    acceptAnswered(2010, bobIn.seenBy(BOB)),
  ];
  const aliceTalks = [
    calls(0, [BOB, CAROL]),
    callAnswered(10, group.seenBy(ALICE)),
    pushed(2010, bobIn.seenBy(ALICE)),
  ];

  test('notifies a refusal to all joined and ringing members', () => {
    const refused = group.at(1000).becomes(CAROL, 'rejected', 'this');
    const bob = play(BOB, pushed(20, group.seenBy(BOB)), pushed(1010, refused.seenBy(BOB)));
    const alice = play(
      ALICE,
      calls(0, [BOB, CAROL]),
      callAnswered(10, group.seenBy(ALICE)),
      pushed(1010, refused.seenBy(ALICE)),
    );
    assert.deepEqual(bob.callbacks, [groupRung, 'onUserReject(carol)']);
    assert.deepEqual(alice.callbacks, ['onUserReject(carol)']);
    assert.equal(alice.phase, 'outgoing');
  });

  test('is cancelled for the caller only when no invitation is pending', () => {
    const first = group.at(30_000).becomes(BOB, 'no-response');
    const over = first.becomes(CAROL, 'no-response').ends('no-response', null);
    const alice = play(
      ALICE,
      calls(0, [BOB, CAROL]),
      callAnswered(10, group.seenBy(ALICE)),
      pushed(30_010, first.seenBy(ALICE)),
      pushed(30_020, over.seenBy(ALICE)),
    );
    assert.deepEqual(alice.callbacks, [
      'onUserNoResponse(bob)',
      'onUserNoResponse(carol)',
      'onCallCancelled(alice)',
      notConnected('no-response'),
    ]);
  });

  test('continues when a member leaves, and notifies the joined ones', () => {
    const carolIn = bobIn.at(3000).joins(CAROL);
    const carolOut = carolIn.at(6000).becomes(CAROL, 'left');
    const bob = play(
      BOB,
      ...bobTalks,
      pushed(3010, carolIn.seenBy(BOB)),
      pushed(6010, carolOut.seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks, [
      groupRung,
      'onCallBegin(room-1, audio, callee)',
      'onUserJoin(carol)',
      'onUserLeave(carol)',
    ]);
    assert.equal(bob.phase, 'connecting');
  });

  test('ends for a leaving member with their own duration, and continues for the others', () => {
    const carolIn = bobIn.at(3000).joins(CAROL);
    const bobOut = carolIn.at(8000).becomes(BOB, 'left');
    const bob = play(
      BOB,
      ...bobTalks,
      pushed(3010, carolIn.seenBy(BOB)),
      pushed(8010, bobOut.seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks.slice(-1), ['onCallEnd(room-1, audio, callee, 6000)']);
  });

  test('notifies its members of an invitation and its inviter', () => {
    const more = bobIn.at(4000).invites(ALICE, DAVE);
    const bob = play(BOB, ...bobTalks, pushed(4010, more.seenBy(BOB)));
    assert.equal(bob.callbacks.at(-1), `onUserInviting(dave)`);
    assert.equal(bob.notifications.at(-1)?.info.byUserId, 'alice');
  });

  test('notifies missed events in their order', () => {
    const later = bobIn
      .at(3000)
      .joins(CAROL)
      .at(4000)
      .becomes(BOB, 'left')
      .at(5000)
      .invites(ALICE, DAVE);
    const alice = play(ALICE, ...aliceTalks, pushed(5010, later.seenBy(ALICE)));
    assert.deepEqual(alice.callbacks, [
      'onCallBegin(room-1, audio, caller)',
      'onUserJoin(bob)',
      'onUserJoin(carol)',
      'onUserLeave(bob)',
      `onUserInviting(dave)`,
    ]);
  });

  test('notifies a ringing callee of the refusals since the invitation, and of none before', () => {
    const busy = group.becomes(CAROL, 'busy');
    const later = busy.at(5000).joins(BOB).invites(BOB, DAVE).becomes(CAROL, 'rejected');
    assert.deepEqual(play(BOB, pushed(20, busy.seenBy(BOB))).callbacks, [
      groupRung,
      'onUserLineBusy(carol)',
    ]);
    const [rang, ...rest] = play(DAVE, pushed(20, later.seenBy(DAVE))).callbacks;
    assert.match(rang ?? '', /^onCallReceived/);
    assert.deepEqual(rest, ['onUserReject(carol)']);
    const early = group.becomes(CAROL, 'rejected').at(5000).joins(BOB).invites(BOB, DAVE);
    assert.equal(play(DAVE, pushed(20, early.seenBy(DAVE))).callbacks.length, 1);
  });

  test('rings for a member who left and was invited again', () => {
    const bobOut = bobIn.at(3000).joins(CAROL).at(4000).becomes(BOB, 'left');
    const again = bobOut.at(9000).invites(ALICE, BOB);
    const bob = play(
      BOB,
      ...bobTalks,
      wants(4000, { type: 'hangup' }),
      pushed(4010, bobOut.seenBy(BOB)),
      pushed(9010, again.seenBy(BOB, 'none')),
    );
    assert.equal(bob.callbacks.at(-2), 'onCallEnd(room-1, audio, callee, 2000)');
    assert.equal(bob.callbacks.at(-1), 'onCallReceived(alice, ["carol","bob"], team, audio)');
    assert.equal(bob.phase, 'incoming');
  });
});

test('a call that the server refuses causes onError', () => {
  const alice = play(
    ALICE,
    calls(0, [BOB]),
    answered(10, callCommand, {
      ok: false,
      error: { code: 20007, name: 'blocked', message: 'no', retryable: false },
    }),
  );
  assert.deepEqual(alice.callbacks, ['onError(20007, no)']);
  assert.equal(alice.phase, 'idle');
  assert.equal(alice.state.activeError?.error.name, 'blocked');
});
