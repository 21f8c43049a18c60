import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, actorOn } from '../../testing/people.ts';
import {
  memberStatuses,
  decided,
  ending,
  memberIn,
  ringing,
  T0,
} from '../../testing/rule-fixtures.ts';
import { accept, graceAfterRestart, hangUp, updatePresence, applyDeadlines } from './index.ts';
import { nextDeadline } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import type { Reachability } from './presence.ts';

const UNREACHABLE: Reachability = { signalling: false, media: 'gone', leaving: false };
const REACHABLE: Reachability = { signalling: true, media: 'here', leaving: false };
const LEAVING: Reachability = { ...UNREACHABLE, leaving: true };

describe('a ring', () => {
  it('ends at its deadline, not before', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(applyDeadlines(call, T0 + 29_999), call);
    const over = applyDeadlines(call, T0 + 30_000);
    assert.equal(memberStatuses(over), 'alice:left bob:no-response');
    assert.deepEqual(ending(over), {
      status: 'ended',
      endReason: 'no-response',
      endedBy: null,
      endedAt: T0 + 30_000,
    });
  });

  it('ends at its deadline also when the server was down then', () => {
    assert.equal(
      applyDeadlines(ringing({ by: alice, to: [bob] }), T0 + 3_600_000).endedAt,
      T0 + 30_000,
    );
  });

  it('without a limit continues', () => {
    const call = ringing({ by: alice, to: [bob], timeout: 0 });
    assert.equal(applyDeadlines(call, T0 + 1e9), call);
    assert.equal(nextDeadline(call), null);
  });

  it('of all callees of a group ends the call; of one callee, only that ring', () => {
    const group = ringing({ by: alice, to: [bob, carol] });
    assert.equal(applyDeadlines(group, T0 + 30_000).endReason, 'no-response');
    const joined = decided(accept(group, actorOn(bob), T0));
    assert.equal(
      memberStatuses(applyDeadlines(joined, T0 + 30_000)),
      'alice:joined bob:joined carol:no-response',
    );
  });
});

describe('an unreachable member', () => {
  it('without signalling and media is away, and offline after 30 s, as of the time last seen', () => {
    const away = updatePresence(running(), bob, UNREACHABLE, T0 + 1000);
    assert.equal(memberIn(away, bob).away, true);
    const over = applyDeadlines(away, T0 + 31_000);
    assert.equal(memberStatuses(over), 'alice:left bob:offline');
    assert.deepEqual(ending(over), {
      status: 'ended',
      endReason: 'offline',
      endedBy: null,
      endedAt: T0 + 1000,
    });
  });

  it('keeps the seat while media flows, and while signalling is there', () => {
    const media = updatePresence(running(), bob, { ...UNREACHABLE, media: 'here' }, T0);
    assert.equal(memberIn(media, bob).away, true);
    assert.equal(nextDeadline(media), null);
    const signalling = updatePresence(running(), bob, { ...UNREACHABLE, signalling: true }, T0);
    assert.equal(memberIn(signalling, bob).away, true);
    assert.equal(nextDeadline(signalling), null);
  });

  it('is not away before media has connected once', () => {
    const call = running();
    assert.equal(updatePresence(call, bob, { ...REACHABLE, media: 'unknown' }, T0), call);
  });

  it('that reconnects keeps the seat', () => {
    const away = updatePresence(running(), bob, UNREACHABLE, T0);
    const back = updatePresence(away, bob, REACHABLE, T0 + 29_999);
    assert.equal(memberIn(back, bob).away, false);
    assert.equal(applyDeadlines(back, T0 + 1e6), back);
  });

  it('keeps the grace deadline when presence is checked again', () => {
    const once = updatePresence(running(), bob, UNREACHABLE, T0);
    assert.equal(updatePresence(once, bob, UNREACHABLE, T0 + 20_000), once);
  });

  it('after a leave beacon has 8 s to reload, then has hung up', () => {
    const away = updatePresence(running(), bob, LEAVING, T0);
    assert.equal(nextDeadline(away), T0 + 8000);
    const over = applyDeadlines(away, T0 + 8000);
    assert.equal(memberStatuses(over), 'alice:left bob:left');
    assert.equal(over.endReason, 'hangup');
    assert.equal(over.endedBy, bob);
  });

  it('is leaving, also while LiveKit still lists them', () => {
    const away = updatePresence(running(), bob, { ...LEAVING, media: 'here' }, T0);
    assert.equal(nextDeadline(away), T0 + 8000);
  });

  it('that sends a leave beacon in the grace time keeps the earlier deadline', () => {
    const lost = updatePresence(running(), bob, UNREACHABLE, T0);
    assert.equal(nextDeadline(updatePresence(lost, bob, LEAVING, T0 + 1000)), T0 + 9000);
    assert.equal(nextDeadline(updatePresence(lost, bob, LEAVING, T0 + 25_000)), T0 + 30_000);
  });

  it('as the caller ends a ringing call: as offline when lost, as cancelled after a leave beacon', () => {
    const call = ringing({ by: alice, to: [bob], timeout: 60 });
    const lost = applyDeadlines(updatePresence(call, alice, UNREACHABLE, T0), T0 + 30_000);
    assert.equal(memberStatuses(lost), 'alice:offline bob:cancelled');
    assert.equal(lost.endReason, 'offline');
    const closed = applyDeadlines(updatePresence(call, alice, LEAVING, T0), T0 + 8000);
    assert.equal(memberStatuses(closed), 'alice:left bob:cancelled');
    assert.equal(closed.endReason, 'cancelled');
  });

  it('since before the answer leaves no earlier than the call began', () => {
    const lost = updatePresence(ringing({ by: alice, to: [bob] }), alice, LEAVING, T0 + 1000);
    const over = applyDeadlines(decided(accept(lost, actorOn(bob), T0 + 5000)), T0 + 9000);
    assert.equal(memberIn(over, alice).leftAt, T0 + 5000);
    assert.equal(over.endedAt, T0 + 5000);
  });

  it('does not end a group call as of a time before others joined it', () => {
    const two = decided(accept(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), T0));
    const lost = updatePresence(two, bob, UNREACHABLE, T0 + 1000);
    const three = decided(accept(lost, actorOn(carol), T0 + 5000));
    const left = decided(hangUp(three, actorOn(alice), { now: T0 + 6000, isGone: () => false }));
    const over = applyDeadlines(left, T0 + 31_000);
    assert.equal(memberIn(over, bob).leftAt, T0 + 1000);
    assert.equal(over.endedAt, T0 + 6000);
  });

  it('who only rings loses no seat', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(updatePresence(call, bob, LEAVING, T0), call);
  });

  it('like the peer ends the call at the first expired grace time', () => {
    const one = updatePresence(running(), alice, UNREACHABLE, T0 + 1000);
    const both = updatePresence(one, bob, UNREACHABLE, T0 + 2000);
    assert.equal(applyDeadlines(both, T0 + 30_999).status, 'active');
    assert.equal(applyDeadlines(both, T0 + 60_000).endedAt, T0 + 1000);
  });
});

describe('after a restart', () => {
  it('nobody loses a seat for the time the server was away', () => {
    const call = updatePresence(running(), bob, UNREACHABLE, T0);
    const resumed = graceAfterRestart(call, T0 + 5000, T0 + 3_600_000);
    assert.equal(applyDeadlines(resumed, T0 + 3_600_000), resumed);
    assert.equal(resumed.version, call.version);
  });

  it('a member who does not return counts as last seen at the last heartbeat', () => {
    const resumed = graceAfterRestart(running(), T0 + 5000, T0 + 3_600_000);
    const over = applyDeadlines(resumed, T0 + 3_630_000);
    assert.equal(over.status, 'ended');
    assert.equal(over.endedAt, T0 + 5000);
  });

  it('a member who returned after an earlier restart counts as last seen before the latest', () => {
    const first = graceAfterRestart(running(), T0 + 5000, T0 + 6000);
    const both = [alice, bob].reduce(
      (call, one) => updatePresence(call, one, REACHABLE, T0 + 7000),
      first,
    );
    const second = graceAfterRestart(both, T0 + 3_600_000, T0 + 3_601_000);
    assert.equal(applyDeadlines(second, T0 + 4_000_000).endedAt, T0 + 3_600_000);
  });

  it('a member who was unreachable before counts as last seen then', () => {
    const gone = updatePresence(running(), bob, UNREACHABLE, T0 + 2000);
    const resumed = graceAfterRestart(gone, T0 + 5000, T0 + 3_600_000);
    const kept = updatePresence(resumed, alice, REACHABLE, T0 + 3_601_000);
    assert.equal(memberIn(applyDeadlines(kept, T0 + 4_000_000), bob).leftAt, T0 + 2000);
  });

  it('without a heartbeat the last change of the call counts', () => {
    const resumed = graceAfterRestart(running(), null, T0 + 3_600_000);
    assert.equal(applyDeadlines(resumed, T0 + 4_000_000).endedAt, T0);
  });
});

function running(): Call {
  return decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));
}
