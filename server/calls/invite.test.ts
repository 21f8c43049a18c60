import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, dave, on } from '../testing/people.ts';
import { cast, decided, part, refusedWith, ringing, T0 } from '../testing/scene.ts';
import { answer, hangUp, invite, passTime, reject } from './call-rules.ts';
import type { Call } from './call.ts';
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
    const call = decided(invite(running(), ask(carol), on(bob), world));
    assert.equal(cast(call), 'alice:joined bob:joined carol:ringing');
    assert.equal(call.isGroup, true);
    assert.equal(part(call, carol).invitedBy, bob);
    assert.equal(part(call, carol).ringUntil, now + 20_000);
    assert.equal(part(call, carol).invitedVersion, call.version);
  });

  it('leaves who is in the call or rings as they are', () => {
    const call = running();
    assert.equal(decided(invite(call, ask(alice), on(bob), world)), call);
    const more = decided(invite(call, ask(carol), on(bob), world));
    assert.equal(decided(invite(more, ask(carol), on(alice), world)), more);
  });

  it('invites who has rejected or left once more, as a new invitation', () => {
    const one = decided(invite(running(), ask(carol), on(bob), world));
    const rejected = decided(reject(one, on(carol), now));
    const again = decided(invite(rejected, ask(carol), on(alice), world));
    assert.equal(part(again, carol).status, 'ringing');
    assert.ok(part(again, carol).invitedVersion > part(one, carol).invitedVersion);
    assert.equal(part(again, carol).sessionId, null);
    assert.equal(part(again, carol).leftAt, null);
  });

  it('marks who is in another call as busy', () => {
    const call = decided(invite(running(), ask(carol), on(bob), { ...world, isBusy: () => true }));
    assert.equal(cast(call), 'alice:joined bob:joined carol:busy');
    assert.equal(call.status, 'active');
  });

  it('is for the session that is in the call', () => {
    assert.equal(
      refusedWith(invite(running(), ask(carol), on(bob, 'tablet'), world)),
      'wrong-state',
    );
    const ring = ringing({ by: alice, to: [bob] });
    assert.equal(refusedWith(invite(ring, ask(carol), on(bob), world)), 'wrong-state');
    assert.equal(refusedWith(invite(ring, ask(dave), on(carol), world)), 'call-not-found');
  });

  it('refuses oneself, and more than fit', () => {
    assert.equal(refusedWith(invite(running(), ask(bob), on(bob), world)), 'self-call');
    const small = { ...world, maxMembers: 3 };
    assert.equal(refusedWith(invite(running(), ask(carol, dave), on(bob), small)), 'call-full');
    assert.equal(refusedWith(invite(running(), ask(carol), on(bob), small)), 'decided');
  });

  it('that crosses the end is answered with the ended call', () => {
    const over = decided(hangUp(running(), on(alice), { now, isGone: () => false }));
    assert.equal(decided(invite(over, ask(carol), on(bob), world)), over);
  });

  it('ends by itself, and the call with it when only one is left', () => {
    const call = decided(invite(running(), ask(carol), on(bob), world));
    const alone = decided(hangUp(call, on(alice), { now, isGone: () => false }));
    assert.equal(alone.status, 'active');
    const over = passTime(alone, now + 20_000);
    assert.equal(cast(over), 'alice:left bob:left carol:no-response');
    assert.equal(over.endReason, 'hangup');
    assert.equal(over.endedBy, null);
    assert.equal(over.endedAt, now + 20_000);
  });
});

function running(): Call {
  return decided(answer(ringing({ by: alice, to: [bob] }), on(bob), T0));
}
