import { rawClientScenario } from './raw-client-scenario.ts';
import { chosen, recentCall, STEPS, type Steps } from './steps.ts';
import type { World } from '../system/world.ts';

const SECONDS = [0.2, 1, 4, 9, 14, 31, 62];

/** Steps that need control of time, LiveKit and the disk. */
export const VIRTUAL_STEPS: Steps<World> = [
  ...STEPS,
  ['arrives', 6, (world, who) => arrives(world, who)],
  ['is heard', 6, (world, who) => isHeard(world, who)],
  ['time passes', 4, (world, _who, how) => timePasses(world, how)],
  ['a user blocks', 1, blocks],
  ['raw client scenario', 0.5, rawClientScenario],
  ['raw client leaves', 0.5, rawClientLeaves],
  ['raw client returns', 0.5, rawClientReturns],
  ['LiveKit hints', 1, hint],
  ['LiveKit goes', 0.5, (world) => void (world.rooms.reachable = false)],
  ['LiveKit comes', 1, (world) => void (world.rooms.reachable = true)],
  ['LiveKit forgets', 0.5, (world) => world.rooms.rooms.clear()],
  ['server is killed', 1, killed],
  ['server dies after its next commit', 1, (world) => world.killAfterNextCommit()],
  ['server starts', 2, (world) => world.startServer()],
];

async function arrives(world: World, who: number): Promise<void> {
  const waiting = world.links.filter(({ up }) => up.length > 0);
  if (waiting.length > 0) await world.arrives(chosen(waiting, who));
}

async function isHeard(world: World, who: number): Promise<void> {
  const waiting = world.links.filter(({ down }) => down.length > 0);
  if (waiting.length > 0) await world.hears(chosen(waiting, who));
}

/** Long enough for a heartbeat; a working connection delivers its messages. */
async function timePasses(world: World, how: number): Promise<void> {
  const seconds = chosen(SECONDS, how);
  await (seconds > 5 ? world.calm(seconds * 1000) : world.pass(seconds * 1000));
}

function killed(world: World, _who: number, how: number): Promise<void> | void {
  world.killServer();
  if (how % 2 === 0) return world.startServer();
}

async function hint(world: World, _who: number, how: number): Promise<void> {
  const callId = recentCall(world, how);
  if (callId !== undefined && world.server !== null) {
    world.working(world.server.hint(callId).catch(() => undefined));
  }
}

/** A user blocks another one, or unblocks them. */
function blocks(world: World, who: number, how: number): void {
  const userId = chosen(world.users, who);
  const others = world.users.filter((one) => one !== userId);
  const { server } = world;
  if (server !== null) world.working(server.block(userId, chosen(others, how), how % 3 !== 0));
}

function rawClientLeaves(world: World, who: number, how: number): void {
  const { link } = chosen(world.raw, who);
  link.away = how % 3 !== 0;
  if (how % 2 === 0) link.break();
  else link.die();
}

async function rawClientReturns(world: World, who: number): Promise<void> {
  const away = world.raw.filter(({ link }) => !link.isConnected);
  const session = away.length > 0 ? chosen(away, who) : chosen(world.raw, who);
  session.link.away = false;
  await session.signIn();
}
