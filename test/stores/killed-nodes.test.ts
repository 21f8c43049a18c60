import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { RoomServiceClient } from 'livekit-server-sdk';
import { isLive } from '../../server/calls/model/call.ts';
import { eventually } from '../e2e/support/eventually.ts';
import type { CallServer } from '../e2e/support/call-server.ts';
import { percentile } from '../bench/measure.ts';
import { Chance } from '../faults/support/chance.ts';
import { Crowd } from '../faults/support/crowd.ts';
import { callsOne } from '../faults/support/habits.ts';
import { agrees, everyCallIsSettled, lostAcks } from '../faults/support/judge.ts';
import { NodeWorld } from './support/node-world.ts';

/** Three nodes killed again and again, Redis stopped and Postgres restarted, while people call each other. */

const KILLS = Number(process.env['STORES_KILLS'] ?? 30);
const PEOPLE = 24;
const REDIS_AWAY_MS = 10_000;

let world: NodeWorld;
before(async () => {
  world = await NodeWorld.start(3);
});
after(() => world.stop());

test(
  'F66 F68 F85 F87 F88 three nodes killed, Redis stopped, Postgres restarted: nothing acknowledged is lost',
  { timeout: 3_600_000 },
  async (t) => {
    const chance = Chance.fresh();
    t.diagnostic(`FAULTS_SEED=${chance.seed}`);
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, (_, index) => world.person(`person-${index}`)),
    );
    const crowd = new Crowd(people, chance, callsOne);
    crowd.begin();
    const outages = redisIsAway();
    const starts: number[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await acknowledged(world.acks.acts + chance.between(1, 16));
      const node = chance.one(world.nodes);
      await node.kill9();
      if (kill === Math.ceil(KILLS / 2)) await world.postgres.restart();
      const started = performance.now();
      await startedAgain(node);
      starts.push(performance.now() - started);
    }
    await outages;
    await crowd.goHome();
    await eventually(
      async () =>
        [...(await world.records()).calls.values()].every(({ status }) => status === 'ended'),
      () => `a call is live though everyone is home; ${world.log}`,
      60_000,
    );
    // An answer comes after all that the node has told on the same line before.
    await Promise.all(people.map(({ engine }) => engine.queryRecentCalls()));

    const records = await world.records();
    const { count, lost } = lostAcks(world.acks.read(), records);
    t.diagnostic(`${KILLS} kills, ${count} acknowledged commands, ${lost.length} lost`);
    t.diagnostic(`${records.calls.size} calls, ${records.missed.length} missed`);
    t.diagnostic(`a node listens again after p50 ${Math.round(percentile(starts, 0.5))} ms`);
    assert.deepEqual(lost, []);
    everyCallIsSettled(records);
    for (const call of records.calls.values()) assert.ok(!call.members.some(isLive));
    for (const person of people) agrees(person, records);
    const { httpUrl, apiKey, apiSecret } = world.livekit;
    const rooms = new RoomServiceClient(httpUrl, apiKey, apiSecret);
    await eventually(
      async () => (await rooms.listRooms()).length === 0,
      () => 'a media room outlived its call',
      60_000,
    );
  },
);

/** As a supervisor starts it: again and again, since no node starts without Redis. */
async function startedAgain(node: CallServer): Promise<void> {
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
  await acknowledged(world.acks.acts + 20);
  await world.redis.end();
  await pause(REDIS_AWAY_MS);
  await world.redis.restart();
}

async function acknowledged(count: number): Promise<void> {
  await eventually(
    async () => world.acks.acts >= count,
    () => `people are stuck at ${world.acks.acts} acknowledged commands; ${world.log}`,
    60_000,
  );
}
