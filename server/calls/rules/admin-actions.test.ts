import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, actorOn, user } from '../../testing/people.ts';
import {
  memberStatuses,
  decided,
  ending,
  memberIn,
  refusedWith,
  ringing,
  T0,
} from '../../testing/rule-fixtures.ts';
import { accept, endByServer, hangUp, invite, join, muteMember, removeMember } from './index.ts';
import type { Call } from '../model/call.ts';
import { missedOf } from '../model/decision.ts';

const now = T0 + 5000;
const world = { now, isGone: () => false };
const room = { now, maxMembers: 50, isBusy: false };
const ended = { status: 'ended', endReason: 'ended-by-server', endedBy: null, endedAt: now };

describe('ending a call by the REST API', () => {
  it('ends it for all members, with endedBy null', () => {
    const call = endByServer(three(), now);
    assert.equal(memberStatuses(call), 'alice:left bob:left carol:left');
    assert.deepEqual(ending(call), ended);
  });

  it('ends pending invitations as missed calls', () => {
    const before = ringing({ by: alice, to: [bob] });
    const after = endByServer(before, now);
    assert.equal(memberStatuses(after), 'alice:left bob:cancelled');
    assert.deepEqual(ending(after), ended);
    assert.deepEqual(
      missedOf({ before, after }).map(({ userId, reason }) => [userId, reason]),
      [[bob, 'ended-by-server']],
    );
  });

  it('has no effect on an ended call', () => {
    const over = decided(hangUp(two(), actorOn(bob), world));
    assert.equal(endByServer(over, now), over);
  });
});

describe('muting a member', () => {
  it('is a visible change, stays through leaving and joining, and is lifted', () => {
    const muted = decided(muteMember(three(), bob, { audioMuted: true }));
    assert.deepEqual(
      [memberIn(muted, bob).audioMuted, memberIn(muted, bob).videoMuted, muted.version],
      [true, false, three().version + 1],
    );
    assert.equal(decided(muteMember(muted, bob, { audioMuted: true })), muted);
    const left = decided(hangUp(muted, actorOn(bob), world));
    assert.equal(refusedWith(muteMember(left, bob, { audioMuted: false })), 'wrong-state');
    const back = decided(join(left, actorOn(bob), room));
    assert.equal(memberIn(back, bob).audioMuted, true);
    const lifted = decided(muteMember(back, bob, { audioMuted: false }));
    assert.equal(memberIn(lifted, bob).audioMuted, false);
  });

  it('is refused for a user who is not in the call, and after its end', () => {
    assert.equal(
      refusedWith(muteMember(three(), user('eve'), { audioMuted: true })),
      'call-not-found',
    );
    const over = endByServer(three(), now);
    assert.equal(refusedWith(muteMember(over, bob, { audioMuted: true })), 'wrong-state');
  });
});

describe('removing a member', () => {
  it('keeps the other members in the call', () => {
    const call = removeMember(three(), bob, now);
    assert.equal(memberStatuses(call), 'alice:joined bob:removed carol:joined');
    assert.equal(memberIn(call, bob).leftAt, now);
    assert.equal(call.status, 'active');
  });

  it('ends the call if one member is left', () => {
    const call = removeMember(two(), bob, now);
    assert.equal(memberStatuses(call), 'alice:left bob:removed');
    assert.deepEqual(ending(call), ended);
  });

  it('who is the only ringing one ends the call as missed', () => {
    const before = ringing({ by: alice, to: [bob] });
    const after = removeMember(before, bob, now);
    assert.equal(memberStatuses(after), 'alice:left bob:removed');
    assert.deepEqual(ending(after), ended);
    assert.deepEqual(
      missedOf({ before, after }).map(({ reason }) => reason),
      ['removed'],
    );
  });

  it('of several ringing ones keeps the others ringing', () => {
    const call = removeMember(ringing({ by: alice, to: [bob, carol] }), bob, now);
    assert.equal(memberStatuses(call), 'alice:joined bob:removed carol:ringing');
    assert.equal(call.status, 'ringing');
  });

  it('who is the caller ends a call that nobody joined', () => {
    const call = removeMember(ringing({ by: alice, to: [bob] }), alice, now);
    assert.equal(memberStatuses(call), 'alice:removed bob:cancelled');
    assert.deepEqual(ending(call), ended);
  });

  it('who has left is permanent, too, and keeps the time of leaving', () => {
    const left = decided(hangUp(three(), actorOn(bob), { ...world, now: T0 + 2000 }));
    const before = removeMember(left, bob, now);
    assert.equal(memberIn(before, bob).leftAt, T0 + 2000);
    assert.deepEqual(missedOf({ before: left, after: before }), []);
    assert.equal(refusedWith(join(before, actorOn(bob), room)), 'not-a-member');
  });

  it('is permanent: they cannot be invited again or rejoin', () => {
    const call = removeMember(three(), bob, now);
    assert.equal(refusedWith(join(call, actorOn(bob, 'phone', ['team']), room)), 'not-a-member');
    const profileOf = () => ({ nickname: '', avatar: '' });
    const ask = { userIds: [bob], timeout: 30 };
    assert.equal(
      refusedWith(
        invite(call, ask, actorOn(alice), {
          ...room,
          isBusy: () => false,
          hasBlocked: () => false,
          profileOf,
        }),
      ),
      'blocked',
    );
  });

  it('twice, after the end, or of a non-member has no effect', () => {
    const once = removeMember(three(), bob, now);
    assert.equal(removeMember(once, bob, now + 1), once);
    const over = decided(hangUp(two(), actorOn(bob), world));
    assert.equal(removeMember(over, bob, now), over);
    assert.equal(removeMember(two(), carol, now).members.length, 2);
  });
});

function two(): Call {
  return decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
}

function three(): Call {
  const rung = ringing({ by: alice, to: [bob, carol], groupId: 'team' });
  return decided(accept(decided(accept(rung, actorOn(bob), T0)), actorOn(carol), T0));
}
