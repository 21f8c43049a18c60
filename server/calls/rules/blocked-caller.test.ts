import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UserId } from '../../../src/protocol/index.ts';
import { alice, bob, callId, carol, dave, actorOn } from '../../testing/people.ts';
import {
  callCommand,
  memberStatuses,
  decided,
  ending,
  appliedDecision,
  memberIn,
  refusedWith,
  ringing,
  start,
  startContext,
  T0,
} from '../../testing/rule-fixtures.ts';
import type { Start } from '../../testing/rule-fixtures.ts';
import {
  alerted,
  accept,
  hangUp,
  invite,
  join,
  applyDeadlines,
  reject,
  startCall,
} from './index.ts';
import { callView } from '../call-view.ts';
import { isEngaged, isLiveFor } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { missedOf } from '../model/decision.ts';
import type { Decision } from '../model/decision.ts';
import { recentsOf } from '../history/recent.ts';

/** By default Bob has blocked Alice. */

const bobHasBlocked = { hasBlocked: (userId: UserId) => userId === bob };
const later = T0 + 5_000;
const ringOver = T0 + 30_000;
const noBody = { nickname: '', avatar: '' };

describe('a blocked caller', () => {
  it('always sees the same as a caller of an offline user (H50, H51)', () => {
    const seen = (call: Call, now: number) => callView(call, actorOn(alice), now);
    const away = ringing({ by: alice, to: [bob] });
    const blocked = ringing({ by: alice, to: [bob] }, bobHasBlocked);
    assert.deepEqual(seen(blocked, later), seen(away, later));
    const atTheEnd = [applyDeadlines(blocked, ringOver), applyDeadlines(away, ringOver)] as const;
    assert.deepEqual(seen(atTheEnd[0], ringOver), seen(atTheEnd[1], ringOver));
    assert.equal(memberStatuses(atTheEnd[0]), 'alice:left bob:no-response');
    assert.equal(ending(atTheEnd[0]).endReason, 'no-response');
  });

  it('does not learn that the callee is in another call', () => {
    const talk = decided(
      accept(ringing({ by: carol, to: [bob] }, { callId: callId('talk') }), actorOn(bob), T0),
    );
    const call = ringing({ by: alice, to: [bob] }, { ...bobHasBlocked, liveCalls: [talk] });
    assert.equal(memberStatuses(call), 'alice:joined bob:ringing');
  });

  it('can cancel the call', () => {
    const call = ringing({ by: alice, to: [bob] }, bobHasBlocked);
    const over = hangUp(call, actorOn(alice), { now: later, isGone: () => false });
    assert.equal(memberStatuses(decided(over)), 'alice:left bob:cancelled');
  });

  it('rings the other callees of a group; the blocking user counts as a member', () => {
    const call = ringing({ by: alice, to: [bob, carol] }, bobHasBlocked);
    assert.equal(memberStatuses(call), 'alice:joined bob:ringing carol:ringing');
    assert.deepEqual(
      [memberIn(call, bob).suppressed, memberIn(call, carol).suppressed],
      [true, false],
    );
    const talk = decided(accept(call, actorOn(carol), later));
    assert.equal(
      memberStatuses(applyDeadlines(talk, ringOver)),
      'alice:joined bob:no-response carol:joined',
    );
    const full = { ...inviting(), maxMembers: 3 };
    const ask = { userIds: [dave], timeout: 30 };
    assert.equal(refusedWith(invite(talk, ask, actorOn(alice), full)), 'call-full');
  });

  it('rings until the timeout in a group in which everyone has blocked them', () => {
    const call = ringing({ by: alice, to: [bob, carol] }, { hasBlocked: () => true });
    assert.equal(call.status, 'ringing');
    const over = applyDeadlines(call, ringOver);
    assert.equal(memberStatuses(over), 'alice:left bob:no-response carol:no-response');
    assert.deepEqual(missedOf({ before: call, after: over }), []);
  });

  it('sends a suppressed invitation into a running call', () => {
    const talk = decided(accept(ringing({ by: alice, to: [carol] }), actorOn(carol), T0));
    const ask = { userIds: [bob, dave], timeout: 30 };
    const call = decided(invite(talk, ask, actorOn(alice), { ...inviting(), ...bobHasBlocked }));
    assert.equal(memberStatuses(call), 'alice:joined carol:joined bob:ringing dave:ringing');
    assert.deepEqual(
      [memberIn(call, bob).suppressed, memberIn(call, dave).suppressed],
      [true, false],
    );
  });
});

describe('a user who has blocked the caller', () => {
  it('is not busy during a suppressed invitation, with and without call waiting', () => {
    const call = ringing({ by: alice, to: [bob] }, bobHasBlocked);
    assert.ok(!isLiveFor(memberIn(call, bob)));
    for (const waiting of [false, true]) assert.ok(!isEngaged(memberIn(call, bob), waiting));
    const other = ringing({ by: carol, to: [bob] }, { callId: callId('two'), liveCalls: [call] });
    assert.equal(memberStatuses(other), 'carol:joined bob:ringing');
    const own = ringing({ by: bob, to: [carol] }, { callId: callId('two'), liveCalls: [call] });
    assert.equal(memberStatuses(own), 'bob:joined carol:ringing');
  });

  it('gets no missed call and no recent call', () => {
    const call = ringing({ by: alice, to: [bob] }, bobHasBlocked);
    const changes = [
      { before: call, after: applyDeadlines(call, ringOver) },
      { before: call, after: decided(hangUp(call, actorOn(alice), leaving)) },
    ];
    for (const change of changes) {
      assert.deepEqual(missedOf(change), []);
      assert.deepEqual(
        recentsOf(change).map(({ userId }) => userId),
        [alice],
      );
    }
  });

  it('gets the same error for the call’s id as for an unknown one', () => {
    const call = ringing({ by: alice, to: [bob] }, bobHasBlocked);
    const acts: readonly ((call: Call) => Decision)[] = [
      (one) => accept(one, actorOn(bob), later),
      (one) => reject(one, actorOn(bob), later),
      (one) => alerted(one, actorOn(bob)),
      (one) => hangUp(one, actorOn(bob), leaving),
      (one) => join(one, actorOn(bob), joining),
    ];
    for (const act of acts) {
      for (const one of [call, applyDeadlines(call, ringOver)]) {
        assert.equal(refusedWith(act(one)), 'call-not-found');
      }
    }
  });

  it('can join the call of their group', () => {
    const call = ringing({ by: alice, to: [bob], groupId: 'team' }, bobHasBlocked);
    const joined = decided(join(call, actorOn(bob, 'phone', ['team']), joining));
    assert.equal(memberStatuses(joined), 'alice:joined bob:joined');
    assert.equal(memberIn(joined, bob).suppressed, false);
  });

  it('cannot join a call from which a back end has removed them', () => {
    const call = ringing({ by: alice, to: [bob, carol], groupId: 'team' }, bobHasBlocked);
    const members = call.members.map((one) =>
      one.userId === bob ? { ...one, status: 'removed' as const } : one,
    );
    const back = join({ ...call, members }, actorOn(bob, 'phone', ['team']), joining);
    assert.equal(refusedWith(back), 'not-a-member');
  });

  it('and calls them during the ring joins that call: a second one would reveal the block', () => {
    const call = ringing({ by: alice, to: [bob] }, bobHasBlocked);
    const both = start({ by: bob, to: [alice] }, { now: later, liveCalls: [call] });
    assert.equal(memberStatuses(decided(both)), 'alice:joined bob:joined');
    assert.equal(memberIn(decided(both), bob).suppressed, false);
    assert.deepEqual(
      appliedDecision(both).changes.map(({ before }) => before),
      [call],
    );
    const more = start({ by: bob, to: [alice, carol] }, { now: later, liveCalls: [call] });
    assert.equal(memberStatuses(decided(more)), 'alice:joined bob:joined carol:ringing');
  });

  it('and starts a call with the same groupId without them gets a call of their own', () => {
    const named = { groupId: 'team', by: alice, to: [bob, dave] };
    const call = ringing(named, bobHasBlocked);
    const own = callOf({ groupId: 'team', by: bob, to: [carol] }, [call]);
    assert.equal(memberStatuses(decided(own)), 'bob:joined carol:ringing');
    const withThem = callOf({ groupId: 'team', by: bob, to: [alice] }, [call]);
    assert.equal(memberStatuses(decided(withThem)), 'alice:joined bob:joined dave:ringing');
  });

  it('and calls them with a groupId joins their call, whatever its groupId', () => {
    for (const groupId of ['', 'family']) {
      const call = ringing({ groupId, by: alice, to: [bob] }, bobHasBlocked);
      const own = callOf({ groupId: 'team', by: bob, to: [alice, carol] }, [call]);
      assert.equal(memberStatuses(decided(own)), 'alice:joined bob:joined carol:ringing', groupId);
    }
  });

  it('can rejoin a former call despite a later suppressed invitation', () => {
    const three = ringing({ by: alice, to: [bob, carol] });
    const talk = decided(accept(decided(accept(three, actorOn(carol), T0)), actorOn(bob), T0));
    const left = decided(hangUp(talk, actorOn(bob), leaving));
    const ask = { userIds: [bob], timeout: 30 };
    const rung = decided(invite(left, ask, actorOn(alice), { ...inviting(), ...bobHasBlocked }));
    for (const call of [rung, applyDeadlines(rung, later + 30_000)]) {
      const back = decided(join(call, actorOn(bob), joining));
      assert.equal(memberStatuses(back), 'alice:joined bob:joined carol:joined');
    }
    assert.equal(refusedWith(accept(rung, actorOn(bob), later)), 'call-not-found');
  });

  it('is rung by the next invitation of another member', () => {
    const call = decided(
      accept(ringing({ by: alice, to: [bob, carol] }, bobHasBlocked), actorOn(carol), T0),
    );
    const ask = { userIds: [bob], timeout: 30 };
    assert.deepEqual(appliedDecision(invite(call, ask, actorOn(carol), inviting())).changes, []);
    const again = invite(applyDeadlines(call, ringOver), ask, actorOn(carol), inviting());
    assert.equal(memberIn(decided(again), bob).suppressed, false);
    assert.equal(memberIn(decided(again), bob).status, 'ringing');
  });
});

const leaving = { now: later, isGone: () => false };
const joining = { now: later, maxMembers: 50, isBusy: false };

function inviting() {
  return {
    now: later,
    maxMembers: 50,
    isBusy: () => false,
    hasBlocked: () => false,
    profileOf: () => noBody,
  };
}

function callOf(ask: Start, liveCalls: readonly Call[]): Decision {
  const context = startContext({ now: later, callId: callId('own'), liveCalls });
  return startCall(callCommand(ask), actorOn(ask.by), context);
}
