import { setTimeout as pause } from 'node:timers/promises';
import { RoomServiceClient } from 'livekit-server-sdk';
import { eventually } from '../../e2e/support/eventually.ts';
import type { Chance } from './chance.ts';
import type { Crowd } from './crowd.ts';
import type { FaultWorld } from './fault-world.ts';

/** A kill comes after so many more acknowledged commands. */
const ACKS_BETWEEN = [1, 16] as const;
/** Each so-many-th kill hits the server before it listens. */
const KILLED_AS_IT_STARTS = 10;

export interface Figures {
  /** Ms until the server listened again, and until each client was back after that. */
  readonly starts: readonly number[];
  readonly returns: readonly number[];
}

/** The call server is killed (SIGKILL) so often while the crowd goes on; then everyone goes home. */
export async function killAgainAndAgain(
  world: FaultWorld,
  crowd: Crowd,
  { kills, chance }: { readonly kills: number; readonly chance: Chance },
): Promise<Figures> {
  const [starts, returns]: [number[], number[]] = [[], []];
  crowd.begin();
  let latest = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    await acknowledged(world, world.acks.acts + chance.between(...ACKS_BETWEEN));
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
    for (const person of crowd.people) {
      const listened = kill;
      // Whoever is overtaken by the next kill says nothing about this one.
      void person.connection('connected', 120_000).then((ms) => {
        if (listened === latest) returns.push(ms);
      });
    }
  }
  await crowd.goHome();
  await rungOut(world);
  // An answer comes after all that the server has told on the same line before: now everyone has heard everything.
  await Promise.all(crowd.people.map(({ engine }) => engine.queryRecentCalls()));
  return { starts, returns };
}

async function acknowledged(world: FaultWorld, count: number): Promise<void> {
  await eventually(
    async () => world.acks.acts >= count,
    () => `people are stuck at ${world.acks.acts} acknowledged commands; ${world.server.log}`,
    60_000,
  );
}

async function rungOut(world: FaultWorld): Promise<void> {
  await eventually(
    async () => [...world.records().calls.values()].every(({ status }) => status === 'ended'),
    () => 'a call is live though everyone is home',
    60_000,
  );
}

export async function noRoomLeft({ livekit }: FaultWorld): Promise<void> {
  const { httpUrl, apiKey, apiSecret } = livekit;
  const rooms = new RoomServiceClient(httpUrl, apiKey, apiSecret);
  await eventually(
    async () => (await rooms.listRooms()).length === 0,
    () => 'a media room outlived its call',
    60_000,
  );
}
