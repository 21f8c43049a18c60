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
import { ALICE, BOB, CAROL, DAVE, ServerCall } from '../../../test/fakes/views.ts';
import { notConnected } from '../../../test/fakes/alice-calls-bob.ts';

/** The tables of docs/events.md: the callbacks of the members of a group call, and their order. */

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
