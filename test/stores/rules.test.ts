import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CallId, CallView } from '../../src/protocol/index.ts';
import { createUserSig } from '../../server/auth/user-sig.ts';
import { TestClient, callFields } from '../../server/testing/test-client.ts';
import { SECRET, TEST_CONFIG } from '../../server/testing/test-server.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { Cluster } from './support/cluster.ts';

/**
 * Both sides of each rule act at once, each on another node, again and again. STORES_ROUNDS=1000 is the
 * whole proof (npm run test:long).
 */
const ROUNDS = Number(process.env['STORES_ROUNDS'] ?? 40);
/** Rounds of other users that run at the same time: they must not disturb each other. */
const LANES = 4;

const cluster = await Cluster.start();
after(() => cluster.stop());

/** One user with a session on each node. */
interface Pair {
  readonly userId: string;
  readonly on: readonly [TestClient, TestClient];
}

async function pair(userId: string): Promise<Pair> {
  return { userId, on: [await cluster.signIn(userId, 0), await cluster.signIn(userId, 1)] };
}

/** Every lane signs in these users of its own, and does its rounds, one after the other. */
async function repeated<Names extends readonly string[]>(
  names: readonly [...Names],
  round: (parties: { [Index in keyof Names]: Pair }, lane: number) => Promise<void>,
): Promise<void> {
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const parties = await Promise.all(names.map((name) => pair(`${name}-${lane}`)));
    for (let count = lane; count < ROUNDS; count += LANES) {
      await round(parties as { [Index in keyof Names]: Pair }, lane);
    }
  });
  await Promise.all(lanes);
}

async function liveCalls(of: string): Promise<readonly CallView[]> {
  const rows = await cluster.postgres.sql(
    `select call_id from members where user_id = '${of}' and live = 1`,
    cluster.database,
  );
  return rows.map((row) => ({ callId: row['call_id'] }) as CallView);
}

/** Both call at once, each on another node: the calls that result. */
async function callAtOnce(
  one: readonly [caller: Pair, callee: Pair],
  other: readonly [caller: Pair, callee: Pair],
): Promise<readonly [CallView, CallView]> {
  const [first, second] = await Promise.all([
    one[0].on[0].call([one[1].userId]),
    other[0].on[1].call([other[1].userId]),
  ]);
  return [first.call, second.call];
}

async function end(client: TestClient, callId: CallId): Promise<void> {
  await client.send('hangup', { callId });
}

describe('Two nodes at once', () => {
  before(() => cluster.begin(2));
  after(() => cluster.end());

  it('make one call of two users who call each other (F16)', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const [one, other] = await callAtOnce([alice, bob], [bob, alice]);
      assert.equal(one.callId, other.callId);
      const { calls } = await alice.on[1].ask('sync', { knownCallIds: [], missedSince: 0 });
      assert.deepEqual(
        calls.map(({ status }) => status),
        ['active'],
      );
      await end(alice.on[0], one.callId);
    });
  });

  it('let one of two callers ring a user, for whom the other one is busy', async () => {
    await repeated(['alice', 'bob', 'carol'], async ([alice, bob, carol]) => {
      const [one, other] = await callAtOnce([alice, carol], [bob, carol]);
      const states = [one, other].map((call) => call.endReason ?? call.status).sort();
      assert.deepEqual(states, ['line-busy', 'ringing']);
      assert.equal((await liveCalls(carol.userId)).length, 1);
      await end(alice.on[0], one.callId);
      await end(bob.on[1], other.callId);
    });
  });

  it('give a call to one of two devices that answer it', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const { callId } = (await alice.on[0].call([bob.userId])).call;
      const answers = await Promise.all(bob.on.map((device) => device.ask('accept', { callId })));
      assert.equal(answers.filter(({ media }) => media !== null).length, 1);
      await end(alice.on[0], callId);
    });
  });

  it('order an accept and the cancel that crosses it (F90)', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const { callId } = (await alice.on[0].call([bob.userId])).call;
      await Promise.all([
        alice.on[0].ask('hangup', { callId }),
        bob.on[1].ask('accept', { callId }),
      ]);
      const views = await Promise.all(
        [alice.on[1], bob.on[0]].map((one) =>
          one.ask('sync', { knownCallIds: [callId], missedSince: 0 }),
        ),
      );
      const ends = views.map(
        ({ calls }) => calls.find((call) => call.callId === callId)?.endReason,
      );
      assert.ok(ends[0] === 'cancelled' || ends[0] === 'hangup', String(ends[0]));
      assert.equal(ends[1], ends[0]);
      assert.deepEqual(await liveCalls(bob.userId), []);
    });
  });

  it('order an accept and a reject of the same user', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const { callId } = (await alice.on[0].call([bob.userId])).call;
      const [accepted, rejected] = await Promise.all([
        bob.on[0].ask('accept', { callId }),
        bob.on[1].ask('reject', { callId }),
      ]);
      const wasAccepted = accepted.media !== null;
      assert.equal(rejected.call.status, wasAccepted ? 'active' : 'ended');
      await end(alice.on[0], callId);
    });
  });

  it('do a command once that is sent to both', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const id = `command-${Math.random().toString(36).slice(2)}-once`;
      const [one, other] = await Promise.all(
        alice.on.map((device) => device.call([bob.userId], {}, id)),
      );
      assert.equal(one?.call.callId, other?.call.callId);
      assert.equal((await liveCalls(alice.userId)).length, 1);
      // The seat is the one of the device that was first.
      for (const device of alice.on) await end(device, one!.call.callId);
    });
  });

  it('take a call back, or never make it, when its cancel overtakes it', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const id = `command-${Math.random().toString(36).slice(2)}-back`;
      const [call] = await Promise.all([
        alice.on[0].send('call', callFields([bob.userId]), id),
        // Only the device that called may take it back.
        alice.on[0].ask('cancel', { callCommandId: id as never }),
      ]);
      assert.ok(call.ok || call.error.name === 'wrong-state');
      assert.deepEqual(await liveCalls(bob.userId), []);
      assert.deepEqual(await liveCalls(alice.userId), []);
    });
  });

  it('invite a user into one of two calls', async () => {
    await repeated(
      ['alice', 'bob', 'carol', 'dave', 'erin'],
      async ([alice, bob, carol, dave, erin]) => {
        const first = (await alice.on[0].call([bob.userId])).call.callId;
        const second = (await carol.on[1].call([dave.userId])).call.callId;
        await bob.on[0].ask('accept', { callId: first });
        await dave.on[1].ask('accept', { callId: second });
        const invite = (client: TestClient, callId: CallId) =>
          client.ask('invite', { callId, userIds: [erin.userId] as never, timeout: 30 });
        await Promise.all([invite(alice.on[0], first), invite(carol.on[1], second)]);
        assert.equal((await liveCalls(erin.userId)).length, 1);
        await end(alice.on[0], first);
        await end(carol.on[1], second);
        await end(bob.on[0], first);
        await end(dave.on[1], second);
      },
    );
  });

  it('make one live call of a group', async () => {
    await repeated([], async (_, lane) => {
      const groups = [`team-${lane}`];
      const [alice, bob] = await Promise.all(
        ['anna', 'ben'].map(async (name, node) => {
          const userSig = await createUserSig(SECRET, `${name}-${lane}`, { groups });
          const url = cluster.nodes[node]?.url ?? '';
          return TestClient.connect({ url, userSig });
        }),
      );
      assert.ok(alice && bob);
      const more = { groupId: `team-${lane}` };
      const [one, other] = await Promise.all([
        alice.call([`zoe-${lane}`], more),
        bob.call([`zoe-${lane}`], more),
      ]);
      assert.equal(one.call.callId, other.call.callId);
      await end(alice, one.call.callId);
      await end(bob, one.call.callId);
      alice.close();
      bob.close();
    });
  });
});

describe('Two nodes at once, with call waiting,', () => {
  before(() => cluster.begin(2, { callWaiting: true }));
  after(() => cluster.end());

  it('make one call of two users who call each other', async () => {
    await repeated(['alice', 'bob'], async ([alice, bob]) => {
      const [one, other] = await callAtOnce([alice, bob], [bob, alice]);
      assert.equal(one.callId, other.callId);
      await end(alice.on[0], one.callId);
    });
  });

  it('let a user talk in one of two calls that they answer', async () => {
    await repeated(['alice', 'bob', 'carol'], async ([alice, bob, carol]) => {
      const calls = await callAtOnce([alice, carol], [bob, carol]);
      const [first, second] = calls.map(({ callId }) => callId) as [CallId, CallId];
      await Promise.all([
        carol.on[0].ask('accept', { callId: first, currentCall: 'end' }),
        carol.on[1].ask('accept', { callId: second, currentCall: 'end' }),
      ]);
      const talking = await cluster.postgres.sql(
        `select 1 from members where user_id = '${carol.userId}' and status = 'joined' and held = 0`,
        cluster.database,
      );
      assert.equal(talking.length, 1);
      await end(alice.on[0], first);
      await end(bob.on[1], second);
      for (const callId of [first, second]) await end(carol.on[0], callId);
    });
  });
});

describe('Two nodes at once, with one session for each user,', () => {
  const rates = { ...TEST_CONFIG.rates, connectsPerMinute: 1e6 };
  before(() => cluster.begin(2, { sessions: 'single', rates }));
  after(() => cluster.end());

  it('keep one of two sessions that come', async () => {
    await repeated([], async (_, lane) => {
      const userId = `solo-${lane}`;
      const both = await Promise.all([cluster.signIn(userId, 0), cluster.signIn(userId, 1)]);
      const left = () => both.filter(({ socket }) => socket.connected);
      await eventually(
        async () => left().length === 1,
        () => `${left().length} sessions are left`,
      );
      for (const client of both) client.close();
    });
  });
});
