import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { RoomServiceClient } from 'livekit-server-sdk';
import { eventually } from '../e2e/support/eventually.ts';
import type { CallServer } from '../e2e/support/call-server.ts';
import { percentile } from '../bench/measure.ts';
import { checkAcknowledged, checkSettled } from '../simulation/process/audit.ts';
import { Crowd, Random } from './support/crowd.ts';
import { NodeWorld } from './support/node-world.ts';

/** docs/testing.md describes what runs here and what is checked. */

const KILLS = Number(process.env['STORES_KILLS'] ?? 30);
/** A run is not repeatable: the seed repeats the actions of the users, not their times. */
const SEED = Number(process.env['STORES_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const USERS = 24;
const REDIS_AWAY_MS = 10_000;

let world: NodeWorld;
before(async () => {
  world = await NodeWorld.start(3);
});
after(() => world.stop());

test('F66 F68 F85 F87 F88 three nodes killed, Redis stopped, Postgres restarted: nothing acknowledged is lost', async (t) => {
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
    async () => [...(await world.records()).calls.values()].every((call) => call.endedAt !== null),
    () => `a call is live though everyone has hung up; ${world.log}`,
  );
  await crowd.ringEach();
  // What the nodes have sent before is received before the acknowledgement.
  await Promise.all(users.map(({ engine }) => engine.queryRecentCalls()));

  const records = await world.records();
  t.diagnostic(`${KILLS} kills, ${world.acks.length} acknowledged commands`);
  t.diagnostic(`${records.calls.size} calls, ${records.missed.length} missed`);
  t.diagnostic(`a node listens again after p50 ${Math.round(percentile(starts, 0.5))} ms`);
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
});

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
