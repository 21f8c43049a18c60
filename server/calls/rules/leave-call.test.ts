import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, actorOn } from '../../testing/people.ts';
import {
  memberStatuses,
  decided,
  ending,
  memberIn,
  refusedWith,
  ringing,
  T0,
} from '../../testing/rule-fixtures.ts';
import { accept, hangUp } from './index.ts';
import type { Call } from '../model/call.ts';

const now = T0 + 5000;
const world = { now, isGone: () => false };

describe('hangup', () => {
  it('by the caller before the first join cancels the call', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob] }), actorOn(alice), world));
    assert.equal(memberStatuses(call), 'alice:left bob:cancelled');
    assert.deepEqual(ending(call), {
      status: 'ended',
      endReason: 'cancelled',
      endedBy: alice,
      endedAt: now,
    });
  });

  it('by the caller of a group before the first join cancels all invitations', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob, carol] }), actorOn(alice), world));
    assert.equal(memberStatuses(call), 'alice:left bob:cancelled carol:cancelled');
  });

  it('ends a running call of two for both, at one version and one time', () => {
    const call = decided(hangUp(running(), actorOn(bob), world));
    assert.equal(memberStatuses(call), 'alice:left bob:left');
    assert.equal(call.endReason, 'hangup');
    assert.equal(call.endedBy, bob);
    assert.equal(memberIn(call, alice).statusVersion, call.version);
    assert.equal(memberIn(call, bob).statusVersion, call.version);
    assert.equal(memberIn(call, alice).leftAt, call.endedAt);
  });

  it('that crosses another hangup has no effect', () => {
    const call = decided(hangUp(running(), actorOn(bob), world));
    assert.equal(decided(hangUp(call, actorOn(alice), world)), call);
    assert.equal(decided(hangUp(call, actorOn(bob), world)), call);
  });

  it('that was meant as cancel and crosses the accept ends the running call', () => {
    assert.equal(decided(hangUp(running(), actorOn(alice), world)).endReason, 'hangup');
  });

  it('of one in a group of three keeps the others in it', () => {
    const call = decided(hangUp(three(), actorOn(bob), world));
    assert.equal(memberStatuses(call), 'alice:joined bob:left carol:joined');
    assert.equal(call.status, 'active');
  });

  it('of the caller in a running group call keeps the others in it', () => {
    assert.equal(
      memberStatuses(decided(hangUp(three(), actorOn(alice), world))),
      'alice:left bob:joined carol:joined',
    );
  });

  it('leaves the last member in the call while an invitation is pending', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), T0));
    const waiting = decided(hangUp(call, actorOn(bob), world));
    assert.equal(memberStatuses(waiting), 'alice:joined bob:left carol:ringing');
    assert.equal(waiting.status, 'active');
  });

  it('of the last member ends the call despite a pending invitation', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), T0));
    const empty = decided(
      hangUp(decided(hangUp(call, actorOn(bob), world)), actorOn(alice), world),
    );
    assert.equal(memberStatuses(empty), 'alice:left bob:left carol:cancelled');
    assert.equal(empty.endReason, 'hangup');
  });

  it('by an invited user rejects', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob] }), actorOn(bob), world));
    assert.equal(call.endReason, 'rejected');
  });

  it('on another session has no effect while the seat’s session is reachable', () => {
    const call = running();
    assert.equal(decided(hangUp(call, actorOn(bob, 'tablet'), world)), call);
  });

  it('on another session takes effect if the seat’s session is unreachable', () => {
    const call = decided(hangUp(running(), actorOn(bob, 'tablet'), { now, isGone: () => true }));
    assert.equal(call.endReason, 'hangup');
  });

  it('by a non-member fails with call-not-found', () => {
    assert.equal(refusedWith(hangUp(running(), actorOn(carol), world)), 'call-not-found');
  });
});

function running(): Call {
  return decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
}

function three(): Call {
  const two = decided(accept(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), T0));
  return decided(accept(two, actorOn(carol), T0));
}
