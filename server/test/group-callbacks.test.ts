import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Seat } from '../../test/support/seat.ts';
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
    const table = await rung(t, 'bob', 'carol', 'dave');
    await table.seat('bob').engine.accept();
    await table.forget();
    await table.seat('carol').engine.reject();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserReject(carol)'],
      bob: ['onUserReject(carol)'],
      carol: ['onCallCancelled(carol)', over('rejected')],
      dave: ['onUserReject(carol)'],
    });
  });

  it('that times out is notified to all others, and its callee has a missed call', async (t) => {
    const table = await rung(t, 'bob', 'carol');
    await table.seat('bob').engine.accept();
    const { clock } = table.server;
    await table.seat('bob').engine.inviteUser('dave', { timeout: 60 });
    await table.forget();
    clock.advance(30_000);
    await table.seat('carol').tells('onCallMissed');
    const heard = await table.heard();
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
    const table = await seated(t);
    await table.seat('dave').engine.calls(['erin'], 'audio');
    await table.forget();
    await table.seat('alice').engine.calls(['bob', 'dave'], 'video');
    assert.deepEqual(await table.heard(), {
      alice: ['onUserLineBusy(dave)'],
      bob: [RANG('"bob","dave"'), 'onUserLineBusy(dave)'],
      dave: ['onCallMissed(call, alice, video, line-busy)'],
    });
  });

  it('that a member invited later rejects is notified to all joined members', async (t) => {
    const table = await talking(t, 'bob');
    await table.seat('bob').engine.inviteUser('carol');
    assert.deepEqual(await table.heard(), {
      alice: ['onUserInviting(carol)'],
      bob: ['onUserInviting(carol)'],
      carol: [RANG('"bob","carol"')],
    });
    await table.seat('carol').engine.reject();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserReject(carol)'],
      bob: ['onUserReject(carol)'],
      carol: ['onCallCancelled(carol)', over('rejected')],
    });
  });

  it('that ends the call is notified to the last member, also when another member had invited', async (t) => {
    const table = await talking(t, 'bob');
    await table.seat('bob').engine.inviteUser('carol');
    await table.seat('bob').engine.hangup();
    await table.forget();
    await table.seat('carol').engine.reject();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserReject(carol)', 'onCallEnd(room, video, caller, 0)'],
      carol: ['onCallCancelled(carol)', over('rejected')],
    });
  });

  it('of a busy user invited later is notified to all joined members', async (t) => {
    const table = await talking(t, 'bob');
    await table.seat('dave').engine.calls(['erin'], 'audio');
    await table.forget();
    await table.seat('bob').engine.inviteUser(['carol', 'dave']);
    assert.deepEqual(await table.heard(), {
      alice: ['onUserInviting(carol)', 'onUserLineBusy(dave)'],
      bob: ['onUserInviting(carol)', 'onUserLineBusy(dave)'],
      carol: [RANG('"bob","carol","dave"'), 'onUserLineBusy(dave)'],
      dave: ['onCallMissed(call, alice, video, line-busy)'],
    });
  });
});

describe('a group call that nobody joins', () => {
  it('is cancelled for the caller only when the last callee has rejected', async (t) => {
    const table = await rung(t, 'bob', 'carol');
    await table.seat('bob').engine.reject();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserReject(bob)'],
      bob: ['onCallCancelled(bob)', over('rejected')],
      carol: ['onUserReject(bob)'],
    });
    await table.seat('carol').engine.reject();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserReject(carol)', 'onCallCancelled(alice)', over('rejected')],
      carol: ['onCallCancelled(carol)', over('rejected')],
    });
  });

  it('notifies each member once, with the caller’s id, when the caller cancels', async (t) => {
    const table = await rung(t, 'bob', 'carol');
    await table.seat('alice').engine.hangup();
    await table.seat('carol').tells('onCallMissed');
    const missed = 'onCallMissed(call, alice, video, cancelled)';
    assert.deepEqual(await table.heard(), {
      alice: ['onCallCancelled(alice)', over('cancelled')],
      bob: ['onCallCancelled(alice)', over('cancelled'), missed],
      carol: ['onCallCancelled(alice)', over('cancelled'), missed],
    });
  });
});

describe('joins and leaves in a group call', () => {
  it('begin the call for the caller with the first join, and are notified to joined members only', async (t) => {
    const table = await rung(t, 'bob', 'carol', 'dave');
    await table.seat('bob').engine.accept();
    assert.deepEqual(await table.heard(), {
      alice: [CALLER_BEGUN, 'onUserJoin(bob)'],
      bob: [BEGUN],
    });
    await table.seat('carol').engine.accept();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserJoin(carol)'],
      bob: ['onUserJoin(carol)'],
      carol: [BEGUN],
    });
    await table.seat('bob').engine.hangup();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserLeave(bob)'],
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onUserLeave(bob)'],
    });
  });

  it('of the caller: the call continues, and the others are notified of a leave and not of an end', async (t) => {
    const table = await talking(t, 'bob', 'carol');
    await table.seat('alice').engine.hangup();
    assert.deepEqual(await table.heard(), {
      alice: ['onCallEnd(room, video, caller, 0)'],
      bob: ['onUserLeave(alice)'],
      carol: ['onUserLeave(alice)'],
    });
    await table.seat('bob').engine.hangup();
    assert.deepEqual(await table.heard(), {
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onUserLeave(bob)', 'onCallEnd(room, video, callee, 0)'],
    });
  });

  it('stop a pending ring when no other member is left', async (t) => {
    const table = await talking(t, 'bob');
    await table.seat('alice').engine.inviteUser('carol', { timeout: 60 });
    await table.seat('alice').engine.hangup();
    await table.forget();
    await table.seat('bob').engine.hangup();
    await table.seat('carol').tells('onCallMissed');
    assert.deepEqual(await table.heard(), {
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: [
        'onCallCancelled(alice)',
        over('cancelled'),
        'onCallMissed(call, alice, video, cancelled)',
      ],
    });
  });

  it('of a member invited later are notified to both first members, and begin the call of the new member', async (t) => {
    const table = await talking(t, 'bob');
    await table.seat('alice').engine.inviteUser('carol');
    await table.forget();
    await table.seat('carol').engine.accept();
    assert.deepEqual(await table.heard(), {
      alice: ['onUserJoin(carol)'],
      bob: ['onUserJoin(carol)'],
      carol: [BEGUN],
    });
    // It is a group call: when one of the first members leaves, it continues.
    await table.seat('alice').engine.hangup();
    assert.deepEqual(await table.heard(), {
      alice: ['onCallEnd(room, video, caller, 0)'],
      bob: ['onUserLeave(alice)'],
      carol: ['onUserLeave(alice)'],
    });
  });

  it('by the group are notified to joined members', async (t) => {
    const table = await rung(t, 'bob', 'carol');
    await table.seat('bob').engine.accept();
    await table.forget();
    await table.seat('dave').engine.joinGroup('team');
    assert.deepEqual(await table.heard(), {
      alice: ['onUserJoin(dave)'],
      bob: ['onUserJoin(dave)'],
      dave: [BEGUN],
    });
    assert.equal(table.seat('dave').engine.state.groupId, 'team');
  });

  it('of the caller: after a second invitation, a reject ends that invitation only', async (t) => {
    const table = await talking(t, 'bob', 'carol');
    await table.seat('alice').engine.hangup();
    await table.seat('bob').engine.inviteUser('alice');
    assert.deepEqual((await table.heard()).alice, [
      'onCallEnd(room, video, caller, 0)',
      RANG('"bob","carol"', 'team'),
    ]);
    await table.seat('alice').engine.reject();
    assert.deepEqual(await table.heard(), {
      alice: ['onCallCancelled(alice)', over('rejected')],
      bob: ['onUserReject(alice)'],
      carol: ['onUserReject(alice)'],
    });
  });
});

describe('the other device of a caller who is invited again', () => {
  it('is notified that the first device has rejected the invitation', async (t) => {
    const table = await talking(t, 'bob', 'carol');
    await table.seat('alice').engine.hangup();
    const tablet = await table.sitDown(t, 'alice');
    await table.seat('bob').engine.inviteUser('alice');
    await tablet.heard();
    await table.seat('alice').engine.reject();
    const [cancelled, reason] = (await tablet.heard()).map(renamed);
    assert.equal(cancelled, 'onCallCancelled(alice)');
    assert.equal(reason, over('other-device-rejected'));
  });
});

describe('the limit of members', () => {
  it('is the server’s: an engine can call as many users as it allows, and not one more', async (t) => {
    const { engine } = (await seated(t, { maxMembers: 60 })).seat('alice');
    const names = Array.from({ length: 60 }, (_, index) => `user-${index}`);
    await engine.calls(names.slice(1), 'audio');
    assert.equal(engine.state.members.length, 60);
    await engine.hangup();
    await assert.rejects(engine.calls(names, 'audio'), { name: 'call-full' });
  });

  it('never exceeds the size of one message', async (t) => {
    const { engine } = (await seated(t)).seat('alice');
    const names = Array.from({ length: 500 }, (_, index) => `user-${index}`);
    await assert.rejects(engine.calls(names, 'audio'), { name: 'call-full' });
  });
});

describe('a REST request of the back end', () => {
  it('that removes a member ends the call for them, and notifies the others of one leave', async (t) => {
    const table = await talking(t, 'bob', 'carol');
    await table.remove('bob');
    assert.deepEqual(await table.heard(), {
      alice: ['onUserLeave(bob)'],
      bob: ['onCallEnd(room, video, callee, 0)'],
      carol: ['onUserLeave(bob)'],
    });
  });

  it('that removes a member who has left already notifies nobody', async (t) => {
    const table = await talking(t, 'bob', 'carol');
    await table.seat('bob').engine.hangup();
    await table.forget();
    await table.remove('bob');
    assert.deepEqual(await table.heard(), {});
  });

  it('that removes a ringing member stops that ring with the reason ended-by-server', async (t) => {
    const table = await rung(t, 'bob', 'carol');
    await table.remove('bob');
    await table.seat('bob').tells('onCallMissed');
    assert.deepEqual(await table.heard(), {
      bob: [
        'onCallCancelled(bob)',
        over('ended-by-server'),
        'onCallMissed(call, alice, video, ended-by-server)',
      ],
    });
  });

  it('that ends the call notifies each member of the end, and of no leave', async (t) => {
    const table = await talking(t, 'bob', 'carol');
    await table.seat('bob').engine.inviteUser('dave');
    await table.forget();
    await table.end();
    await table.seat('dave').tells('onCallMissed');
    assert.deepEqual(await table.heard(), {
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
class Table {
  readonly server: TestServer;
  readonly #seats: ReadonlyMap<Name, Seat>;
  #callId = '';

  constructor(server: TestServer, seats: ReadonlyMap<Name, Seat>) {
    this.server = server;
    this.#seats = seats;
  }

  seat(name: Name): Seat {
    const seat = this.#seats.get(name);
    assert.ok(seat);
    return seat;
  }

  /** Another device of the user. */
  async sitDown(t: Context, name: Name): Promise<Seat> {
    const { clock, url, sig } = this.server;
    const seat = new Seat(clock);
    const userSig = await sig(name, { groups: ['team'] });
    await seat.engine.init({ server: url, userId: name, userSig });
    t.after(() => seat.engine.destroy());
    return seat;
  }

  async call(...callees: Name[]): Promise<void> {
    const group = callees.length > 1 ? { groupId: 'team' } : {};
    const { callId } = await this.seat('alice').engine.calls(callees, 'video', group);
    this.#callId = callId;
  }

  /** The callbacks of each user since the last check; users without any are left out. */
  async heard(): Promise<Partial<Record<Name, readonly string[]>>> {
    const all: Partial<Record<Name, readonly string[]>> = {};
    for (const [name, seat] of this.#seats) {
      const lines = (await seat.heard()).map(renamed);
      if (lines.length > 0) all[name] = lines;
    }
    return all;
  }

  async forget(): Promise<void> {
    await this.heard();
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

async function seated(t: Context, config: Parameters<typeof testServer>[1] = {}): Promise<Table> {
  const server = await testServer(t, config);
  const seats = new Map<Name, Seat>();
  const table = new Table(server, seats);
  for (const name of NAMES) seats.set(name, await table.sitDown(t, name));
  return table;
}

/** alice calls these users, and all have received the first callbacks. */
async function rung(t: Context, ...callees: Name[]): Promise<Table> {
  const table = await seated(t);
  await table.call(...callees);
  await table.forget();
  return table;
}

/** All of them are in the call. */
async function talking(t: Context, ...callees: Name[]): Promise<Table> {
  const table = await rung(t, ...callees);
  for (const name of callees) await table.seat(name).engine.accept();
  await table.forget();
  return table;
}
