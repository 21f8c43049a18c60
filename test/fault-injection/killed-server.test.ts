import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { percentile } from '../bench/measure.ts';
import { Chance } from './support/chance.ts';
import { Crowd } from './support/crowd.ts';
import { FaultWorld } from './support/fault-world.ts';
import { callsOne } from './support/habits.ts';
import { agrees, everyCallIsSettled, lostAcks } from './support/judge.ts';
import { killAgainAndAgain, noRoomLeft } from './support/kills.ts';

/** The call server killed again and again while people call each other. */

const KILLS = Number(process.env['FAULTS_KILLS'] ?? 100);
const PEOPLE = 24;

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
    const crowd = new Crowd(people, chance, callsOne);
    const { starts, returns } = await killAgainAndAgain(world, crowd, { kills: KILLS, chance });

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
    await noRoomLeft(world);
  },
);
