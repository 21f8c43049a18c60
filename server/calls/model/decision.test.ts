import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, dave, actorOn, session } from '../../testing/people.ts';
import { decided, ringing, start, T0 } from '../../testing/rule-fixtures.ts';
import {
  alerted,
  accept,
  hangUp,
  updatePresence,
  applyDeadlines,
  raiseMediaEpoch,
  reject,
  removeMember,
  withProfile,
  switchMediaType,
} from '../rules/index.ts';
import type { CallView } from '../../../src/protocol/index.ts';
import { callView } from '../call-view.ts';
import type { Call } from './call.ts';
import { isVisible, missedOf } from './decision.ts';
import { refusedWith } from '../../testing/rule-fixtures.ts';

const world = { now: T0 + 1000, isGone: () => false };

describe('a missed call', () => {
  const missed = (before: Call | null, after: Call) =>
    missedOf({ before, after }).map(({ userId, reason, at }) => ({ userId, reason, at }));

  it('is an invitation nobody answered', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.deepEqual(missed(call, applyDeadlines(call, T0 + 30_000)), [
      { userId: bob, reason: 'no-response', at: T0 + 30_000 },
    ]);
  });

  it('is an invitation the caller cancelled', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.deepEqual(missed(call, decided(hangUp(call, actorOn(alice), world))), [
      { userId: bob, reason: 'cancelled', at: T0 + 1000 },
    ]);
  });

  it('is an invitation whose caller went offline', () => {
    const call = ringing({ by: alice, to: [bob], timeout: 60 });
    const gone = updatePresence(
      call,
      alice,
      { signalling: false, media: 'gone', leaving: false },
      T0,
    );
    assert.equal(missed(gone, applyDeadlines(gone, T0 + 30_000))[0]?.reason, 'offline');
  });

  it('is an invitation while busy, also if the call ends immediately', () => {
    const liveCalls = [ringing({ by: carol, to: [bob] })];
    const call = decided(start({ by: alice, to: [bob] }, { liveCalls }));
    assert.deepEqual(missed(null, call), [{ userId: bob, reason: 'line-busy', at: T0 }]);
  });

  it('is not an answered or rejected invitation', () => {
    const call = ringing({ by: alice, to: [bob] });
    const running = decided(accept(call, actorOn(bob), T0));
    assert.deepEqual(missed(call, running), []);
    assert.deepEqual(missed(running, decided(hangUp(running, actorOn(alice), world))), []);
    assert.deepEqual(missed(call, decided(reject(call, actorOn(bob), T0))), []);
  });

  it('is notified once, whatever happens in the call later', () => {
    const call = decided(accept(ringing({ by: alice, to: [bob, carol] }), actorOn(bob), T0));
    const over = applyDeadlines(call, T0 + 30_000);
    assert.equal(missed(call, over).length, 1);
    assert.deepEqual(missed(over, raiseMediaEpoch(over)), []);
  });
});

describe('a call view', () => {
  it('contains which session holds the seat: this one, another one, or none', () => {
    const ring = ringing({ by: alice, to: [bob] });
    const seatFor = (call: Call, device: string) =>
      callView(call, { userId: bob, sessionId: session(device) }, T0).self.session;
    assert.equal(seatFor(ring, 'phone'), 'none');
    const taken = decided(accept(ring, actorOn(bob, 'phone'), T0));
    assert.equal(seatFor(taken, 'phone'), 'this');
    assert.equal(seatFor(taken, 'tablet'), 'other');
  });

  it('has the remaining time of the own ring only, never below 0', () => {
    const ring = ringing({ by: alice, to: [bob] });
    const left = (userId: typeof bob, now: number) =>
      callView(ring, { userId, sessionId: session('phone') }, now).self.ringRemainingMs;
    assert.equal(left(bob, T0 + 10_000), 20_000);
    assert.equal(left(bob, T0 + 99_000), 0);
    assert.equal(left(alice, T0), null);
  });

  it('hides the room from users who are not in the call', () => {
    const ring = ringing({ by: alice, to: [bob] });
    const room = (call: Call, userId: typeof bob) =>
      callView(call, { userId, sessionId: session('phone') }, T0).roomId;
    assert.equal(room(ring, bob), '');
    assert.equal(room(ring, alice), 'room-first');
    assert.equal(room(decided(reject(ring, actorOn(bob), T0)), bob), '');
    assert.equal(room(decided(hangUp(ring, actorOn(alice), world)), alice), 'room-first');
    assert.equal(room(decided(accept(ring, actorOn(bob), T0)), bob), 'room-first');
  });
});

describe('the call as a member who left for good last saw it', () => {
  const view = (call: Call) =>
    callView(call, { userId: carol, sessionId: session('phone') }, T0 + 9);
  const ring = ringing({ by: alice, to: [bob, carol, dave] });
  const talking = decided(accept(ring, actorOn(bob), T0 + 1));

  for (const [way, parted] of [
    ['rejected', decided(reject(talking, actorOn(carol), T0 + 2))],
    ['was removed', removeMember(talking, carol, T0 + 2)],
  ] as const) {
    it(`has nothing that happened after the member ${way}`, () => {
      const joined = decided(accept(parted, actorOn(dave), T0 + 3));
      const left = decided(hangUp(joined, actorOn(bob), { ...world, now: T0 + 4 }));
      const over = decided(hangUp(left, actorOn(alice), { ...world, now: T0 + 5 }));
      assert.equal(over.status, 'ended');
      for (const later of [joined, left, over]) {
        const statuses = ({ members }: CallView) =>
          members.map(({ userId, status, leftAt }) => [userId, status, leftAt]);
        assert.deepEqual(statuses(view(later)), statuses(view(parted)));
        assert.deepEqual({ ...view(later), members: [] }, { ...view(parted), members: [] });
      }
    });
  }
});

describe('smaller changes', () => {
  const running = () => decided(accept(ringing({ by: alice, to: [bob] }), actorOn(bob), T0));

  it('switches the media type for a session in the call only', () => {
    assert.equal(decided(switchMediaType(running(), 'audio', actorOn(bob))).mediaType, 'audio');
    assert.equal(
      refusedWith(switchMediaType(running(), 'audio', actorOn(bob, 'tablet'))),
      'wrong-state',
    );
    assert.equal(
      refusedWith(switchMediaType(running(), 'audio', actorOn(carol))),
      'call-not-found',
    );
    const ring = ringing({ by: alice, to: [bob] });
    assert.equal(refusedWith(switchMediaType(ring, 'audio', actorOn(bob))), 'wrong-state');
  });

  it('does not switch to the current type, nor after the end', () => {
    const call = running();
    assert.equal(decided(switchMediaType(call, 'video', actorOn(bob))), call);
    const over = decided(hangUp(call, actorOn(bob), world));
    assert.equal(decided(switchMediaType(over, 'audio', actorOn(bob))), over);
  });

  it('records once that a device rings', () => {
    const ring = ringing({ by: alice, to: [bob] });
    const once = decided(alerted(ring, actorOn(bob)));
    assert.equal(once.members[1]?.alerted, true);
    assert.equal(decided(alerted(once, actorOn(bob, 'tablet'))), once);
    assert.equal(refusedWith(alerted(ring, actorOn(carol))), 'call-not-found');
  });

  it('updates a nickname in a live call', () => {
    const named = withProfile(running(), bob, { nickname: 'Bob', avatar: '' });
    assert.equal(named.members[1]?.nickname, 'Bob');
    assert.equal(withProfile(named, bob, { nickname: 'Bob', avatar: '' }), named);
  });

  it('does not raise the version for server-only fields', () => {
    const call = ringing({ by: alice, to: [bob] });
    assert.equal(isVisible({ before: call, after: { ...call } }), false);
    assert.equal(isVisible({ before: call, after: raiseMediaEpoch(call) }), true);
    assert.equal(isVisible({ before: null, after: call }), true);
  });
});
