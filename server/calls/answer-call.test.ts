import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, dave, on, session } from '../testing/people.ts';
import {
  cast,
  decided,
  ending,
  outcome,
  part,
  refusedWith,
  ringing,
  T0,
} from '../testing/scene.ts';
import { answer, hangUp, join, noteReach, passTime, reject } from './call-rules.ts';
import type { Call } from './call.ts';

const later = T0 + 5000;
const leaving = { now: later, isGone: () => false };
const joining = { now: later, maxMembers: 50, isBusy: false };

describe('accept', () => {
  it('begins the call for both', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob] }), on(bob), later));
    assert.equal(call.status, 'active');
    assert.equal(call.startedAt, later);
    assert.equal(part(call, alice).joinedAt, later);
    assert.equal(part(call, bob).joinedAt, later);
    assert.equal(part(call, bob).ringUntil, null);
    assert.equal(part(call, bob).statusVersion, 2);
  });

  it('belongs to the first session; another one of the user is told so', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob] }), on(bob, 'phone'), later));
    const second = outcome(answer(call, on(bob, 'tablet'), later + 1));
    assert.deepEqual(second.changes, []);
    assert.equal(part(second.call, bob).sessionId, session('phone'));
  });

  it('is harmless when said twice', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob] }), on(bob), later));
    assert.deepEqual(outcome(answer(call, on(bob), later + 1)).changes, []);
  });

  it('that crosses the caller’s cancel is answered with the cancelled call', () => {
    const cancelled = decided(hangUp(ringing({ by: alice, to: [bob] }), on(alice), leaving));
    const late = outcome(answer(cancelled, on(bob), later + 1));
    assert.deepEqual(late.changes, []);
    assert.equal(late.call.endReason, 'cancelled');
  });

  it('that crosses the ring’s end is answered with no-response', () => {
    const over = passTime(ringing({ by: alice, to: [bob] }), T0 + 30_000);
    assert.equal(decided(answer(over, on(bob), T0 + 30_001)).endReason, 'no-response');
  });

  it('after another session’s reject is answered with the rejected call', () => {
    const rejected = decided(reject(ringing({ by: alice, to: [bob] }), on(bob, 'tablet'), later));
    const late = decided(answer(rejected, on(bob, 'phone'), later + 1));
    assert.equal(cast(late), 'alice:left bob:rejected');
    assert.equal(part(late, bob).sessionId, session('tablet'));
  });

  it('by the caller changes nothing: nobody answers for another', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(decided(answer(call, on(alice), later)), call);
  });

  it('of others’ calls looks like one of no call', () => {
    assert.equal(
      refusedWith(answer(ringing({ by: alice, to: [bob] }), on(carol), later)),
      'call-not-found',
    );
  });

  it('in a group leaves the others ringing', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob, carol] }), on(bob), later));
    assert.equal(cast(call), 'alice:joined bob:joined carol:ringing');
  });
});

describe('reject', () => {
  it('ends a call of two', () => {
    const call = decided(reject(ringing({ by: alice, to: [bob] }), on(bob), later));
    assert.equal(cast(call), 'alice:left bob:rejected');
    assert.deepEqual(ending(call), {
      status: 'ended',
      endReason: 'rejected',
      endedBy: bob,
      endedAt: later,
    });
  });

  it('after another session’s accept changes nothing', () => {
    const call = decided(answer(ringing({ by: alice, to: [bob] }), on(bob, 'phone'), later));
    assert.equal(decided(reject(call, on(bob, 'tablet'), later + 1)), call);
  });

  it('that crosses the cancel leaves it cancelled', () => {
    const call = decided(hangUp(ringing({ by: alice, to: [bob] }), on(alice), leaving));
    assert.equal(decided(reject(call, on(bob), later)), call);
  });

  it('of all ends a group call as rejected', () => {
    const one = decided(reject(ringing({ by: alice, to: [bob, carol] }), on(bob), later));
    assert.equal(one.status, 'ringing');
    assert.equal(decided(reject(one, on(carol), later)).endReason, 'rejected');
  });

  it('of some ends a group call as no-response, when the others let it ring', () => {
    const one = decided(reject(ringing({ by: alice, to: [bob, carol] }), on(bob), later));
    const over = passTime(one, T0 + 30_000);
    assert.equal(cast(over), 'alice:left bob:rejected carol:no-response');
    assert.equal(over.endReason, 'no-response');
  });

  it('by a stranger looks like one of no call', () => {
    assert.equal(
      refusedWith(reject(ringing({ by: alice, to: [bob] }), on(carol), later)),
      'call-not-found',
    );
  });
});

describe('join', () => {
  const team = (): Call =>
    decided(answer(ringing({ by: alice, to: [bob, carol], groupId: 'team' }), on(bob), T0));

  it('lets a member who left come back', () => {
    const left = decided(hangUp(team(), on(bob), leaving));
    const back = decided(join(left, on(bob, 'tablet'), joining));
    assert.equal(cast(back), 'alice:joined bob:joined carol:ringing');
    assert.equal(part(back, bob).sessionId, session('tablet'));
    assert.equal(part(back, bob).leftAt, null);
  });

  it('lets someone of the group in', () => {
    const call = decided(join(team(), on(dave, 'dave', ['team']), joining));
    assert.equal(part(call, dave).status, 'joined');
    assert.equal(part(call, dave).role, 'callee');
  });

  it('shows a stranger no difference to a call that does not exist', () => {
    assert.equal(refusedWith(join(team(), on(dave), joining)), 'call-not-found');
    assert.equal(refusedWith(join(team(), on(dave, 'dave', ['other']), joining)), 'call-not-found');
    const noGroup = ringing({ by: alice, to: [bob, carol] });
    assert.equal(refusedWith(join(noGroup, on(dave, 'dave', ['']), joining)), 'call-not-found');
  });

  it('counts as accept for who is ringing', () => {
    assert.equal(part(decided(join(team(), on(carol), joining)), carol).status, 'joined');
  });

  it('from another session moves the seat there, and the others see nobody come or go', () => {
    const before = team();
    const call = decided(join(before, on(bob, 'tablet'), joining));
    assert.deepEqual(part(call, bob), { ...part(before, bob), sessionId: session('tablet') });
    assert.equal(call.version, before.version + 1);
    assert.equal(call.roomName, before.roomName);
  });

  it('from the session that has the seat changes nothing', () => {
    const call = team();
    assert.equal(decided(join(call, on(bob), joining)), call);
  });

  it('moves a call of two, and the caller’s seat while it rings', () => {
    const rung = ringing({ by: alice, to: [bob] });
    const taken = decided(join(rung, on(alice, 'tablet'), joining));
    assert.equal(part(taken, alice).sessionId, session('tablet'));
    const begun = decided(answer(taken, on(bob), later));
    assert.equal(part(decided(join(begun, on(bob, 'tablet'), joining)), bob).joinedAt, later);
  });

  it('from another session takes a seat over that was about to be given up', () => {
    const lost = noteReach(team(), bob, { signalling: false, media: 'gone', leaving: true }, later);
    const call = decided(join(lost, on(bob, 'tablet'), joining));
    assert.equal(part(call, bob).away, false);
    assert.equal(passTime(call, later + 60_000).members[1]?.status, 'joined');
  });

  it('that moved the seat leaves a late hang-up of the former session without effect', () => {
    const call = decided(join(team(), on(bob, 'tablet'), joining));
    assert.equal(decided(hangUp(call, on(bob), leaving)), call);
  });

  it('gives the last place to one only', () => {
    const full = { ...joining, maxMembers: 3 };
    assert.equal(refusedWith(join(team(), on(dave, 'dave', ['team']), full)), 'call-full');
    const free = passTime(team(), T0 + 30_000);
    const one = decided(join(free, on(dave, 'dave', ['team']), full));
    assert.equal(refusedWith(join(one, on(carol), full)), 'call-full');
  });

  it('is refused to who is in another call', () => {
    const busy = { ...joining, isBusy: true };
    assert.equal(refusedWith(join(team(), on(dave, 'dave', ['team']), busy)), 'wrong-state');
  });

  it('of an ended call is answered with its end to members, and refused to all others', () => {
    const over = decided(hangUp(decided(reject(team(), on(carol), later)), on(bob), leaving));
    assert.equal(over.status, 'ended');
    assert.equal(decided(join(over, on(bob), joining)), over);
    assert.equal(refusedWith(join(over, on(dave, 'dave', ['team']), joining)), 'call-not-found');
  });

  it('needs a group call', () => {
    const call = ringing({ by: alice, to: [bob] });
    const members = call.members.map((one) =>
      one.userId === bob ? { ...one, status: 'left' as const } : one,
    );
    assert.equal(refusedWith(join({ ...call, members }, on(bob), joining)), 'wrong-state');
  });
});
