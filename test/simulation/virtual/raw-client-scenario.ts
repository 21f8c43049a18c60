import { parseCommandId, type CallId, type Command } from '../../../src/protocol/index.ts';
import type { RawSession } from './raw-session.ts';
import type { ServerProcess } from './server-process.ts';
import type { Part, Row } from './server-table.ts';
import type { World } from './world.ts';

/** What becomes of the one whom the scene is about, and what their part in the call is then. */
const FATES = {
  rings: 'ringing',
  rejects: 'rejected',
  'is busy': 'busy',
  'does not answer': 'no-response',
  'is removed': 'removed',
  'has blocked': 'unheard',
  talks: 'joined here',
  holds: 'held here',
  leaves: 'left',
  'is lost': 'offline',
  'is not asked': 'stranger',
} as const satisfies Record<string, Part>;

type Fate = keyof typeof FATES;
const FATE_NAMES = Object.keys(FATES) as readonly Fate[];

/** For each fate: asked for the first time or anew, ringing or begun, of a group or not. */
export const SCENES = FATE_NAMES.length * 8;

interface Plot {
  readonly fate: Fate;
  /** They had called into it themselves, and left it. */
  readonly anew: boolean;
  readonly begins: boolean;
  readonly ofGroup: boolean;
}

function plotOf(how: number): Plot {
  const turn = Math.floor(how / FATE_NAMES.length);
  return {
    fate: FATE_NAMES[how % FATE_NAMES.length] ?? 'rings',
    ...{ anew: turn % 2 === 1, begins: turn % 4 < 2, ofGroup: turn % 8 < 4 },
  };
}

/** The rows of the server's table to which this scene leads: while it goes on, and when the call has ended. */
export function rowsOfScene(how: number): readonly Row[] {
  const { fate, anew, begins } = plotOf(how);
  const part = anew && fate === 'is not asked' ? 'left' : FATES[fate];
  const status = anew || begins || COMES_IN.includes(fate) ? 'active' : 'ringing';
  return [
    { part, status },
    { part: AT_THE_END[part] ?? part, status: 'ended' },
  ];
}

const AT_THE_END: Readonly<Partial<Record<Part, Part>>> = {
  ringing: 'cancelled',
  'joined here': 'left',
  'held here': 'left',
};

const COMES_IN: readonly Fate[] = ['talks', 'holds', 'leaves', 'is lost'];

interface Cast {
  readonly one: RawSession;
  readonly caller: RawSession;
  readonly third: RawSession;
}

/**
 * Two odd sessions have a call that rings or has begun, and a third one’s user has a certain part in it: asked
 * in for the first time, or anew after they had called into it themselves.
 */
export async function oddScene(world: World, who: number, how: number): Promise<void> {
  // With one session for each user there are no odd ones of theirs.
  if (world.raw.length <= world.users.length) return;
  await world.startServer();
  await endAll(world);
  const cast = castOf(world, who);
  const plot = plotOf(how);
  const groupId = plot.ofGroup ? world.team : '';
  // While one rings, every other call finds them busy; who is to call themselves is rung by her later.
  const erins = plot.fate === 'is busy' && !plot.anew ? await erinRings(world, cast.one) : null;
  const callId = plot.anew
    ? await hasLeftOwnCall(world, cast, groupId)
    : await askedFirst(world, cast, { groupId, begins: plot.begins });
  const hers = plot.fate === 'is busy' && plot.anew ? await erinRings(world, cast.one) : erins;
  if (callId !== null) await meets(world, cast, { fate: plot.fate, callId });
  await erinHangsUp(world, hers);
}

async function endAll(world: World): Promise<void> {
  for (const call of [...world.calls.values()]) {
    if (call.status !== 'ended') await backEnd(world, (server) => server.endCall(call.callId));
  }
  await world.flush();
}

/** What it is refused is not done; where the server dies over it, there is no answer. */
async function backEnd(
  world: World,
  work: (server: ServerProcess) => Promise<unknown>,
): Promise<void> {
  const { server } = world;
  if (server !== null) world.working(work(server).catch(() => undefined));
  await world.settle();
}

function castOf(world: World, who: number): Cast {
  const count = world.users.length;
  const at = (index: number): RawSession => {
    const session = world.raw[index % count];
    if (session === undefined) throw new Error('nobody is there');
    return session;
  };
  return { one: at(who), caller: at(who + 1), third: at(who + 2) };
}

async function askedFirst(
  world: World,
  { caller, third }: Cast,
  { groupId, begins }: { readonly groupId: string; readonly begins: boolean },
): Promise<CallId | null> {
  const callId = await calls(world, caller, { others: [third], groupId });
  if (callId !== null && begins) await says(world, third, { type: 'accept', callId });
  return callId;
}

async function hasLeftOwnCall(
  world: World,
  { one, caller, third }: Cast,
  groupId: string,
): Promise<CallId | null> {
  const callId = await calls(world, one, { others: [caller, third], groupId });
  if (callId === null) return null;
  for (const other of [caller, third]) await says(world, other, { type: 'accept', callId });
  await says(world, one, { type: 'hangup', callId });
  return callId;
}

async function calls(
  world: World,
  by: RawSession,
  { others, groupId }: { readonly others: readonly RawSession[]; readonly groupId: string },
): Promise<CallId | null> {
  const before = world.calls.size;
  await says(world, by, {
    ...{ type: 'call', userIds: others.map(({ userId }) => userId), mediaType: 'audio' },
    ...{ groupId, timeout: 60, userData: '' },
  });
  return world.calls.size > before ? ([...world.calls.keys()].at(-1) ?? null) : null;
}

async function meets(
  world: World,
  cast: Cast,
  { fate, callId }: { readonly fate: Fate; readonly callId: CallId },
): Promise<void> {
  const { one, caller } = cast;
  const { userId } = one;
  const on = fate === 'has blocked';
  await backEnd(world, (server) => server.block(userId, caller.userId, on));
  if (fate === 'is not asked') return;
  const timeout = fate === 'does not answer' ? 5 : 60;
  await says(world, caller, { type: 'invite', callId, userIds: [userId], timeout });
  if (COMES_IN.includes(fate)) await says(world, one, { type: 'accept', callId });
  if (fate === 'rejects') await says(world, one, { type: 'reject', callId });
  if (fate === 'holds') await says(world, one, { type: 'hold', callId, on: true });
  if (fate === 'leaves') await says(world, one, { type: 'hangup', callId });
  if (fate === 'does not answer') await world.calm(6_000);
  if (fate === 'is removed') await backEnd(world, (server) => server.remove(callId, userId));
  if (fate === 'is lost') await isLost(world, one);
  await world.flush();
}

async function erinRings(world: World, one: RawSession): Promise<CallId | null> {
  const erin = world.raw.at(-1);
  return erin === undefined ? null : calls(world, erin, { others: [one], groupId: '' });
}

async function erinHangsUp(world: World, callId: CallId | null): Promise<void> {
  const erin = world.raw.at(-1);
  if (erin && callId) await says(world, erin, { type: 'hangup', callId });
}

async function isLost(world: World, { link }: RawSession): Promise<void> {
  link.away = true;
  link.break();
  await world.calm(31_000);
  link.away = false;
  link.tryNow();
}

/** Each kind of command without its id. */
type Said = Command extends infer C ? (C extends Command ? Omit<C, 'id'> : never) : never;

let ids = 0;

async function says(world: World, session: RawSession, said: Said): Promise<void> {
  const id = parseCommandId(`scene-command-${String((ids += 1)).padStart(8, '0')}`);
  if (id === null) throw new Error('there are no such ids');
  session.say({ ...said, id });
  await world.flush();
}
