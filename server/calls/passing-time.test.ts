import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, on } from '../testing/people.ts';
import { cast, decided, ending, part, ringing, T0 } from '../testing/scene.ts';
import { answer, graceAfterRestart, hangUp, noteReach, passTime } from './call-rules.ts';
import { nextDeadline } from './call.ts';
import type { Call } from './call.ts';
import type { Reach } from './presence-rules.ts';

const GONE: Reach = { signalling: false, media: 'gone', leaving: false };
const HERE: Reach = { signalling: true, media: 'here', leaving: false };
const SAID_GOOD_BYE: Reach = { ...GONE, leaving: true };

describe('a ring', () => {
  it('ends at its deadline, not before', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(passTime(call, T0 + 29_999), call);
    const over = passTime(call, T0 + 30_000);
    assert.equal(cast(over), 'alice:left bob:no-response');
    assert.deepEqual(ending(over), {
      status: 'ended',
      endReason: 'no-response',
      endedBy: null,
      endedAt: T0 + 30_000,
    });
  });

  it('ends at its deadline also when the server was down then', () => {
    assert.equal(passTime(ringing({ by: alice, to: [bob] }), T0 + 3_600_000).endedAt, T0 + 30_000);
  });

  it('without a limit goes on', () => {
    const call = ringing({ by: alice, to: [bob], timeout: 0 });
    assert.equal(passTime(call, T0 + 1e9), call);
    assert.equal(nextDeadline(call), null);
  });

  it('of all in a group ends the call; of one only that ring', () => {
    const group = ringing({ by: alice, to: [bob, carol] });
    assert.equal(passTime(group, T0 + 30_000).endReason, 'no-response');
    const joined = decided(answer(group, on(bob), T0));
    assert.equal(cast(passTime(joined, T0 + 30_000)), 'alice:joined bob:joined carol:no-response');
  });
});

describe('a member who is gone', () => {
  it('on both ways is shown as away, and is offline 30 s later, since last seen', () => {
    const away = noteReach(running(), bob, GONE, T0 + 1000);
    assert.equal(part(away, bob).away, true);
    const over = passTime(away, T0 + 31_000);
    assert.equal(cast(over), 'alice:left bob:offline');
    assert.deepEqual(ending(over), {
      status: 'ended',
      endReason: 'offline',
      endedBy: null,
      endedAt: T0 + 1000,
    });
  });

  it('keeps the seat while media flows, and while signalling is there', () => {
    const media = noteReach(running(), bob, { ...GONE, media: 'here' }, T0);
    assert.equal(part(media, bob).away, true);
    assert.equal(nextDeadline(media), null);
    const signalling = noteReach(running(), bob, { ...GONE, signalling: true }, T0);
    assert.equal(part(signalling, bob).away, true);
    assert.equal(nextDeadline(signalling), null);
  });

  it('is not away before media has ever been there', () => {
    const call = running();
    assert.equal(noteReach(call, bob, { ...HERE, media: 'unknown' }, T0), call);
  });

  it('comes back to the same seat', () => {
    const away = noteReach(running(), bob, GONE, T0);
    const back = noteReach(away, bob, HERE, T0 + 29_999);
    assert.equal(part(back, bob).away, false);
    assert.equal(passTime(back, T0 + 1e6), back);
  });

  it('is looked at often without the grace time starting over', () => {
    const once = noteReach(running(), bob, GONE, T0);
    assert.equal(noteReach(once, bob, GONE, T0 + 20_000), once);
  });

  it('and said good-bye has 8 s to reload, then has hung up', () => {
    const away = noteReach(running(), bob, SAID_GOOD_BYE, T0);
    assert.equal(nextDeadline(away), T0 + 8000);
    const over = passTime(away, T0 + 8000);
    assert.equal(cast(over), 'alice:left bob:left');
    assert.equal(over.endReason, 'hangup');
    assert.equal(over.endedBy, bob);
  });

  it('says good-bye also while LiveKit has not noticed', () => {
    const away = noteReach(running(), bob, { ...SAID_GOOD_BYE, media: 'here' }, T0);
    assert.equal(nextDeadline(away), T0 + 8000);
  });

  it('says good-bye in the grace time: the earlier deadline holds', () => {
    const lost = noteReach(running(), bob, GONE, T0);
    assert.equal(nextDeadline(noteReach(lost, bob, SAID_GOOD_BYE, T0 + 1000)), T0 + 9000);
    assert.equal(nextDeadline(noteReach(lost, bob, SAID_GOOD_BYE, T0 + 25_000)), T0 + 30_000);
  });

  it('as the caller of a ringing call ends it: lost as offline, with a good-bye as cancelled', () => {
    const call = ringing({ by: alice, to: [bob], timeout: 60 });
    const lost = passTime(noteReach(call, alice, GONE, T0), T0 + 30_000);
    assert.equal(cast(lost), 'alice:offline bob:cancelled');
    assert.equal(lost.endReason, 'offline');
    const closed = passTime(noteReach(call, alice, SAID_GOOD_BYE, T0), T0 + 8000);
    assert.equal(cast(closed), 'alice:left bob:cancelled');
    assert.equal(closed.endReason, 'cancelled');
  });

  it('since before they were answered leaves no earlier than the call began', () => {
    const lost = noteReach(ringing({ by: alice, to: [bob] }), alice, SAID_GOOD_BYE, T0 + 1000);
    const over = passTime(decided(answer(lost, on(bob), T0 + 5000)), T0 + 9000);
    assert.equal(part(over, alice).leftAt, T0 + 5000);
    assert.equal(over.endedAt, T0 + 5000);
  });

  it('does not end a group call before others came into it', () => {
    const two = decided(answer(ringing({ by: alice, to: [bob, carol] }), on(bob), T0));
    const lost = noteReach(two, bob, GONE, T0 + 1000);
    const three = decided(answer(lost, on(carol), T0 + 5000));
    const left = decided(hangUp(three, on(alice), { now: T0 + 6000, isGone: () => false }));
    const over = passTime(left, T0 + 31_000);
    assert.equal(part(over, bob).leftAt, T0 + 1000);
    assert.equal(over.endedAt, T0 + 6000);
  });

  it('while only ringing has no seat to lose', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(noteReach(call, bob, SAID_GOOD_BYE, T0), call);
  });

  it('like the other one ends the call of two when the first of them is given up', () => {
    const one = noteReach(running(), alice, GONE, T0 + 1000);
    const both = noteReach(one, bob, GONE, T0 + 2000);
    assert.equal(passTime(both, T0 + 30_999).status, 'active');
    assert.equal(passTime(both, T0 + 60_000).endedAt, T0 + 1000);
  });
});

describe('after a restart', () => {
  it('nobody loses a seat for the time the server was away', () => {
    const call = noteReach(running(), bob, GONE, T0);
    const resumed = graceAfterRestart(call, T0 + 5000, T0 + 3_600_000);
    assert.equal(passTime(resumed, T0 + 3_600_000), resumed);
    assert.equal(resumed.version, call.version);
  });

  it('who does not come back counts as last seen when the server last was', () => {
    const resumed = graceAfterRestart(running(), T0 + 5000, T0 + 3_600_000);
    const over = passTime(resumed, T0 + 3_630_000);
    assert.equal(over.status, 'ended');
    assert.equal(over.endedAt, T0 + 5000);
  });

  it('who came back after an earlier one counts as last seen before the latest', () => {
    const first = graceAfterRestart(running(), T0 + 5000, T0 + 6000);
    const both = [alice, bob].reduce((call, one) => noteReach(call, one, HERE, T0 + 7000), first);
    const second = graceAfterRestart(both, T0 + 3_600_000, T0 + 3_601_000);
    assert.equal(passTime(second, T0 + 4_000_000).endedAt, T0 + 3_600_000);
  });

  it('who was gone before it counts as last seen then', () => {
    const gone = noteReach(running(), bob, GONE, T0 + 2000);
    const resumed = graceAfterRestart(gone, T0 + 5000, T0 + 3_600_000);
    const kept = noteReach(resumed, alice, HERE, T0 + 3_601_000);
    assert.equal(part(passTime(kept, T0 + 4_000_000), bob).leftAt, T0 + 2000);
  });

  it('a server that never said that it runs was last there when the call last changed', () => {
    const resumed = graceAfterRestart(running(), null, T0 + 3_600_000);
    assert.equal(passTime(resumed, T0 + 4_000_000).endedAt, T0);
  });
});

function running(): Call {
  return decided(answer(ringing({ by: alice, to: [bob] }), on(bob), T0));
}
