import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TestUser } from '../../test/fixtures/test-user.ts';
import { API_KEY, testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/**
 * The callbacks of each user in a group call (docs/events.md): the caller, a joined member, a ringing member, a
 * member
 * invited later. The real engine on the real server; only media and time are the test's.
 */

const RANG = (others: string, group = '') => `onCallReceived(alice, [${others}], ${group}, video)`;
const BEGUN = 'onCallBegin(room, video, callee)';
const CALLER_BEGUN = 'onCallBegin(room, video, caller)';
const over = (reason: string) => `onCallNotConnected(call, ${reason})`;

describe('a failed invitation in a group call', () => {
  it('that is rejected is notified to the caller, to joined and to ringing members; the call ends for the rejecting member', async (t) => {
    const group = await rung(t, 'bob', 'carol', 'dave');
    await group.user('bob').engine.accept();
    await group.forget();
    await group.user('carol').engine.reject();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserReject(carol)'],
      bob: ['onUserReject(carol)'],
      carol: ['onCallCancelled(carol)', over('rejected')],
      dave: ['onUserReject(carol)'],
    });
  });

  it('that times out is notified to all others, and its callee has a missed call', async (t) => {
    const group = await rung(t, 'bob', 'carol');
    await group.user('bob').engine.accept();
    const { clock } = group.server;
    await group.user('bob').engine.inviteUser('dave', { timeout: 60 });
    await group.forget();
    clock.advance(30_000);
    await group.user('carol').callback('onCallMissed');
    const heard = await group.callbacks();
    assert.deepEqual(heard, {
      alice: ['onUserNoResponse(carol)'],
      bob: ['onUserNoResponse(carol)'],
      carol: [
        'onCallCancelled(carol)',
        over('no-response'),
        'onCallMissed(call, alice, video, no-response)',
      ],
      dave: ['onUserNoResponse(carol)'],
    });
  });

  it('of a busy callee is notified to the caller and to ringing members, and to the callee as a missed call', async (t) => {
    const group = await signedIn(t);
    await group.user('dave').engine.calls(['erin'], 'audio');
    await group.forget();
    await group.user('alice').engine.calls(['bob', 'dave'], 'video');
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserLineBusy(dave)'],
      bob: [RANG('"bob","dave"'), 'onUserLineBusy(dave)'],
      dave: ['onCallMissed(call, alice, video, line-busy)'],
    });
  });

  it('that a member invited later rejects is notified to all joined members', async (t) => {
    const group = await talking(t, 'bob');
    await group.user('bob').engine.inviteUser('carol');
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserInviting(carol)'],
      bob: ['onUserInviting(carol)'],
      carol: [RANG('"bob","carol"')],
    });
    await group.user('carol').engine.reject();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserReject(carol)'],
      bob: ['onUserReject(carol)'],
      carol: ['onCallCancelled(carol)', over('rejected')],
    });
  });

  it('that ends the call is notified to the last member, also when another member had invited', async (t) => {
    const group = await talking(t, 'bob');
    await group.user('bob').engine.inviteUser('carol');
    await group.user('bob').engine.hangup();
    await group.forget();
    await group.user('carol').engine.reject();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserReject(carol)', 'onCallEnd(room, video, caller, 0)'],
      carol: ['onCallCancelled(carol)', over('rejected')],
    });
  });

  it('of a busy user invited later is notified to all joined members', async (t) => {
    const group = await talking(t, 'bob');
    await group.user('dave').engine.calls(['erin'], 'audio');
    await group.forget();
    await group.user('bob').engine.inviteUser(['carol', 'dave']);
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserInviting(carol)', 'onUserLineBusy(dave)'],
      bob: ['onUserInviting(carol)', 'onUserLineBusy(dave)'],
      carol: [RANG('"bob","carol","dave"'), 'onUserLineBusy(dave)'],
      dave: ['onCallMissed(call, alice, video, line-busy)'],
    });
  });
});

describe('a group call that nobody joins', () => {
  it('is cancelled for the caller only when the last callee has rejected', async (t) => {
    const group = await rung(t, 'bob', 'carol');
    await group.user('bob').engine.reject();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserReject(bob)'],
      bob: ['onCallCancelled(bob)', over('rejected')],
      carol: ['onUserReject(bob)'],
    });
    await group.user('carol').engine.reject();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserReject(carol)', 'onCallCancelled(alice)', over('rejected')],
      carol: ['onCallCancelled(carol)', over('rejected')],
    });
  });

  it('notifies each member once, with the caller’s id, when the caller cancels', async (t) => {
    const group = await rung(t, 'bob', 'carol');
    await group.user('alice').engine.hangup();
    await group.user('carol').callback('onCallMissed');
    const missed = 'onCallMissed(call, alice, video, cancelled)';
    assert.deepEqual(await group.callbacks(), {
      alice: ['onCallCancelled(alice)', over('cancelled')],
      bob: ['onCallCancelled(alice)', over('cancelled'), missed],
      carol: ['onCallCancelled(alice)', over('cancelled'), missed],
    });
  });
});

describe('joins and leaves in a group call', () => {
  it('begin the call for the caller with the first join, and are notified to joined members only', async (t) => {
    const group = await rung(t, 'bob', 'carol', 'dave');
    await group.user('bob').engine.accept();
    assert.deepEqual(await group.callbacks(), {
      alice: [CALLER_BEGUN, 'onUserJoin(bob)'],
      bob: [BEGUN],
    });
    await group.user('carol').engine.accept();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserJoin(carol)'],
      bob: ['onUserJoin(carol)'],
      carol: [BEGUN],
    });
    await group.user('bob').engine.hangup();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserLeave(bob)'],
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onUserLeave(bob)'],
    });
  });

  it('of the caller: the call continues, and the others are notified of a leave and not of an end', async (t) => {
    const group = await talking(t, 'bob', 'carol');
    await group.user('alice').engine.hangup();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onCallEnd(room, video, caller, 0)'],
      bob: ['onUserLeave(alice)'],
      carol: ['onUserLeave(alice)'],
    });
    await group.user('bob').engine.hangup();
    assert.deepEqual(await group.callbacks(), {
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onUserLeave(bob)', 'onCallEnd(room, video, callee, 0)'],
    });
  });

  it('stop a pending ring when no other member is left', async (t) => {
    const group = await talking(t, 'bob');
    await group.user('alice').engine.inviteUser('carol', { timeout: 60 });
    await group.user('alice').engine.hangup();
    await group.forget();
    await group.user('bob').engine.hangup();
    await group.user('carol').callback('onCallMissed');
    assert.deepEqual(await group.callbacks(), {
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: [
        'onCallCancelled(alice)',
        over('cancelled'),
        'onCallMissed(call, alice, video, cancelled)',
      ],
    });
  });

  it('of a member invited later are notified to both first members, and begin the call of the new member', async (t) => {
    const group = await talking(t, 'bob');
    await group.user('alice').engine.inviteUser('carol');
    await group.forget();
    await group.user('carol').engine.accept();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserJoin(carol)'],
      bob: ['onUserJoin(carol)'],
      carol: [BEGUN],
    });
    // It is a group call: when one of the first members leaves, it continues.
    await group.user('alice').engine.hangup();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onCallEnd(room, video, caller, 0)'],
      bob: ['onUserLeave(alice)'],
      carol: ['onUserLeave(alice)'],
    });
  });

  it('by the group are notified to joined members', async (t) => {
    const group = await rung(t, 'bob', 'carol');
    await group.user('bob').engine.accept();
    await group.forget();
    await group.user('dave').engine.joinGroup('team');
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserJoin(dave)'],
      bob: ['onUserJoin(dave)'],
      dave: [BEGUN],
    });
    assert.equal(group.user('dave').engine.state.groupId, 'team');
  });

  it('of the caller: after a second invitation, a reject ends that invitation only', async (t) => {
    const group = await talking(t, 'bob', 'carol');
    await group.user('alice').engine.hangup();
    await group.user('bob').engine.inviteUser('alice');
    assert.deepEqual((await group.callbacks()).alice, [
      'onCallEnd(room, video, caller, 0)',
      RANG('"bob","carol"', 'team'),
    ]);
    await group.user('alice').engine.reject();
    assert.deepEqual(await group.callbacks(), {
      alice: ['onCallCancelled(alice)', over('rejected')],
      bob: ['onUserReject(alice)'],
      carol: ['onUserReject(alice)'],
    });
  });
});

describe('the other device of a caller who is invited again', () => {
  it('is notified that the first device has rejected the invitation', async (t) => {
    const group = await talking(t, 'bob', 'carol');
    await group.user('alice').engine.hangup();
    const tablet = await group.signIn(t, 'alice');
    await group.user('bob').engine.inviteUser('alice');
    await tablet.allCallbacks();
    await group.user('alice').engine.reject();
    const [cancelled, reason] = (await tablet.allCallbacks()).map(renamed);
    assert.equal(cancelled, 'onCallCancelled(alice)');
    assert.equal(reason, over('other-device-rejected'));
  });
});

describe('the limit of members', () => {
  it('is the server’s: an engine can call as many users as it allows, and not one more', async (t) => {
    const { engine } = (await signedIn(t, { maxMembers: 60 })).user('alice');
    const names = Array.from({ length: 60 }, (_, index) => `user-${index}`);
    await engine.calls(names.slice(1), 'audio');
    assert.equal(engine.state.members.length, 60);
    await engine.hangup();
    await assert.rejects(engine.calls(names, 'audio'), { name: 'call-full' });
  });

  it('never exceeds the size of one message', async (t) => {
    const { engine } = (await signedIn(t)).user('alice');
    const names = Array.from({ length: 500 }, (_, index) => `user-${index}`);
    await assert.rejects(engine.calls(names, 'audio'), { name: 'call-full' });
  });
});

describe('a REST request of the back end', () => {
  it('that removes a member ends the call for them, and notifies the others of one leave', async (t) => {
    const group = await talking(t, 'bob', 'carol');
    await group.remove('bob');
    assert.deepEqual(await group.callbacks(), {
      alice: ['onUserLeave(bob)'],
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onUserLeave(bob)'],
    });
  });

  it('that removes a member who has left already notifies nobody', async (t) => {
    const group = await talking(t, 'bob', 'carol');
    await group.user('bob').engine.hangup();
    await group.forget();
    await group.remove('bob');
    assert.deepEqual(await group.callbacks(), {});
  });

  it('that removes a ringing member stops that ring with the reason removed', async (t) => {
    const group = await rung(t, 'bob', 'carol');
    await group.remove('bob');
    await group.user('bob').callback('onCallMissed');
    assert.deepEqual(await group.callbacks(), {
      bob: ['onCallCancelled(bob)', over('removed'), 'onCallMissed(call, alice, video, removed)'],
    });
  });

  it('that ends the call notifies each member of the end, and of no leave', async (t) => {
    const group = await talking(t, 'bob', 'carol');
    await group.user('bob').engine.inviteUser('dave');
    await group.forget();
    await group.end();
    await group.user('dave').callback('onCallMissed');
    assert.deepEqual(await group.callbacks(), {
      alice: ['onCallEnd(room, video, caller, 0)'],
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onCallEnd(room, video, callee, 0)'],
      dave: [
        'onCallCancelled(dave)',
        over('ended-by-server'),
        'onCallMissed(call, alice, video, ended-by-server)',
      ],
    });
  });
});

type Context = Parameters<typeof testServer>[0];
const NAMES = ['alice', 'bob', 'carol', 'dave'] as const;
type Name = (typeof NAMES)[number];

/** All users with their devices and callbacks; room and call ids are replaced by constant names. */
class Group {
  readonly server: TestServer;
  readonly #users: ReadonlyMap<Name, TestUser>;
  #callId = '';

  constructor(server: TestServer, users: ReadonlyMap<Name, TestUser>) {
    this.server = server;
    this.#users = users;
  }

  user(name: Name): TestUser {
    const user = this.#users.get(name);
    assert.ok(user);
    return user;
  }

  /** Another device of the user. */
  async signIn(t: Context, name: Name): Promise<TestUser> {
    const { clock, url: server, sig } = this.server;
    const userSig = await sig(name, { groups: ['team'] });
    const user = new TestUser(name, { server, clock, userSig });
    await user.signIn();
    t.after(() => user.leave());
    return user;
  }

  async call(...callees: Name[]): Promise<void> {
    const options = callees.length > 1 ? { groupId: 'team' } : {};
    const { callId } = await this.user('alice').engine.calls(callees, 'video', options);
    this.#callId = callId;
  }

  /** The callbacks of each user since the last check; users without any are left out. */
  async callbacks(): Promise<Partial<Record<Name, readonly string[]>>> {
    const all: Partial<Record<Name, readonly string[]>> = {};
    for (const [name, user] of this.#users) {
      const lines = (await user.allCallbacks()).map(renamed);
      if (lines.length > 0) all[name] = lines;
    }
    return all;
  }

  async forget(): Promise<void> {
    await this.callbacks();
  }

  end(): Promise<void> {
    return this.#delete('');
  }

  remove(name: Name): Promise<void> {
    return this.#delete(`/members/${name}`);
  }

  async #delete(path: string): Promise<void> {
    const response = await fetch(`${this.server.url}/v1/calls/${this.#callId}${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    assert.equal(response.status, 204);
  }
}

function renamed(line: string): string {
  return line
    .replace(/^(onCallBegin|onCallEnd)\([^,]+,/, '$1(room,')
    .replace(/^(onCallNotConnected|onCallMissed)\([^,]+,/, '$1(call,');
}

async function signedIn(t: Context, config: Parameters<typeof testServer>[1] = {}): Promise<Group> {
  const server = await testServer(t, config);
  const users = new Map<Name, TestUser>();
  const group = new Group(server, users);
  for (const name of NAMES) users.set(name, await group.signIn(t, name));
  return group;
}

/** alice calls these users, and all have received the first callbacks. */
async function rung(t: Context, ...callees: Name[]): Promise<Group> {
  const group = await signedIn(t);
  await group.call(...callees);
  await group.forget();
  return group;
}

/** All of them are in the call. */
async function talking(t: Context, ...callees: Name[]): Promise<Group> {
  const group = await rung(t, ...callees);
  for (const name of callees) await group.user(name).engine.accept();
  await group.forget();
  return group;
}
