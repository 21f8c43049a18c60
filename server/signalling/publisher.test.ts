import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Profile } from '../auth/profile.ts';
import type { ServerMessage } from '../../src/protocol/index.ts';
import type { Call } from '../calls/model/call.ts';
import { accept, invite, reject, removeMember, withProfile } from '../calls/rules/index.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { actorOn, alice, bob, carol, dave, session } from '../testing/people.ts';
import { decided, ringing, T0 } from '../testing/rule-fixtures.ts';
import { Publisher } from './publisher.ts';

const everyone = [alice, bob, carol, dave];
const inviteContext = {
  now: T0,
  maxMembers: 50,
  isBusy: () => false,
  hasBlocked: () => false,
  profileOf: () => ({ nickname: '', avatar: '' }),
};

describe('profile changes in a call', () => {
  it('are coalesced, and the newest one is sent', () => {
    const { clock, publish, views } = publisher();
    const call = groupCall();
    const renamed = withNames(call, ['a', 'b', 'c', 'd'], publish);
    assert.deepEqual(views(bob), ['a']);
    clock.advance(250);
    assert.deepEqual(views(bob), ['a', 'd']);
    assert.equal(renamed.version, call.version + 4);
    clock.advance(10_000);
    assert.deepEqual(views(bob), ['a', 'd']);
  });

  it('are included in any other change, which is sent immediately', () => {
    const { clock, publish, views } = publisher();
    const renamed = withNames(groupCall(), ['a', 'b'], publish);
    publish(renamed, decided(accept(renamed, actorOn(carol), T0)));
    assert.deepEqual(views(bob), ['a', 'b']);
    clock.advance(10_000);
    assert.deepEqual(views(bob), ['a', 'b']);
  });
});

describe('a member who', () => {
  it('rejected gets that view and none after it, until invited again', () => {
    const { publish, views } = publisher();
    const rejected = next(publish, groupCall(), (call) => reject(call, actorOn(carol), T0));
    const joined = next(publish, rejected, (call) => accept(call, actorOn(dave), T0));
    assert.equal(views(carol).length, 1);
    assert.equal(views(bob).length, 2);
    const request = { userIds: [carol], timeout: 30 };
    next(publish, joined, (call) => invite(call, request, actorOn(alice), inviteContext));
    assert.equal(views(carol).length, 2);
  });

  it('was removed gets that view and none after it', () => {
    const { publish, views } = publisher();
    const call = groupCall();
    const removed = removeMember(call, bob, T0);
    publish(call, removed);
    next(publish, removed, (one) => accept(one, actorOn(dave), T0));
    assert.equal(views(bob).length, 1);
    assert.equal(views(alice).length, 2);
  });
});

type Publish = (before: Call, after: Call) => void;

/** Alice and bob talk; carol and dave ring. */
function groupCall(): Call {
  return decided(accept(ringing({ by: alice, to: [bob, carol, dave] }), actorOn(bob), T0));
}

function withNames(call: Call, names: readonly string[], publish: Publish): Call {
  return names.reduce((before, nickname) => {
    const after = withProfile(before, alice, { nickname, avatar: '' });
    publish(before, after);
    return after;
  }, call);
}

function next(publish: Publish, before: Call, rule: (call: Call) => ReturnType<typeof accept>) {
  const after = decided(rule(before));
  publish(before, after);
  return after;
}

function publisher() {
  const clock = new FakeClock();
  const sent = new Map(everyone.map((userId) => [userId, [] as ServerMessage[]]));
  const hub = {
    sessionsOf: (userId: typeof alice) => [
      {
        userId,
        sessionId: session('phone'),
        hasLapsed: false,
        canAnswer: true,
        send: (message: ServerMessage) => void sent.get(userId)?.push(message),
        setProfile: (profile: Profile) => profile,
        kick: () => undefined,
      },
    ],
  };
  const it = new Publisher(hub, clock);
  return {
    clock,
    publish: (before: Call, after: Call) =>
      it.publish({ changes: [{ before, after }], missed: [] }),
    /** The nickname of alice in each view the user was sent. */
    views: (userId: typeof alice) =>
      (sent.get(userId) ?? []).flatMap((message) =>
        message.type === 'call-changed' ? [message.call.members[0]?.nickname] : [],
      ),
  };
}
