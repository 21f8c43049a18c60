import { parseCommandId, type CallId, type Command } from '../../../../src/protocol/index.ts';
import type { RawSession } from './raw-session.ts';
import type { ServerProcess } from '../system/server-process.ts';
import type { Part, Row } from '../table/server-table.ts';
import type { World } from '../system/world.ts';

/** The final status of the subject of the scene in the call; `calls`: it is the caller of one that rings. */
const TARGET_STATES = {
  rings: 'ringing',
  rejects: 'rejected',
  'is busy': 'busy',
  'does not answer': 'no-response',
  'is removed': 'removed',
  'has blocked': 'suppressed',
  talks: 'joined here',
  holds: 'held here',
  leaves: 'left',
  'is lost': 'offline',
  'is not asked': 'non-member',
  calls: 'joined here',
} as const satisfies Record<string, Part>;

type TargetState = keyof typeof TARGET_STATES;
const TARGET_STATE_NAMES = Object.keys(TARGET_STATES) as readonly TargetState[];

/** For each target state: first invitation or a repeated one, ringing or active, with a group or not. */
export const SCENARIO_COUNT = TARGET_STATE_NAMES.length * 8;

interface ScenarioSetup {
  readonly targetState: TargetState;
  /** The user had started the call, and left it. */
  readonly rejoined: boolean;
  readonly begins: boolean;
  readonly ofGroup: boolean;
}

function setupOf(how: number): ScenarioSetup {
  const turn = Math.floor(how / TARGET_STATE_NAMES.length);
  return {
    targetState: TARGET_STATE_NAMES[how % TARGET_STATE_NAMES.length] ?? 'rings',
    ...{ rejoined: turn % 2 === 1, begins: turn % 4 < 2, ofGroup: turn % 8 < 4 },
  };
}

/** The rows of the server's table that this scene reaches: during the call, and after its end. */
export function rowsOfScenario(how: number): readonly Row[] {
  const { targetState, rejoined, begins } = setupOf(how);
  if (targetState === 'calls') {
    const parts = ['joined here', 'joined elsewhere'] as const;
    return parts.map((part) => ({ part, status: 'ringing' }));
  }
  const part = rejoined && targetState === 'is not asked' ? 'left' : TARGET_STATES[targetState];
  const status = rejoined || begins || COMES_IN.includes(targetState) ? 'active' : 'ringing';
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

const COMES_IN: readonly TargetState[] = ['talks', 'holds', 'leaves', 'is lost'];

interface Participants {
  readonly one: RawSession;
  readonly caller: RawSession;
  readonly third: RawSession;
}

/**
 * Two raw sessions have a call that rings or is active. The user of a third one has a certain status in it: invited
 * for the first time, or again after they had started the call and left it.
 */
export async function rawClientScenario(world: World, who: number, how: number): Promise<void> {
  // With one session for each user there are no raw sessions of these users.
  if (world.raw.length <= world.users.length) return;
  await world.startServer();
  await endAll(world);
  const participants = participantsOf(world, who);
  const setup = setupOf(how);
  const groupId = setup.ofGroup ? world.team : '';
  if (setup.targetState === 'calls') {
    const { one, caller, third } = participants;
    await calls(world, one, { others: [caller, third], groupId });
    return;
  }
  // While one rings, every other call finds them busy; she rings a user only after that user's own call.
  const erins =
    setup.targetState === 'is busy' && !setup.rejoined
      ? await erinRings(world, participants.one)
      : null;
  const callId = setup.rejoined
    ? await hasLeftOwnCall(world, participants, groupId)
    : await askedFirst(world, participants, { groupId, begins: setup.begins });
  const hers =
    setup.targetState === 'is busy' && setup.rejoined
      ? await erinRings(world, participants.one)
      : erins;
  if (callId !== null) await meets(world, participants, { target: setup.targetState, callId });
  await erinHangsUp(world, hers);
}

async function endAll(world: World): Promise<void> {
  for (const call of [...world.calls.values()]) {
    if (call.status !== 'ended') await backEnd(world, (server) => server.endCall(call.callId));
  }
  await world.flush();
}

/** Ignores a refusal; when the server dies during the command, there is no answer. */
async function backEnd(
  world: World,
  work: (server: ServerProcess) => Promise<unknown>,
): Promise<void> {
  const { server } = world;
  if (server !== null) world.working(work(server).catch(() => undefined));
  await world.settle();
}

function participantsOf(world: World, who: number): Participants {
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
  { caller, third }: Participants,
  { groupId, begins }: { readonly groupId: string; readonly begins: boolean },
): Promise<CallId | null> {
  const callId = await calls(world, caller, { others: [third], groupId });
  if (callId !== null && begins) await send(world, third, { type: 'accept', callId });
  return callId;
}

async function hasLeftOwnCall(
  world: World,
  { one, caller, third }: Participants,
  groupId: string,
): Promise<CallId | null> {
  const callId = await calls(world, one, { others: [caller, third], groupId });
  if (callId === null) return null;
  for (const other of [caller, third]) await send(world, other, { type: 'accept', callId });
  await send(world, one, { type: 'hangup', callId });
  return callId;
}

async function calls(
  world: World,
  by: RawSession,
  { others, groupId }: { readonly others: readonly RawSession[]; readonly groupId: string },
): Promise<CallId | null> {
  const before = world.calls.size;
  await send(world, by, {
    ...{ type: 'call', userIds: others.map(({ userId }) => userId), mediaType: 'audio' },
    ...{ groupId, timeout: 60, userData: '' },
  });
  return world.calls.size > before ? ([...world.calls.keys()].at(-1) ?? null) : null;
}

async function meets(
  world: World,
  participants: Participants,
  { target, callId }: { readonly target: TargetState; readonly callId: CallId },
): Promise<void> {
  const { one, caller } = participants;
  const { userId } = one;
  const on = target === 'has blocked';
  await backEnd(world, (server) => server.block(userId, caller.userId, on));
  if (target === 'is not asked') return;
  const timeout = target === 'does not answer' ? 5 : 60;
  await send(world, caller, { type: 'invite', callId, userIds: [userId], timeout });
  if (COMES_IN.includes(target)) await send(world, one, { type: 'accept', callId });
  if (target === 'rejects') await send(world, one, { type: 'reject', callId });
  if (target === 'holds') await send(world, one, { type: 'hold', callId, on: true });
  if (target === 'leaves') await send(world, one, { type: 'hangup', callId });
  if (target === 'does not answer') await world.calm(6_000);
  if (target === 'is removed') await backEnd(world, (server) => server.remove(callId, userId));
  if (target === 'is lost') await isLost(world, one);
  await world.flush();
}

async function erinRings(world: World, one: RawSession): Promise<CallId | null> {
  const erin = world.raw.at(-1);
  return erin === undefined ? null : calls(world, erin, { others: [one], groupId: '' });
}

async function erinHangsUp(world: World, callId: CallId | null): Promise<void> {
  const erin = world.raw.at(-1);
  if (erin && callId) await send(world, erin, { type: 'hangup', callId });
}

async function isLost(world: World, { link }: RawSession): Promise<void> {
  link.away = true;
  link.break();
  await world.calm(31_000);
  link.away = false;
  link.tryNow();
}

/** Each kind of command without its id. */
type Reply = Command extends infer C ? (C extends Command ? Omit<C, 'id'> : never) : never;

let ids = 0;

async function send(world: World, session: RawSession, said: Reply): Promise<void> {
  const id = parseCommandId(`scene-command-${String((ids += 1)).padStart(8, '0')}`);
  if (id === null) throw new Error('there are no such ids');
  session.send({ ...said, id });
  await world.flush();
}
