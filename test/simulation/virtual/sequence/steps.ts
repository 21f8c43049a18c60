import { parseCommandId, type CallId, type Command } from '../../../../src/protocol/index.ts';
import type { Device } from '../system/device.ts';
import { rawCommand } from './raw-command.ts';
import type { RawSession } from './raw-session.ts';
import { COMMANDS } from '../table/server-table.ts';
import type { System } from '../system/system.ts';

/** One step: its name, and two numbers that select its user and its variant. */
export type Step = readonly [what: string, who: number, how: number];

type Do<S extends System> = (system: S, who: number, how: number) => void | Promise<void>;

/** The possible steps, by name, each with its weight. */
export type Steps<S extends System> = readonly (readonly [
  name: string,
  weight: number,
  work: Do<S>,
])[];

/** Steps of users, of the back end, and of connections, for both kinds of simulation. */
export const STEPS: Steps<System> = [
  ['acts', 9, (system, who, how) => act(deviceOf(system, who), how, system)],
  ['rings', 14, rings],
  ['both act', 16, bothAct],
  ['raw', 4, raw],
  ['all arrives', 4, (system) => system.flush()],
  ['again', 2, again],
  ['line breaks', 2, (system, who) => deviceOf(system, who).link.break()],
  ['line dies', 2, (system, who) => deviceOf(system, who).link.die()],
  ['network away', 1, networkAway],
  ['network back', 2, networkBack],
  ['page reloads', 1, (system, who) => deviceOf(system, who).reload()],
  ['logs out', 0.5, (system, who) => deviceOf(system, who).logOut()],
  ['logs in', 1, (system, who) => deviceOf(system, who).signIn()],
  ['media breaks', 1, (system, who) => deviceOf(system, who).media.break()],
  ['back end acts', 1, backEndActs],
];

export async function runStep<S extends System>(
  system: S,
  steps: Steps<S>,
  [what, who, how]: Step,
): Promise<void> {
  const step = steps.find(([name]) => name === what);
  if (step === undefined) throw new Error(`nothing is called "${what}"`);
  await step[2](system, who, how);
  await system.afterStep();
}

export function deviceOf<D extends Device>({ devices }: { devices: readonly D[] }, who: number): D {
  return chosen(devices, who);
}

export function chosen<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('there is nothing to choose from');
  return value;
}

/** What a user may do in the phase their device shows. */
function act(device: Device, how: number, system: System): void {
  const acts = ACTS[device.state.phase];
  chosen(acts, how)(device, how, system);
}

type Act = (device: Device, how: number, system: System) => void;

const hangsUp: Act = (device) => device.request((engine) => engine.hangup());

const CALLS: readonly Act[] = [
  ...[0, 1, 2, 3, 4].map(() => calls),
  (device, _how, system) => device.join((engine) => engine.joinGroup(system.team)),
  (device, how, system) => {
    const callId = [...system.calls.keys()].at(-1 - (how % 2));
    if (callId !== undefined) device.join((engine) => engine.join(callId));
  },
  (device, _how, system) => {
    if (device.state.elsewhere !== null) device.join((engine) => engine.moveHere());
    else calls(device, 0, system);
  },
];

const IN_CALL: readonly Act[] = [
  hangsUp,
  (device) =>
    device.request((engine) =>
      engine.state.waiting === null
        ? engine.hangup()
        : engine.acceptWaiting({ currentCall: 'end', video: false }),
    ),
  (device, how, system) => {
    const others = system.users.filter((one) => one !== device.userId);
    device.request((engine) =>
      engine.inviteUser([chosen(others, how)], { timeout: system.shortRing }),
    );
  },
  (device) => {
    const to = device.state.mediaType === 'video' ? 'audio' : 'video';
    device.request((engine) => engine.switchCallMediaType(to));
  },
  (device) =>
    device.request((engine) =>
      engine.state.waiting === null
        ? engine.holdCall(true)
        : engine.acceptWaiting({ currentCall: 'hold' }),
    ),
  (device) => device.request((engine) => engine.holdCall(false)),
  (device, how) =>
    device.request((engine) => (how % 2 ? engine.closeMicrophone() : engine.openMicrophone())),
  (device) =>
    device.request((engine) =>
      engine.state.waiting === null ? engine.openCamera() : engine.rejectWaiting(),
    ),
];

const ACTS: Readonly<Record<Device['state']['phase'], readonly Act[]>> = {
  idle: CALLS,
  ended: CALLS,
  incoming: [
    (device) => device.request((engine) => engine.accept()),
    (device) => device.request((engine) => engine.reject()),
    (device) => device.request((engine) => engine.accept({ video: false })),
    (device) => device.ignore(),
    (device) => device.request((engine) => engine.accept()),
    hangsUp,
  ],
  outgoing: [hangsUp, ...IN_CALL.slice(2), hangsUp],
  connecting: IN_CALL,
  connected: IN_CALL,
  reconnecting: IN_CALL,
};

function calls(device: Device, how: number, system: System): void {
  const others = system.users.filter((one) => one !== device.userId);
  const whom = how % 5 === 4 ? others : [chosen(others, how)];
  const options = {
    groupId: how % 7 === 6 ? system.team : '',
    timeout: [30, system.shortRing, 0, 30][how % 4] ?? 30,
  };
  device.request((engine) => engine.calls(whom, how % 3 === 0 ? 'video' : 'audio', options));
}

/** A user without a call calls, and the call rings: from here commands can cross. With `how`, it is answered, too. */
async function rings(system: System, who: number, how: number): Promise<void> {
  const free = system.devices.filter(({ state }) => ['idle', 'ended'].includes(state.phase));
  if (free.length === 0) return;
  calls(chosen(free, who), how * 3 + 1, system);
  await system.settle();
  await system.flush();
  if (how % 3 !== 0) return;
  const rung = system.devices.find(({ state }) => state.phase === 'incoming');
  rung?.request((engine) => engine.accept());
  await system.settle();
  await system.flush();
}

/** Two devices that show the same call act in it before either command arrives. */
function bothAct(system: System, who: number, how: number): void {
  const shown = system.devices.filter(({ state }) => state.callId !== null);
  const one = shown.length === 0 ? undefined : chosen(shown, who);
  if (one === undefined) return;
  const others = shown.filter((it) => it !== one && it.state.callId === one.state.callId);
  const other = others.length === 0 ? undefined : chosen(others, how);
  system.hold();
  act(one, how, system);
  if (other !== undefined) act(other, how >> 1, system);
}

function networkAway(system: System, who: number): void {
  const { link } = deviceOf(system, who);
  link.break();
  link.away = true;
}

function networkBack(system: System, who: number): void {
  const away = system.devices.filter(({ link }) => link.away);
  const device = away.length > 0 ? chosen(away, who) : deviceOf(system, who);
  device.link.away = false;
  device.comesBack();
}

/** The customer's back end, through the REST API. */
function backEndActs(system: System, who: number, how: number): void {
  const { backEnd } = system;
  const callId = recentCall(system, how);
  if (backEnd === null) return;
  const userId = chosen(system.users, who);
  const works = [
    () => (callId === undefined ? Promise.resolve() : backEnd.endCall(callId)),
    () => (callId === undefined ? Promise.resolve() : backEnd.remove(callId, userId)),
    () => backEnd.kick(userId),
  ];
  // The server refuses a call that has ended; that is a valid result.
  system.working(chosen(works, how >> 1)().catch(() => undefined));
}

export function recentCall(system: System, how: number): CallId | undefined {
  return [...system.calls.keys()].at(-1 - (how % 2));
}

let rawIds = 0;

/** Index of one of the last calls, or of a call that does not exist. */
export const RAW_TARGETS = 8;

/** A raw client sends any command about any call, whatever the status of its user in it. */
async function raw(system: System, who: number, how: number): Promise<void> {
  const { session, command } = await rawCommandAt(system, who, how);
  session.send(command);
}

/** Selects the session and the command by these numbers. */
export async function rawCommandAt(system: System, who: number, how: number) {
  const session: RawSession = chosen(system.raw, who);
  const id = parseCommandId(`raw-command-${String((rawIds += 1)).padStart(8, '0')}`);
  if (id === null) throw new Error('there are no such ids');
  const turn = Math.floor(how / COMMANDS.length);
  const target = turn % RAW_TARGETS;
  const variant = Math.floor(turn / RAW_TARGETS) + Math.floor(who / system.raw.length);
  const type = chosen(COMMANDS, how);
  const command = rawCommand({
    ...{ type, id, how: variant, team: system.team },
    callId: rawTarget(system, target),
    others: system.users.filter((one) => one !== session.userId),
    earlier: type === 'cancel' ? earlierOf(system, session, variant) : null,
    userSig: type === 'renew-user-sig' ? await session.freshSig() : '',
  });
  return { session, command };
}

function rawTarget({ calls }: System, target: number): CallId {
  const callId = target === RAW_TARGETS - 1 ? undefined : [...calls.keys()].at(-1 - target);
  return callId ?? ('call-that-is-not-there' as CallId);
}

/** A command of the same user, from any device, that started or joined a call. */
function earlierOf(system: System, { userId }: RawSession, which: number): Command['id'] | null {
  const parties = [...system.devices, ...system.raw].filter((one) => one.userId === userId);
  const made = system.sentCommands.filter(
    ({ link, command }) =>
      (command.type === 'call' || command.type === 'join-group') &&
      parties.some((one) => one.link === link),
  );
  return made.at(-1 - (which % 3))?.command.id ?? null;
}

/** Repeats an earlier command on the same connection (a replayed frame, a retry after a lost answer). */
async function again(system: System, who: number, how: number): Promise<void> {
  const sent = system.sentCommands.slice(-4);
  if (sent.length === 0) return;
  await system.again(chosen(sent, how + who));
}
