import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actorOn, alice, bob, callId, carol } from '../../testing/people.ts';
import {
  callCommand,
  decided,
  ending,
  memberIn,
  memberStatuses,
  refusedWith,
  ringing,
  startContext,
  T0,
} from '../../testing/rule-fixtures.ts';
import { callView } from '../call-view.ts';
import type { Call } from '../model/call.ts';
import { accept, applyDeadlines, hangUp, reject, removeMember, startCallForUser } from './index.ts';

const context = (more: Parameters<typeof startContext>[0] = {}) => startContext(more);
const CALLER = { userId: alice, nickname: '', avatar: '', groups: [] };

function started(to = [bob], timeout = 30): Call {
  return decided(startCallForUser(callCommand({ by: alice, to, timeout }), CALLER, context()));
}

describe('a call that the server starts for a user', () => {
  it('rings the caller as well, and shows no room before they accept', () => {
    const call = started();
    assert.equal(memberStatuses(call), 'alice:ringing bob:ringing');
    assert.equal(memberIn(call, alice).role, 'caller');
    const { userId, sessionId } = actorOn(alice);
    assert.equal(callView(call, { userId, sessionId }, T0).roomId, '');
  });

  it('becomes active when the first callee accepts', () => {
    const caller = decided(accept(started(), actorOn(alice), T0 + 1));
    assert.equal(caller.status, 'ringing');
    assert.equal(memberIn(caller, alice).joinedAt, null);
    const both = decided(accept(caller, actorOn(bob), T0 + 2));
    assert.deepEqual(
      [both.status, both.startedAt, memberIn(both, alice).joinedAt],
      ['active', T0 + 2, T0 + 2],
    );
    const callee = decided(accept(started(), actorOn(bob), T0 + 1));
    assert.deepEqual(
      [callee.status, callee.startedAt, memberIn(callee, alice).joinedAt],
      ['active', T0 + 1, null],
    );
    const late = decided(accept(callee, actorOn(alice), T0 + 2));
    assert.equal(memberIn(late, alice).joinedAt, T0 + 2);
  });

  it('ends when the caller rejects, does not answer, is removed, or hangs up', () => {
    const rejected = decided(reject(started(), actorOn(alice), T0 + 1));
    assert.equal(rejected.endReason, 'rejected');
    assert.equal(memberStatuses(rejected), 'alice:rejected bob:cancelled');
    const unanswered = applyDeadlines(started(), T0 + 30_000);
    assert.deepEqual(ending(unanswered), {
      status: 'ended',
      endReason: 'no-response',
      endedBy: null,
      endedAt: T0 + 30_000,
    });
    assert.equal(memberIn(unanswered, alice).status, 'no-response');
    assert.equal(removeMember(started(), alice, T0 + 1).endReason, 'ended-by-server');
    const joined = decided(accept(started(), actorOn(alice), T0 + 1));
    const left = decided(hangUp(joined, actorOn(alice), { now: T0 + 2, isGone: () => false }));
    assert.equal(left.endReason, 'cancelled');
  });

  it('ends when no callee is left, and continues while one rings', () => {
    const group = started([bob, carol]);
    const one = decided(reject(group, actorOn(bob), T0 + 1));
    assert.equal(one.status, 'ringing');
    const none = decided(reject(one, actorOn(carol), T0 + 2));
    assert.equal(none.endReason, 'rejected');
    assert.equal(memberStatuses(none), 'alice:cancelled bob:rejected carol:rejected');
  });

  it('ends when the caller does not come to a callee who waits', () => {
    const waiting = decided(accept(started(), actorOn(bob), T0 + 1));
    const over = applyDeadlines(waiting, T0 + 30_000);
    assert.deepEqual([over.status, over.endReason], ['ended', 'no-response']);
    assert.equal(memberStatuses(over), 'alice:no-response bob:left');
  });

  it('is refused for a busy caller, a live group call, or no valid callees', () => {
    const start = (to: (typeof bob)[], more: Parameters<typeof startContext>[0] = {}) =>
      refusedWith(startCallForUser(callCommand({ by: alice, to }), CALLER, context(more)));
    const other = ringing({ by: carol, to: [alice] }, { callId: callId('other') });
    assert.equal(start([bob], { liveCalls: [other] }), 'wrong-state');
    assert.equal(start([bob], { liveCalls: [other], callWaiting: true }), 'decided');
    assert.equal(start([bob], { groupCall: other }), 'wrong-state');
    assert.equal(start([]), 'invalid-parameter');
    assert.equal(start([alice]), 'self-call');
    assert.equal(start([bob, carol], { maxMembers: 2 }), 'call-full');
  });
});
