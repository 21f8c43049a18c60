import {
  parseCommandId,
  type CallId,
  type Command,
  type UserId,
} from '../../src/protocol/index.ts';
import type { Device } from './device.ts';
import type { RawSession } from './raw-session.ts';
import { USERS, type World } from './world.ts';

/** One thing that happens: what, and two numbers that choose to whom and how. */
export type Step = readonly [what: string, who: number, how: number];

type Do = (world: World, who: number, how: number) => void | Promise<void>;

const SECONDS = [0.2, 1, 4, 9, 14, 31, 62];

/** Each by its name, with how often it is chosen. */
const STEPS: readonly (readonly [name: string, weight: number, work: Do])[] = [
  ['acts', 9, (world, who, how) => act(deviceOf(world, who), how, world)],
  ['rings', 14, rings],
  ['both act', 16, bothAct],
  ['raw', 4, raw],
  ['arrives', 6, (world, who) => arrives(world, who)],
  ['is heard', 6, (world, who) => isHeard(world, who)],
  ['all arrives', 4, (world) => world.flush()],
  ['again', 2, again],
  ['time passes', 4, (world, _who, how) => timePasses(world, how)],
  ['line breaks', 2, (world, who) => deviceOf(world, who).link.break()],
  ['line dies', 2, (world, who) => deviceOf(world, who).link.die()],
  ['network away', 1, networkAway],
  ['network back', 2, networkBack],
  ['page reloads', 1, (world, who) => deviceOf(world, who).reload()],
  ['logs out', 0.5, (world, who) => deviceOf(world, who).logOut()],
  ['logs in', 1, (world, who) => deviceOf(world, who).signIn()],
  ['media breaks', 1, (world, who) => deviceOf(world, who).media.break()],
  ['LiveKit hints', 1, hint],
  ['LiveKit goes', 0.5, (world) => void (world.rooms.reachable = false)],
  ['LiveKit comes', 1, (world) => void (world.rooms.reachable = true)],
  ['LiveKit forgets', 0.5, (world) => world.rooms.rooms.clear()],
  ['server is killed', 1, killed],
  ['server dies after its next commit', 1, (world) => world.killAfterNextCommit()],
  ['server starts', 2, (world) => world.startServer()],
  ['back end acts', 1, backEndActs],
];

export const STEP_WEIGHTS: readonly (readonly [name: string, weight: number])[] = STEPS.map(
  ([name, weight]) => [name, weight],
);

const BY_NAME = new Map(STEPS.map(([name, , work]) => [name, work]));

export async function take(world: World, [what, who, how]: Step): Promise<void> {
  const work = BY_NAME.get(what);
  if (work === undefined) throw new Error(`nothing is called "${what}"`);
  await work(world, who, how);
  await world.settle();
  // Whatever is due now happens now.
  await world.pass(0);
  world.crossings.look();
}

function deviceOf(world: World, who: number): Device {
  const { devices } = world;
  return chosen(devices, who);
}

function chosen<T>(things: readonly T[], index: number): T {
  const thing = things[index % things.length];
  if (thing === undefined) throw new Error('there is nothing to choose from');
  return thing;
}

/** What a user may do in the phase their device shows. */
function act(device: Device, how: number, world: World): void {
  const acts = ACTS[device.state.phase];
  chosen(acts, how)(device, how, world);
}

type Act = (device: Device, how: number, world: World) => void;

const hangsUp: Act = (device) => device.wish((engine) => engine.hangup());

const CALLS: readonly Act[] = [
  ...[0, 1, 2, 3, 4].map(() => calls),
  (device) => device.wish((engine) => engine.joinGroup('team')),
  (device, how, world) => {
    const callId = [...world.calls.keys()].at(-1 - (how % 2));
    if (callId !== undefined) device.wish((engine) => engine.join(callId));
  },
  (device) => {
    if (device.state.elsewhere !== null) device.wish((engine) => engine.moveHere());
    else calls(device, 0);
  },
];

const IN_CALL: readonly Act[] = [
  hangsUp,
  (device) =>
    device.wish((engine) =>
      engine.state.waiting === null
        ? engine.hangup()
        : engine.acceptWaiting({ other: 'end', video: false }),
    ),
  (device, how) => {
    const others = USERS.filter((one) => one !== device.userId);
    device.wish((engine) => engine.inviteUser([chosen(others, how)], { timeout: 5 }));
  },
  (device) => {
    const to = device.state.mediaType === 'video' ? 'audio' : 'video';
    device.wish((engine) => engine.switchCallMediaType(to));
  },
  (device) =>
    device.wish((engine) =>
      engine.state.waiting === null
        ? engine.holdCall(true)
        : engine.acceptWaiting({ other: 'hold' }),
    ),
  (device) => device.wish((engine) => engine.holdCall(false)),
  (device, how) =>
    device.wish((engine) => (how % 2 ? engine.closeMicrophone() : engine.openMicrophone())),
  (device) =>
    device.wish((engine) =>
      engine.state.waiting === null ? engine.openCamera() : engine.rejectWaiting(),
    ),
];

const ACTS: Readonly<Record<Device['state']['phase'], readonly Act[]>> = {
  idle: CALLS,
  ended: CALLS,
  incoming: [
    (device) => device.wish((engine) => engine.accept()),
    (device) => device.wish((engine) => engine.reject()),
    (device) => device.wish((engine) => engine.accept({ video: false })),
    (device) => device.ignore(),
    (device) => device.wish((engine) => engine.accept()),
    hangsUp,
  ],
  outgoing: [hangsUp, ...IN_CALL.slice(2), hangsUp],
  connecting: IN_CALL,
  connected: IN_CALL,
  reconnecting: IN_CALL,
};

function calls(device: Device, how: number): void {
  const others = USERS.filter((one) => one !== device.userId);
  const whom = how % 5 === 4 ? others : [chosen(others, how)];
  const options = { groupId: how % 7 === 6 ? 'team' : '', timeout: [30, 5, 0, 30][how % 4] ?? 30 };
  device.wish((engine) => engine.calls(whom, how % 3 === 0 ? 'video' : 'audio', options));
}

/** Someone free calls, and it rings: from here acts can cross. With `how`, it is answered, too. */
async function rings(world: World, who: number, how: number): Promise<void> {
  const free = world.devices.filter(({ state }) => ['idle', 'ended'].includes(state.phase));
  if (free.length === 0) return;
  calls(chosen(free, who), how * 3 + 1);
  await world.settle();
  await world.flush();
  if (how % 3 !== 0) return;
  const rung = world.devices.find(({ state }) => state.phase === 'incoming');
  rung?.wish((engine) => engine.accept());
  await world.settle();
  await world.flush();
}

/** Two devices that show the same call act in it before either is heard. */
function bothAct(world: World, who: number, how: number): void {
  const shown = world.devices.filter(({ state }) => state.callId !== null);
  const one = shown.length === 0 ? undefined : chosen(shown, who);
  if (one === undefined) return;
  const others = shown.filter((it) => it !== one && it.state.callId === one.state.callId);
  act(one, how, world);
  const other = others.length === 0 ? undefined : chosen(others, how);
  if (other !== undefined) act(other, how >> 1, world);
}

async function arrives(world: World, who: number): Promise<void> {
  const waiting = world.links.filter(({ up }) => up.length > 0);
  if (waiting.length > 0) await world.arrives(chosen(waiting, who));
}

async function isHeard(world: World, who: number): Promise<void> {
  const waiting = world.links.filter(({ down }) => down.length > 0);
  if (waiting.length > 0) await world.hears(chosen(waiting, who));
}

/** Long enough for a heartbeat, a line that is connected delivers what it holds. */
async function timePasses(world: World, how: number): Promise<void> {
  const seconds = chosen(SECONDS, how);
  await (seconds > 5 ? world.calm(seconds * 1000) : world.pass(seconds * 1000));
}

function networkAway(world: World, who: number): void {
  const { link } = deviceOf(world, who);
  link.break();
  link.away = true;
}

function networkBack(world: World, who: number): void {
  const away = world.devices.filter(({ link }) => link.away);
  const device = away.length > 0 ? chosen(away, who) : deviceOf(world, who);
  device.link.away = false;
  device.comesBack();
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

/** The customer's back end, through the REST API. */
function backEndActs(world: World, who: number, how: number): void {
  const { server } = world;
  const callId = recentCall(world, how);
  if (server === null) return;
  const userId = chosen(USERS, who);
  const works = [
    () => (callId === undefined ? Promise.resolve() : server.endCall(callId)),
    () => (callId === undefined ? Promise.resolve() : server.remove(callId, userId)),
    () => server.kick(userId),
  ];
  // A call that is gone is refused, which is all there is to it.
  world.working(chosen(works, how >> 1)().catch(() => undefined));
}

function recentCall(world: World, how: number): CallId | undefined {
  return [...world.calls.keys()].at(-1 - (how % 2));
}

/** What an odd client may say of a call, whatever its user's part in it is. */
const RAW = [
  ...(['accept', 'reject', 'hangup', 'join', 'alerted', 'media-access'] as const),
  ...(['invite', 'hold', 'take up', 'switch', 'join group', 'call', 'cancel'] as const),
] as const;

let rawIds = 0;

function raw(world: World, who: number, how: number): void {
  const session: RawSession = chosen(world.raw, who);
  const id = parseCommandId(`raw-command-${String((rawIds += 1)).padStart(8, '0')}`);
  const callId = [...world.calls.keys()].at(-1 - (how >> 4)) ?? [...world.calls.keys()].at(-1);
  if (id === null || callId === undefined) return;
  session.say(rawCommand(chosen(RAW, how), id, callId, chosen(USERS, who + how)));
}

function rawCommand(
  what: (typeof RAW)[number],
  id: Command['id'],
  callId: CallId,
  other: UserId,
): Command {
  switch (what) {
    case 'invite':
      return { type: 'invite', id, callId, userIds: [other], timeout: 5 };
    case 'hold':
    case 'take up':
      return { type: 'hold', id, callId, on: what === 'hold' };
    case 'switch':
      return { type: 'switch-media-type', id, callId, mediaType: 'audio' };
    case 'join group':
      return { type: 'join-group', id, groupId: 'team' };
    case 'call':
      return {
        ...{ type: what, id, userIds: [other], mediaType: 'audio' },
        ...{ groupId: '', timeout: 5, userData: '' },
      };
    case 'cancel':
      return { type: 'cancel', id, callCommandId: id };
    default:
      return { type: what, id, callId };
  }
}

/** What was said before is said again on the same line (a replayed frame, a retry after a lost answer). */
async function again(world: World, who: number, how: number): Promise<void> {
  const said = world.said.slice(-4);
  if (said.length === 0) return;
  const { link, command } = chosen(said, how + who);
  await world.arrivesAgain(link, command);
}
