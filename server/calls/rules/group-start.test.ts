import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, callId, carol, dave, erin, actorOn, session } from '../../testing/people.ts';
import {
  callCommand,
  memberStatuses,
  decided,
  appliedDecision,
  memberIn,
  refusedWith,
  ringing,
  startContext,
  T0,
} from '../../testing/rule-fixtures.ts';
import type { Start } from '../../testing/rule-fixtures.ts';
import { accept, hangUp, hold, removeMember, startCall } from './index.ts';
import type { Call } from '../model/call.ts';
import type { StartContext } from './start-call.ts';

const now = T0 + 5000;

describe('a call in a group that is in a call already (F110)', () => {
  it('joins its caller to that one and invites the users who are not in it', () => {
    const running = inGroup();
    const { call, changes } = appliedDecision(
      begin({ by: carol, to: [alice, dave] }, { groupCall: running }),
    );
    assert.equal(memberStatuses(call), 'alice:joined bob:joined carol:joined dave:ringing');
    assert.deepEqual(changes, [{ before: running, after: call }]);
    assert.equal(memberIn(call, dave).invitedBy, carol);
  });

  it('accepts a call that still rings', () => {
    const rings = ringing({ by: alice, to: [bob], groupId: 'team' });
    const call = decided(begin({ by: carol, to: [bob] }, { groupCall: rings }));
    assert.equal(memberStatuses(call), 'alice:joined bob:ringing carol:joined');
    assert.equal(call.status, 'active');
  });

  it('invites named users again who have left it', () => {
    const left = decided(hangUp(three(), actorOn(bob), { now, isGone: () => false }));
    const call = decided(begin({ by: erin, to: [bob] }, { groupCall: left }));
    assert.equal(memberStatuses(call), 'alice:joined bob:ringing carol:joined erin:joined');
  });

  it('joins its caller even if a named user cannot be invited', () => {
    const out = removeMember(three(), bob, now);
    const call = decided(begin({ by: erin, to: [bob] }, { groupCall: out }));
    assert.equal(memberStatuses(call), 'alice:joined bob:removed carol:joined erin:joined');
  });

  it('resumes the held call of its caller', () => {
    const running = decided(hold(inGroup(), true, actorOn(bob), { now, currentCall: null }));
    const call = decided(
      begin({ by: bob, to: [alice] }, { groupCall: running, callWaiting: true }),
    );
    assert.equal(memberIn(call, bob).held, false);
  });

  it('is refused if that one is full or its caller was removed from it', () => {
    const full = { groupCall: inGroup(), maxMembers: 2 };
    assert.equal(refusedWith(begin({ by: carol, to: [dave] }, full)), 'call-full');
    const out = removeMember(three(), bob, now);
    assert.equal(refusedWith(begin({ by: bob, to: [dave] }, { groupCall: out })), 'not-a-member');
  });

  it('by a user whose session in it is unreachable rejoins that user', () => {
    const running = three();
    const { call, changes } = appliedDecision(
      begin(
        { by: bob, to: [alice], device: 'new' },
        { groupCall: running, liveCalls: [running], isGone: () => true },
      ),
    );
    assert.equal(memberStatuses(call), 'alice:joined bob:joined carol:joined');
    assert.equal(memberIn(call, bob).sessionId, session('new'));
    assert.deepEqual(
      changes.map(({ after }) => memberIn(after, bob).status),
      ['offline', 'joined'],
    );
  });

  it('that ends with the lost device of its caller is followed by a new one', () => {
    const running = inGroup();
    const { call, changes } = appliedDecision(
      begin(
        { by: bob, to: [alice], device: 'new' },
        { groupCall: running, liveCalls: [running], isGone: () => true, callId: callId('second') },
      ),
    );
    assert.equal(changes[0]?.after.status, 'ended');
    assert.equal(call.callId, callId('second'));
    assert.equal(memberStatuses(call), 'bob:joined alice:ringing');
  });
});

describe('a call for a group', () => {
  it('is the group’s only when its caller is proven to belong to it', () => {
    const ask = callCommand({ by: alice, to: [bob], groupId: 'team' });
    const by = (groups: readonly string[]) =>
      decided(startCall(ask, actorOn(alice, 'phone', groups), startContext())).groupProven;
    assert.equal(by(['team', 'other']), true);
    assert.equal(by(['other']), false);
    assert.equal(by([]), false);
  });

  it('without a groupId belongs to no group, whatever the userSig contains', () => {
    const ask = callCommand({ by: alice, to: [bob] });
    const call = decided(startCall(ask, actorOn(alice, 'phone', ['']), startContext()));
    assert.equal(call.groupProven, false);
  });
});

function begin(ask: Start, context: Partial<StartContext>) {
  const command = callCommand({ ...ask, groupId: 'team' });
  const actor = actorOn(ask.by, ask.device ?? ask.by, ['team']);
  return startCall(command, actor, startContext({ now, ...context }));
}

function inGroup(): Call {
  return decided(accept(ringing({ by: alice, to: [bob], groupId: 'team' }), actorOn(bob), T0));
}

function three(): Call {
  const rung = ringing({ by: alice, to: [bob, carol], groupId: 'team' });
  return decided(accept(decided(accept(rung, actorOn(bob), T0)), actorOn(carol), T0));
}
