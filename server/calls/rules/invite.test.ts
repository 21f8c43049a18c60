import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, dave, actorOn } from '../../testing/people.ts';
import {
  memberStatuses,
  decided,
  memberIn,
  refusedWith,
  ringing,
  T0,
} from '../../testing/rule-fixtures.ts';
import { accept, hangUp, invite, applyDeadlines, reject } from './index.ts';
import type { Call } from '../model/call.ts';
import type { InviteContext } from './invite.ts';

const now = T0 + 5000;
const world: InviteContext = {
  now,
  maxMembers: 50,
  isBusy: () => false,
  hasBlocked: () => false,
  profileOf: () => ({ nickname: '', avatar: '' }),
};
const ask = (...userIds: (typeof alice)[]) => ({ userIds, timeout: 20 });

describe('invite', () => {
  it('makes a call of two a group call, and rings the new one', () => {
    const call = decided(invite(running(), ask(carol), actorOn(bob), world));
    assert.equal(memberStatuses(call), 'alice:joined bob:joined carol:ringing');
    assert.equal(call.isGroup, true);
    assert.equal(memberIn(call, carol).invitedBy, bob);
    assert.equal(memberIn(call, carol).ringUntil, now + 20_000);
    assert.equal(memberIn(call, carol).invitedVersion, call.version);
  });

  it('does not change joined and ringing members', () => {
    const call = running();
    assert.equal(decided(invite(call, ask(alice), actorOn(bob), world)), call);
    const more = decided(invite(call, ask(carol), actorOn(bob), world));
    assert.equal(decided(invite(more, ask(carol), actorOn(alice), world)), more);
  });

  it('invites members again who have rejected or left', () => {
    const one = decided(invite(running(), ask(carol), actorOn(bob), world));
    const rejected = decided(reject(one, actorOn(carol), now));
    const again = decided(invite(rejected, ask(carol), actorOn(alice), world));
    assert.equal(memberIn(again, carol).status, 'ringing');
    assert.ok(memberIn(again, carol).invitedVersion > memberIn(one, carol).invitedVersion);
    assert.equal(memberIn(again, carol).sessionId, null);
    assert.equal(memberIn(again, carol).leftAt, null);
  });

  it('marks a user in another call as busy', () => {
    const call = decided(
      invite(running(), ask(carol), actorOn(bob), { ...world, isBusy: () => true }),
    );
    assert.equal(memberStatuses(call), 'alice:joined bob:joined carol:busy');
    assert.equal(call.status, 'active');
  });

  it('requires the session that holds the seat', () => {
    assert.equal(
      refusedWith(invite(running(), ask(carol), actorOn(bob, 'tablet'), world)),
      'wrong-state',
    );
    const ring = ringing({ by: alice, to: [bob] });
    assert.equal(refusedWith(invite(ring, ask(carol), actorOn(bob), world)), 'wrong-state');
    assert.equal(refusedWith(invite(ring, ask(dave), actorOn(carol), world)), 'call-not-found');
  });

  it('refuses the inviter themselves, and too many users', () => {
    assert.equal(refusedWith(invite(running(), ask(bob), actorOn(bob), world)), 'self-call');
    const small = { ...world, maxMembers: 3 };
    assert.equal(
      refusedWith(invite(running(), ask(carol, dave), actorOn(bob), small)),
      'call-full',
    );
    assert.equal(refusedWith(invite(running(), ask(carol), actorOn(bob), small)), 'decided');
  });

  it('that crosses the end succeeds with the ended call', () => {
    const over = decided(hangUp(running(), actorOn(alice), { now, isGone: () => false }));
    assert.equal(decided(invite(over, ask(carol), actorOn(bob), world)), over);
  });

  it('times out, and the call ends if only one member is left', () => {
    const call = decided(invite(running(), ask(carol), actorOn(bob), world));
    const alone = decided(hangUp(call, actorOn(alice), { now, isGone: () => false }));
    assert.equal(alone.status, 'active');
    const over = applyDeadlines(alone, now + 20_000);
    assert.equal(memberStatuses(over), 'alice:left bob:left carol:no-response');
    assert.equal(over.endReason, 'hangup');
    assert.equal(over.endedBy, null);
    assert.equal(over.endedAt, now + 20_000);
  });
});

function running(): Call {
  return decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
}
