import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, dave, actorOn, session } from '../../testing/people.ts';
import {
  memberStatuses,
  decided,
  ending,
  appliedDecision,
  memberIn,
  refusedWith,
  ringing,
  T0,
} from '../../testing/rule-fixtures.ts';
import {
  accept,
  hangUp,
  join,
  updatePresence,
  applyDeadlines,
  reject,
  unanswerable,
} from './index.ts';
import type { Call } from '../model/call.ts';

const later = T0 + 5000;
const leaving = { now: later, isGone: () => false };
const joining = { now: later, maxMembers: 50, isBusy: false };

describe('alerted by a device that cannot answer', () => {
  const ring = ringing({ by: alice, to: [bob] });

  it('ends the ring without a response if no other device of the user can answer', () => {
    const call = decided(unanswerable(ring, actorOn(bob), { now: later, canAnswer: false }));
    assert.equal(memberStatuses(call), 'alice:left bob:no-response');
    assert.deepEqual([call.endReason, call.endedAt], ['no-response', later]);
  });

  it('changes nothing while another device of the user can answer', () => {
    const others = { now: later, canAnswer: true };
    assert.equal(decided(unanswerable(ring, actorOn(bob), others)), ring);
  });

  it('ends no other ring of a group call, and nothing that was answered', () => {
    const none = { now: later, canAnswer: false };
    const group = ringing({ by: alice, to: [bob, carol] });
    const call = decided(unanswerable(group, actorOn(bob), none));
    assert.equal(memberStatuses(call), 'alice:joined bob:no-response carol:ringing');
    const answered = decided(accept(ring, actorOn(bob, 'phone'), later));
    assert.equal(decided(unanswerable(answered, actorOn(bob, 'tablet'), none)), answered);
    assert.equal(refusedWith(unanswerable(ring, actorOn(dave), none)), 'call-not-found');
  });
});

describe('accept', () => {
  it('begins the call for both', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), later));
    assert.equal(call.status, 'active');
    assert.equal(call.startedAt, later);
    assert.equal(memberIn(call, alice).joinedAt, later);
    assert.equal(memberIn(call, bob).joinedAt, later);
    assert.equal(memberIn(call, bob).ringUntil, null);
    assert.equal(memberIn(call, bob).statusVersion, 2);
  });

  it('gives the seat to the first session; another session of the user sees that', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob, 'phone'), later));
    const second = appliedDecision(accept(call, actorOn(bob, 'tablet'), later + 1));
    assert.deepEqual(second.changes, []);
    assert.equal(memberIn(second.call, bob).sessionId, session('phone'));
  });

  it('is idempotent', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), later));
    assert.deepEqual(appliedDecision(accept(call, actorOn(bob), later + 1)).changes, []);
  });

  it('that crosses the caller’s cancel is answered with the cancelled call', () => {
    const cancelled = decided(hangUp(ringing({ by: alice, to: [bob] }), actorOn(alice), leaving));
    const late = appliedDecision(accept(cancelled, actorOn(bob), later + 1));
    assert.deepEqual(late.changes, []);
    assert.equal(late.call.endReason, 'cancelled');
  });

  it('that crosses the ring’s end is answered with no-response', () => {
    const over = applyDeadlines(ringing({ by: alice, to: [bob] }), T0 + 30_000);
    assert.equal(decided(accept(over, actorOn(bob), T0 + 30_001)).endReason, 'no-response');
  });

  it('after another session’s reject is answered with the rejected call', () => {
    const rejected = decided(
      reject(ringing({ by: alice, to: [bob] }), actorOn(bob, 'tablet'), later),
    );
    const late = decided(accept(rejected, actorOn(bob, 'phone'), later + 1));
    assert.equal(memberStatuses(late), 'alice:left bob:rejected');
    assert.equal(memberIn(late, bob).sessionId, session('tablet'));
  });

  it('by the caller has no effect', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(decided(accept(call, actorOn(alice), later)), call);
  });

  it('by a non-member fails with call-not-found', () => {
    assert.equal(
      refusedWith(accept(ringing({ by: alice, to: [bob] }), actorOn(carol), later)),
      'call-not-found',
    );
  });

  it('in a group leaves the others ringing', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), later));
    assert.equal(memberStatuses(call), 'alice:joined bob:joined carol:ringing');
  });
});

describe('reject', () => {
  it('ends a call of two', () => {
    const call = decided(reject(ringing({ by: alice, to: [bob] }), actorOn(bob), later));
    assert.equal(memberStatuses(call), 'alice:left bob:rejected');
    assert.deepEqual(ending(call), {
      status: 'ended',
      endReason: 'rejected',
      endedBy: bob,
      endedAt: later,
    });
  });

  it('after another session’s accept changes nothing', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob, 'phone'), later));
    assert.equal(decided(reject(call, actorOn(bob, 'tablet'), later + 1)), call);
  });

  it('that crosses the cancel leaves it cancelled', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob] }), actorOn(alice), leaving));
    assert.equal(decided(reject(call, actorOn(bob), later)), call);
  });

  it('of all ends a group call as rejected', () => {
    const one = decided(reject(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), later));
    assert.equal(one.status, 'ringing');
    assert.equal(decided(reject(one, actorOn(carol), later)).endReason, 'rejected');
  });

  it('of some ends a group call as no-response if the others do not answer', () => {
    const one = decided(reject(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), later));
    const over = applyDeadlines(one, T0 + 30_000);
    assert.equal(memberStatuses(over), 'alice:left bob:rejected carol:no-response');
    assert.equal(over.endReason, 'no-response');
  });

  it('by a non-member fails with call-not-found', () => {
    assert.equal(
      refusedWith(reject(ringing({ by: alice, to: [bob] }), actorOn(carol), later)),
      'call-not-found',
    );
  });
});

describe('join', () => {
  const team = (): Call =>
    decided(accept(ringing({ by: alice, to: [bob, carol], groupId: 'team' }), actorOn(bob), T0));

  it('admits a member who has left', () => {
    const left = decided(hangUp(team(), actorOn(bob), leaving));
    const back = decided(join(left, actorOn(bob, 'tablet'), joining));
    assert.equal(memberStatuses(back), 'alice:joined bob:joined carol:ringing');
    assert.equal(memberIn(back, bob).sessionId, session('tablet'));
    assert.equal(memberIn(back, bob).leftAt, null);
  });

  it('admits a user of the group', () => {
    const call = decided(join(team(), actorOn(dave, 'dave', ['team']), joining));
    assert.equal(memberIn(call, dave).status, 'joined');
    assert.equal(memberIn(call, dave).role, 'callee');
  });

  it('gives a non-member the same error as for an unknown call', () => {
    assert.equal(refusedWith(join(team(), actorOn(dave), joining)), 'call-not-found');
    assert.equal(
      refusedWith(join(team(), actorOn(dave, 'dave', ['other']), joining)),
      'call-not-found',
    );
    const noGroup = ringing({ by: alice, to: [bob, carol] });
    assert.equal(
      refusedWith(join(noGroup, actorOn(dave, 'dave', ['']), joining)),
      'call-not-found',
    );
  });

  it('counts as accept for a ringing member', () => {
    assert.equal(memberIn(decided(join(team(), actorOn(carol), joining)), carol).status, 'joined');
  });

  it('from another session moves the seat there, and other members see no join or leave', () => {
    const before = team();
    const call = decided(join(before, actorOn(bob, 'tablet'), joining));
    assert.deepEqual(memberIn(call, bob), {
      ...memberIn(before, bob),
      sessionId: session('tablet'),
    });
    assert.equal(call.version, before.version + 1);
    assert.equal(call.roomName, before.roomName);
  });

  it('from the session that holds the seat has no effect', () => {
    const call = team();
    assert.equal(decided(join(call, actorOn(bob), joining)), call);
  });

  it('moves a call of two, and the caller’s seat while it rings', () => {
    const rung = ringing({ by: alice, to: [bob] });
    const taken = decided(join(rung, actorOn(alice, 'tablet'), joining));
    assert.equal(memberIn(taken, alice).sessionId, session('tablet'));
    const begun = decided(accept(taken, actorOn(bob), later));
    assert.equal(
      memberIn(decided(join(begun, actorOn(bob, 'tablet'), joining)), bob).joinedAt,
      later,
    );
  });

  it('from another session takes over a seat in its grace time', () => {
    const lost = updatePresence(
      team(),
      bob,
      { signalling: false, media: 'gone', leaving: true },
      later,
    );
    const call = decided(join(lost, actorOn(bob, 'tablet'), joining));
    assert.equal(memberIn(call, bob).away, false);
    assert.equal(applyDeadlines(call, later + 60_000).members[1]?.status, 'joined');
  });

  it('that moved the seat leaves a late hang-up of the former session without effect', () => {
    const call = decided(join(team(), actorOn(bob, 'tablet'), joining));
    assert.equal(decided(hangUp(call, actorOn(bob), leaving)), call);
  });

  it('gives the last place to one user only', () => {
    const full = { ...joining, maxMembers: 3 };
    assert.equal(refusedWith(join(team(), actorOn(dave, 'dave', ['team']), full)), 'call-full');
    const free = applyDeadlines(team(), T0 + 30_000);
    const one = decided(join(free, actorOn(dave, 'dave', ['team']), full));
    assert.equal(refusedWith(join(one, actorOn(carol), full)), 'call-full');
  });

  it('is refused for a user in another call', () => {
    const busy = { ...joining, isBusy: true };
    assert.equal(refusedWith(join(team(), actorOn(dave, 'dave', ['team']), busy)), 'wrong-state');
  });

  it('of an ended call returns the end to members, and is refused for other users', () => {
    const over = decided(
      hangUp(decided(reject(team(), actorOn(carol), later)), actorOn(bob), leaving),
    );
    assert.equal(over.status, 'ended');
    assert.equal(decided(join(over, actorOn(bob), joining)), over);
    assert.equal(
      refusedWith(join(over, actorOn(dave, 'dave', ['team']), joining)),
      'call-not-found',
    );
  });

  it('requires a group call', () => {
    const call = ringing({ by: alice, to: [bob] });
    const members = call.members.map((one) =>
      one.userId === bob ? { ...one, status: 'left' as const } : one,
    );
    assert.equal(refusedWith(join({ ...call, members }, actorOn(bob), joining)), 'wrong-state');
  });
});
