import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, callId, carol, dave, actorOn } from '../../testing/people.ts';
import {
  memberStatuses,
  decided,
  appliedDecision,
  memberIn,
  refusedWith,
  ringing,
  start,
  T0,
} from '../../testing/rule-fixtures.ts';
import {
  accept,
  hangUp,
  hold,
  releaseCurrentCall,
  invite,
  updatePresence,
  applyDeadlines,
} from './index.ts';
import type { Call } from '../model/call.ts';

const later = T0 + 5000;
const alone = { now: later, currentCall: null };
const nobody = { nickname: '', avatar: '' };

/** Alice and Bob talk. */
const talk = (): Call => decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
/** Carol rings Bob. */
const second = (): Call => ringing({ by: carol, to: [bob] }, { callId: callId('second') });
const heldByBob = (): Call => decided(hold(talk(), true, actorOn(bob), alone));

const accepted = (other?: 'end' | 'hold', device = 'bob', currentCall = talk()) =>
  releaseCurrentCall(
    accept(second(), actorOn(bob, device), later),
    actorOn(bob, device),
    { now: later, currentCall },
    other,
  );

describe('a second call that is accepted', () => {
  it('ends the first one, in the same change', () => {
    const { changes, call } = appliedDecision(accepted('end'));
    assert.deepEqual(
      changes.map(({ after }) => `${after.status} ${memberStatuses(after)}`),
      ['ended alice:left bob:left', 'active carol:joined bob:joined'],
    );
    assert.equal(changes[0]?.after.endedBy, bob);
    assert.equal(call.callId, second().callId);
  });

  it('puts the first one on hold in the same change, and no member leaves it', () => {
    const { changes } = appliedDecision(accepted('hold'));
    const first = changes[0]?.after ?? talk();
    assert.equal(memberStatuses(first), 'alice:joined bob:joined');
    assert.equal(memberIn(first, bob).held, true);
    assert.equal(memberIn(first, bob).statusVersion, memberIn(talk(), bob).statusVersion);
    assert.equal(first.version, talk().version + 1);
    assert.equal(changes[1]?.after.status, 'active');
  });

  it('is refused without a choice for the first one', () => {
    assert.equal(refusedWith(accepted()), 'wrong-state');
  });

  it('on another device puts the first one on hold', () => {
    const { changes } = appliedDecision(accepted(undefined, 'tablet'));
    assert.equal(changes[0] && memberIn(changes[0].after, bob).held, true);
  });

  it('that arrives late does not change the first one', () => {
    const over = decided(hangUp(second(), actorOn(carol), { now: later, isGone: () => false }));
    const late = appliedDecision(
      releaseCurrentCall(
        accept(over, actorOn(bob), later),
        actorOn(bob),
        { now: later, currentCall: talk() },
        'end',
      ),
    );
    assert.deepEqual(late.changes, []);
    assert.equal(late.call.endReason, 'cancelled');
  });

  it('can end, but not hold, a first call that nobody has answered', () => {
    const calling = ringing({ by: bob, to: [dave] }, { callId: callId('third') });
    assert.equal(refusedWith(accepted('hold', 'bob', calling)), 'wrong-state');
    const { changes } = appliedDecision(accepted('end', 'bob', calling));
    assert.equal(changes[0]?.after.endReason, 'cancelled');
  });
});

describe('hold', () => {
  it('keeps the member joined and shows them as held', () => {
    const call = heldByBob();
    assert.equal(memberStatuses(call), 'alice:joined bob:joined');
    assert.equal(memberIn(call, bob).held, true);
    assert.equal(memberIn(call, alice).held, false);
  });

  it('repeated, or for an ended call, has no effect', () => {
    assert.deepEqual(appliedDecision(hold(heldByBob(), true, actorOn(bob), alone)).changes, []);
    const over = decided(hangUp(talk(), actorOn(alice), { now: later, isGone: () => false }));
    assert.deepEqual(appliedDecision(hold(over, true, actorOn(bob), alone)).changes, []);
  });

  it('requires the session that holds the seat', () => {
    assert.equal(refusedWith(hold(talk(), true, actorOn(bob, 'tablet'), alone)), 'wrong-state');
    assert.equal(refusedWith(hold(talk(), true, actorOn(carol), alone)), 'call-not-found');
  });

  it('is refused before the first answer', () => {
    assert.equal(
      refusedWith(hold(ringing({ by: alice, to: [bob] }), true, actorOn(alice), alone)),
      'wrong-state',
    );
  });

  it('that ends holds the current call in the same change', () => {
    const currentCall = decided(accept(second(), actorOn(bob), later));
    const { changes, call } = appliedDecision(
      hold(heldByBob(), false, actorOn(bob), { now: later, currentCall }),
    );
    assert.deepEqual(
      changes.map(({ after }) => [after.callId, memberIn(after, bob).held]),
      [
        [second().callId, true],
        [talk().callId, false],
      ],
    );
    assert.equal(call.callId, talk().callId);
  });

  it('ends with the call, for both', () => {
    const over = decided(hangUp(heldByBob(), actorOn(alice), { now: later, isGone: () => false }));
    assert.equal(over.endReason, 'hangup');
    assert.equal(memberIn(over, bob).held, false);
  });

  it('does not show a held member as away; without signalling the seat is given up', () => {
    const here = { signalling: true, media: 'gone', leaving: false } as const;
    const held = heldByBob();
    assert.equal(updatePresence(held, bob, here, later), held);
    const gone = updatePresence(held, bob, { ...here, signalling: false }, later);
    assert.equal(memberIn(gone, bob).away, true);
    assert.equal(applyDeadlines(gone, later + 30_000).endReason, 'offline');
  });
});

describe('with call waiting', () => {
  const waiting = { callWaiting: true };

  it('a user in a call is rung', () => {
    const call = ringing({ by: carol, to: [bob] }, { ...waiting, liveCalls: [talk()] });
    assert.equal(memberStatuses(call), 'carol:joined bob:ringing');
  });

  it('a user in a call is rung by an invitation, too', () => {
    const running = decided(accept(ringing({ by: carol, to: [dave] }), actorOn(dave), T0));
    const context = {
      now: later,
      maxMembers: 9,
      isBusy: () => false,
      hasBlocked: () => false,
      profileOf: () => nobody,
    };
    const asked = invite(running, { userIds: [bob], timeout: 30 }, actorOn(carol), context);
    assert.equal(memberStatuses(decided(asked)), 'carol:joined dave:joined bob:ringing');
  });

  it('a user with a held call may start another one; a talking user may not', () => {
    const held = start({ by: bob, to: [dave] }, { ...waiting, liveCalls: [heldByBob()] });
    assert.equal(memberStatuses(decided(held)), 'bob:joined dave:ringing');
    const talking = start({ by: bob, to: [dave] }, { ...waiting, liveCalls: [talk()] });
    assert.equal(refusedWith(talking), 'wrong-state');
  });

  it('two users who call each other still get one call', () => {
    const ring = ringing({ by: carol, to: [bob] }, waiting);
    const { changes, call } = appliedDecision(
      start({ by: bob, to: [carol] }, { ...waiting, liveCalls: [ring, heldByBob()] }),
    );
    assert.equal(call.callId, ring.callId);
    assert.equal(memberStatuses(call), 'carol:joined bob:joined');
    assert.equal(changes.length, 1);
  });

  it('a talking user who calls the waiting caller is refused', () => {
    const ring = second();
    const asked = start({ by: bob, to: [carol] }, { ...waiting, liveCalls: [talk(), ring] });
    assert.equal(refusedWith(asked), 'wrong-state');
  });

  it('a ringing user may start another call', () => {
    const asked = start({ by: bob, to: [dave] }, { ...waiting, liveCalls: [second()] });
    assert.equal(memberStatuses(decided(asked)), 'bob:joined dave:ringing');
  });

  it('the call of an unreachable session ends for the new one, and other calls keep ringing', () => {
    const { changes } = appliedDecision(
      start(
        { by: bob, to: [dave], device: 'tablet' },
        { ...waiting, liveCalls: [talk(), second()], isGone: () => true },
      ),
    );
    assert.deepEqual(
      changes.map(({ after }) => memberStatuses(after)),
      ['alice:left bob:offline', 'bob:joined dave:ringing'],
    );
  });
});
