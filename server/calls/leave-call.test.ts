import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, on } from '../testing/people.ts';
import { cast, decided, ending, part, refusedWith, ringing, T0 } from '../testing/scene.ts';
import { answer, hangUp } from './call-rules.ts';
import type { Call } from './call.ts';

const now = T0 + 5000;
const world = { now, isGone: () => false };

describe('hangup', () => {
  it('by the caller before anyone joined takes the call back', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob] }), on(alice), world));
    assert.equal(cast(call), 'alice:left bob:cancelled');
    assert.deepEqual(ending(call), {
      status: 'ended',
      endReason: 'cancelled',
      endedBy: alice,
      endedAt: now,
    });
  });

  it('by the caller of a group before anyone joined takes all invitations back', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob, carol] }), on(alice), world));
    assert.equal(cast(call), 'alice:left bob:cancelled carol:cancelled');
  });

  it('ends a running call of two for both, at one version and one time', () => {
    const call = decided(hangUp(running(), on(bob), world));
    assert.equal(cast(call), 'alice:left bob:left');
    assert.equal(call.endReason, 'hangup');
    assert.equal(call.endedBy, bob);
    assert.equal(part(call, alice).statusVersion, call.version);
    assert.equal(part(call, bob).statusVersion, call.version);
    assert.equal(part(call, alice).leftAt, call.endedAt);
  });

  it('that crosses another hangup changes nothing more', () => {
    const call = decided(hangUp(running(), on(bob), world));
    assert.equal(decided(hangUp(call, on(alice), world)), call);
    assert.equal(decided(hangUp(call, on(bob), world)), call);
  });

  it('that was meant as cancel and crosses the accept ends the running call', () => {
    assert.equal(decided(hangUp(running(), on(alice), world)).endReason, 'hangup');
  });

  it('of one in a group of three leaves the others in it', () => {
    const call = decided(hangUp(three(), on(bob), world));
    assert.equal(cast(call), 'alice:joined bob:left carol:joined');
    assert.equal(call.status, 'active');
  });

  it('of the caller in a running group leaves the others in it', () => {
    assert.equal(
      cast(decided(hangUp(three(), on(alice), world))),
      'alice:left bob:joined carol:joined',
    );
  });

  it('leaves the last one waiting while an invitation is pending', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob, carol] }), on(bob), T0));
    const waiting = decided(hangUp(call, on(bob), world));
    assert.equal(cast(waiting), 'alice:joined bob:left carol:ringing');
    assert.equal(waiting.status, 'active');
  });

  it('of the last one stops the ring into an empty room', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob, carol] }), on(bob), T0));
    const empty = decided(hangUp(decided(hangUp(call, on(bob), world)), on(alice), world));
    assert.equal(cast(empty), 'alice:left bob:left carol:cancelled');
    assert.equal(empty.endReason, 'hangup');
  });

  it('by an invited user rejects', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob] }), on(bob), world));
    assert.equal(call.endReason, 'rejected');
  });

  it('on another session leaves the call alone while its session is there', () => {
    const call = running();
    assert.equal(decided(hangUp(call, on(bob, 'tablet'), world)), call);
  });

  it('on another session ends the part of a session that is gone', () => {
    const call = decided(hangUp(running(), on(bob, 'tablet'), { now, isGone: () => true }));
    assert.equal(call.endReason, 'hangup');
  });

  it('by a stranger looks like one of no call', () => {
    assert.equal(refusedWith(hangUp(running(), on(carol), world)), 'call-not-found');
  });
});

function running(): Call {
  return decided(answer(ringing({ by: alice, to: [bob] }), on(bob), T0));
}

function three(): Call {
  const two = decided(answer(ringing({ by: alice, to: [bob, carol] }), on(bob), T0));
  return decided(answer(two, on(carol), T0));
}
