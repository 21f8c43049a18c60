import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { RoomServiceClient } from 'livekit-server-sdk';
import { percentile } from '../bench/measure.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { Chance } from './support/chance.ts';
import { Crowd } from './support/crowd.ts';
import { FaultWorld } from './support/fault-world.ts';
import { agrees, everyCallIsSettled, lostAcks } from './support/judge.ts';

/** The call server killed (SIGKILL) again and again while people call each other. */

const KILLS = Number(process.env['FAULTS_KILLS'] ?? 100);
const PEOPLE = 24;
/** A kill comes after so many more acknowledged commands. */
const ACKS_BETWEEN = [1, 16] as const;
/** Each so-many-th kill hits the server before it listens. */
const KILLED_AS_IT_STARTS = 10;

let world: FaultWorld;
before(async () => {
  world = await FaultWorld.start();
});
after(() => world.stop());

test(
  'F66 F68 F69 F70 killed a hundred times under load: nothing acknowledged is lost',
  { timeout: 420_000 },
  async (t) => {
    const chance = Chance.fresh();
    t.diagnostic(`FAULTS_SEED=${chance.seed}`);
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, (_, index) => world.person(`person-${index}`)),
    );
    const crowd = new Crowd(people, chance);
    const [starts, returns]: [number[], number[]] = [[], []];
    crowd.begin();
    let latest = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await acknowledged(world.acks.acts + chance.between(...ACKS_BETWEEN));
      latest = kill;
      await world.server.kill9();
      if (kill % KILLED_AS_IT_STARTS === 0) {
        world.server.launch();
        await pause(chance.between(50, 1000));
        await world.server.kill9();
      }
      const started = performance.now();
      await world.server.start();
      starts.push(performance.now() - started);
      for (const person of people) {
        const listened = kill;
        // Whoever is overtaken by the next kill says nothing about this one.
        void person.connection('connected', 120_000).then((ms) => {
          if (listened === latest) returns.push(ms);
        });
      }
    }
    await crowd.goHome();
    await rungOut();

    const records = world.records();
    const { count, lost } = lostAcks(world.acks.read(), records);
    const figures = (times: readonly number[]) =>
      [0.5, 0.99, 1].map((share) => Math.round(percentile(times, share))).join(' / ');
    t.diagnostic(`${KILLS} kills, ${count} acknowledged commands, ${lost.length} lost`);
    const answered = [...records.calls.values()].filter(
      ({ startedAt }) => startedAt !== null,
    ).length;
    t.diagnostic(
      `${records.calls.size} calls, ${answered} answered, ${records.missed.length} missed`,
    );
    t.diagnostic(`server listens again after p50 / p99 / max ${figures(starts)} ms`);
    t.diagnostic(`a client is back p50 / p99 / max ${figures(returns)} ms after that`);
    assert.deepEqual(lost, []);
    everyCallIsSettled(records);
    for (const person of people) agrees(person, records);
    await noRoomLeft();
  },
);

async function acknowledged(count: number): Promise<void> {
  await eventually(
    async () => world.acks.acts >= count,
    () => `people are stuck at ${world.acks.acts} acknowledged commands; ${world.server.log}`,
    60_000,
  );
}

async function rungOut(): Promise<void> {
  await eventually(
    async () => [...world.records().calls.values()].every(({ status }) => status === 'ended'),
    () => 'a call is live though everyone is home',
    60_000,
  );
}

async function noRoomLeft(): Promise<void> {
  const { httpUrl, apiKey, apiSecret } = world.livekit;
  const rooms = new RoomServiceClient(httpUrl, apiKey, apiSecret);
  await eventually(
    async () => (await rooms.listRooms()).length === 0,
    () => 'a media room outlived its call',
    60_000,
  );
}
