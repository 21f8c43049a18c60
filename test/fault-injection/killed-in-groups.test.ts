import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Chance } from './support/chance.ts';
import { Crowd } from './support/crowd.ts';
import { FaultWorld } from './support/fault-world.ts';
import { callsMany, GROUPS } from './support/habits.ts';
import { deletedLines, endsEachPartOnce, everyCallIsSettled, lostAcks } from './support/judge.ts';
import { killAgainAndAgain, noRoomLeft } from './support/kills.ts';

/** The call server, with call waiting, killed again and again while people talk in groups. */

const KILLS = Number(process.env['FAULTS_GROUP_KILLS'] ?? 15);
const PEOPLE = 16;

let world: FaultWorld;
before(async () => {
  world = await FaultWorld.start({ TUI_CALL_BUSY: 'ring' });
});
after(() => world.stop());

test(
  'F66 F68 F69 F70 killed while people talk in groups, hold, invite and join: nothing acknowledged is lost',
  { timeout: 420_000 },
  async (t) => {
    const chance = Chance.fresh();
    t.diagnostic(`FAULTS_SEED=${chance.seed}`);
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, (_, index) =>
        world.person(`member-${index}`, { groups: GROUPS }),
      ),
    );
    await killAgainAndAgain(world, new Crowd(people, chance, callsMany), { kills: KILLS, chance });

    const [acks, records] = [world.acks.read(), world.records()];
    const { count, lost } = lostAcks(acks, records);
    const deleted = deletedLines(acks, records);
    t.diagnostic(`${KILLS} kills, ${count} acknowledged commands, ${lost.length} lost`);
    const done = new Map<string, number>();
    for (const { command, answer } of acks) {
      if (answer.ok) done.set(command.type, (done.get(command.type) ?? 0) + 1);
    }
    t.diagnostic([...done].map(([type, times]) => `${type} ${times}`).join(', '));
    assert.deepEqual(lost, []);
    assert.deepEqual(deleted.kept, []);
    for (const type of ['invite', 'join-group', 'hold', 'delete-recent-calls'] as const) {
      assert.ok((done.get(type) ?? 0) > 0, `nobody did: ${type}`);
    }
    everyCallIsSettled(records);
    for (const person of people) endsEachPartOnce(person, records);
    await noRoomLeft(world);
  },
);
