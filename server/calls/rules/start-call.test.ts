import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, callId, carol, dave, actorOn, session, user } from '../../testing/people.ts';
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
import { accept, startCall } from './index.ts';

describe('call', () => {
  it('rings one callee, with the caller joined from the start', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(memberStatuses(call), 'alice:joined bob:ringing');
    assert.equal(call.status, 'ringing');
    assert.equal(call.isGroup, false);
    assert.equal(call.version, 1);
    assert.equal(memberIn(call, alice).joinedAt, null);
    assert.equal(memberIn(call, alice).sessionId, session('alice'));
    assert.equal(memberIn(call, bob).sessionId, null);
    assert.equal(memberIn(call, bob).invitedBy, alice);
  });

  it('gives each ring its own deadline, and none for timeout 0', () => {
    assert.equal(
      memberIn(ringing({ by: alice, to: [bob], timeout: 45 }), bob).ringUntil,
      T0 + 45_000,
    );
    assert.equal(memberIn(ringing({ by: alice, to: [bob], timeout: 0 }), bob).ringUntil, null);
  });

  it('is a group call with more callees, or with a groupId', () => {
    assert.equal(ringing({ by: alice, to: [bob, carol] }).isGroup, true);
    assert.equal(ringing({ by: alice, to: [bob], groupId: 'team' }).isGroup, true);
  });

  it('counts a callee named twice once', () => {
    assert.equal(
      memberStatuses(ringing({ by: alice, to: [bob, bob] })),
      'alice:joined bob:ringing',
    );
  });

  it('refuses an empty list, the caller themselves, and too many (F19)', () => {
    const many = Array.from({ length: 50 }, (_, index) => user(`u${index}`));
    assert.equal(refusedWith(start({ by: alice, to: [] })), 'invalid-parameter');
    assert.equal(refusedWith(start({ by: alice, to: [alice] })), 'self-call');
    assert.equal(refusedWith(start({ by: alice, to: [bob, alice] })), 'self-call');
    assert.equal(refusedWith(start({ by: alice, to: many })), 'call-full');
    assert.equal(refusedWith(start({ by: alice, to: many.slice(1) })), 'decided');
  });

  it('takes nickname and avatar from the server, not from the command', () => {
    const profileOf = () => ({ nickname: 'Bobby', avatar: 'https://a.example/b.png' });
    assert.equal(memberIn(ringing({ by: alice, to: [bob] }, { profileOf }), bob).nickname, 'Bobby');
  });
});

describe('busy', () => {
  it('ends the call of a caller whose only callee is in another call', () => {
    const other = ringing({ by: carol, to: [bob] });
    const call = decided(start({ by: alice, to: [bob] }, { liveCalls: [other] }));
    assert.equal(memberStatuses(call), 'alice:left bob:busy');
    assert.deepEqual(ending(call), {
      status: 'ended',
      endReason: 'line-busy',
      endedBy: null,
      endedAt: T0,
    });
  });

  it('marks busy callees of a group, and rings the others', () => {
    const other = ringing({ by: dave, to: [bob] });
    const call = decided(start({ by: alice, to: [bob, carol] }, { liveCalls: [other] }));
    assert.equal(memberStatuses(call), 'alice:joined bob:busy carol:ringing');
  });

  it('rings for the first of two callers of an idle user; the second one finds them busy (F39)', () => {
    const first = ringing({ by: alice, to: [carol] });
    const second = decided(start({ by: bob, to: [carol] }, { liveCalls: [first] }));
    assert.equal(memberIn(first, carol).status, 'ringing');
    assert.equal(memberIn(second, carol).status, 'busy');
  });

  it('resolves three users who call each other in a circle, with one live call per user (F17)', () => {
    const first = ringing({ by: alice, to: [bob] });
    assert.equal(
      refusedWith(start({ by: bob, to: [carol] }, { liveCalls: [first] })),
      'wrong-state',
    );
    const third = decided(start({ by: carol, to: [alice] }, { liveCalls: [first] }));
    assert.equal(third.endReason, 'line-busy');
  });

  it('does not let a user in a call make another one', () => {
    const liveCalls = [ringing({ by: alice, to: [bob] })];
    assert.equal(refusedWith(start({ by: alice, to: [carol] }, { liveCalls })), 'wrong-state');
  });
});

describe('glare', () => {
  it('merges the calls of two users who call each other: the later command accepts the earlier call (F14)', () => {
    const first = ringing({ by: alice, to: [bob] });
    const { call, changes } = appliedDecision(
      start({ by: bob, to: [alice] }, { liveCalls: [first], callId: callId('second') }),
    );
    assert.equal(call.callId, callId('first'));
    assert.equal(memberStatuses(call), 'alice:joined bob:joined');
    assert.equal(call.status, 'active');
    assert.equal(changes.length, 1);
  });

  it('keeps the earlier call’s media type (F15)', () => {
    const first = ringing({ by: alice, to: [bob], mediaType: 'audio' });
    const merged = start({ by: bob, to: [alice], mediaType: 'video' }, { liveCalls: [first] });
    assert.equal(decided(merged).mediaType, 'audio');
  });

  it('gives the merged call to the session that called', () => {
    const first = ringing({ by: alice, to: [bob] });
    const ask = { by: bob, to: [alice], device: 'tablet' };
    assert.equal(
      memberIn(decided(start(ask, { liveCalls: [first] })), bob).sessionId,
      session('tablet'),
    );
  });

  it('merges two calls started in the same group, and invites the users of the later command', () => {
    const first = ringing({ by: alice, to: [bob], groupId: 'team' });
    const merged = start({ by: bob, to: [alice, carol], groupId: 'team' }, { liveCalls: [first] });
    assert.equal(memberStatuses(decided(merged)), 'alice:joined bob:joined carol:ringing');
    assert.equal(appliedDecision(merged).changes[0]?.before, first);
  });

  it('does not apply to a ringing call of a third user', () => {
    const liveCalls = [ringing({ by: carol, to: [bob] })];
    assert.equal(refusedWith(start({ by: bob, to: [alice] }, { liveCalls })), 'wrong-state');
  });
});

describe('calling again after a crash', () => {
  it('ends the old call of an unreachable session and starts a new one (F18)', () => {
    const old = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
    const { call, changes } = appliedDecision(
      start(
        { by: bob, to: [alice], device: 'new' },
        { liveCalls: [old], isGone: () => true, callId: callId('second'), now: T0 + 5000 },
      ),
    );
    assert.equal(changes[0]?.after.endReason, 'offline');
    assert.equal(call.callId, callId('second'));
    assert.equal(memberStatuses(call), 'bob:joined alice:ringing');
  });

  it('is refused while the session in the old call is reachable', () => {
    const old = decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
    const again = startCall(
      callCommand({ by: bob, to: [alice] }),
      actorOn(bob, 'new'),
      startContext({ liveCalls: [old], isGone: () => false }),
    );
    assert.equal(refusedWith(again), 'wrong-state');
  });
});
