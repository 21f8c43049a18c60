import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { RoomServiceClient } from 'livekit-server-sdk';
import { eventually } from '../e2e/support/eventually.ts';
import type { CallServer } from '../e2e/support/call-server.ts';
import { percentile } from '../bench/measure.ts';
import type { TestUser } from '../fixtures/test-user.ts';
import { checkAcknowledged, checkSettled } from '../simulation/process/audit.ts';
import { Crowd, Random } from './support/crowd.ts';
import { NodeWorld } from './support/node-world.ts';

/** docs/testing.md describes what runs here and what is checked. */

const KILLS = Number(process.env['STORES_KILLS'] ?? 30);
/** A run is not repeatable: the seed repeats the actions of the users, not their times. */
const SEED = Number(process.env['STORES_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const USERS = 24;
const REDIS_AWAY_MS = 10_000;

const world = await NodeWorld.start(3);
after(() => world.stop());

test('F66 a killed node: its users are connected to another one within 3 s, and their calls continue', async (t) => {
  const [alice, bob] = [await world.user('alice'), await world.user('bob')];
  await alice.engine.calls('bob', 'audio', { timeout: 60 });
  await bob.phase('incoming');
  await bob.engine.accept();
  await alice.phase('connected');
  const times: number[] = [];
  for (const node of world.nodes) {
    const reconnects = [alice, bob].map(timeToReconnect);
    await node.kill9();
    times.push(...(await Promise.all(reconnects)).filter((time) => time !== null));
    await node.start();
  }
  t.diagnostic(`connected again after ${times.map(Math.round).join(', ')} ms`);
  assert.ok(times.length > 0 && times.every((time) => time < 3_000));
  assert.equal(alice.state.phase, 'connected');
  await alice.engine.switchCallMediaType('video');
  await bob.until('video', ({ mediaType }) => mediaType === 'video');
  assert.equal(bob.count('onCallEnd'), 0);
  await alice.engine.hangup();
  await bob.until('over', ({ phase }) => phase === 'ended' || phase === 'idle');
  await Promise.all([alice.leave(), bob.leave()]);
});

test(
  'F66 F68 F85 F87 F88 three nodes killed, Redis stopped, Postgres restarted: nothing acknowledged is lost',
  { timeout: 3_600_000 },
  async (t) => {
    t.diagnostic(`STORES_SEED=${SEED}`);
    const random = new Random(SEED);
    const users = await Promise.all(
      Array.from({ length: USERS }, (_, index) => world.user(`user-${index}`)),
    );
    const crowd = new Crowd(users, random);
    crowd.start();
    const outage = redisIsAway();
    const starts: number[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await acknowledged(world.changes + random.between(1, 16));
      const node = random.oneOf(world.nodes);
      await node.kill9();
      if (kill === Math.ceil(KILLS / 2)) await world.postgres.restart();
      const started = performance.now();
      await startAgain(node);
      starts.push(performance.now() - started);
    }
    await outage;
    await crowd.stop();
    await eventually(
      async () =>
        [...(await world.records()).calls.values()].every((call) => call.endedAt !== null),
      () => `a call is live though everyone has hung up; ${world.log}`,
    );
    await crowd.ringEach();
    // What the nodes have sent before is received before the acknowledgement.
    await Promise.all(users.map(({ engine }) => engine.queryRecentCalls()));

    const records = await world.records();
    t.diagnostic(`${KILLS} kills, ${world.acks.length} acknowledged commands`);
    t.diagnostic(`${records.calls.size} calls, ${records.missed.length} missed`);
    t.diagnostic(`a node listens again after p50 ${Math.round(percentile(starts, 0.5))} ms`);
    const failures = world.log.split('\n').filter((line) => line.includes('"command failed"'));
    assert.deepEqual(
      failures.filter((line) => !line.includes('"type":"StoreUnavailable"')),
      [],
    );
    checkAcknowledged(world.acks, records);
    checkSettled(records);
    await eventually(
      async () => notViolated(() => crowd.checkCallbacks(records)),
      () => (crowd.checkCallbacks(records), ''),
      10_000,
    );
    const { httpUrl, apiKey, apiSecret } = world.livekit;
    const rooms = new RoomServiceClient(httpUrl, apiKey, apiSecret);
    await eventually(
      async () => (await rooms.listRooms()).length === 0,
      () => 'a media room outlived its call',
    );
    assert.equal(starts.length, KILLS);
  },
);

/** As a supervisor starts it: until it succeeds, since no node starts without Redis. */
async function startAgain(node: CallServer): Promise<void> {
  for (;;) {
    try {
      return await node.start();
    } catch (error) {
      if (!/Redis does not answer|no Postgres server/.test(String(error))) throw error;
      await pause(100);
    }
  }
}

/** From the loss of its connection to the next one; null if it loses none. */
async function timeToReconnect(user: TestUser): Promise<number | null> {
  const lost = user.until('lost', ({ connection }) => connection !== 'connected', 1_000);
  return lost.then(
    () => user.connection('connected'),
    () => null,
  );
}

async function redisIsAway(): Promise<void> {
  await acknowledged(world.changes + 20);
  await world.redis.end();
  await pause(REDIS_AWAY_MS);
  await world.redis.restart();
}

async function acknowledged(count: number): Promise<void> {
  await eventually(
    async () => world.changes >= count,
    () => `only ${world.changes} commands were acknowledged; ${world.log}`,
  );
}

function notViolated(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
