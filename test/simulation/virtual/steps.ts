import { parseCommandId, type CallId, type Command } from '../../../src/protocol/index.ts';
import type { Device } from './device.ts';
import { oddCommand } from './raw-command.ts';
import type { RawSession } from './raw-session.ts';
import { COMMANDS } from './server-table.ts';
import type { Stage } from './stage.ts';

/** One thing that happens: what, and two numbers that choose to whom and how. */
export type Step = readonly [what: string, who: number, how: number];

type Do<S extends Stage> = (stage: S, who: number, how: number) => void | Promise<void>;

/** What can happen on a stage, each by its name, with how often it is chosen. */
export type Steps<S extends Stage> = readonly (readonly [
  name: string,
  weight: number,
  work: Do<S>,
])[];

/** What users do, and the back end, and what becomes of their lines: on every stage. */
export const STEPS: Steps<Stage> = [
  ['acts', 9, (stage, who, how) => act(deviceOf(stage, who), how, stage)],
  ['rings', 14, rings],
  ['both act', 16, bothAct],
  ['raw', 4, raw],
  ['all arrives', 4, (stage) => stage.flush()],
  ['again', 2, again],
  ['line breaks', 2, (stage, who) => deviceOf(stage, who).link.break()],
  ['line dies', 2, (stage, who) => deviceOf(stage, who).link.die()],
  ['network away', 1, networkAway],
  ['network back', 2, networkBack],
  ['page reloads', 1, (stage, who) => deviceOf(stage, who).reload()],
  ['logs out', 0.5, (stage, who) => deviceOf(stage, who).logOut()],
  ['logs in', 1, (stage, who) => deviceOf(stage, who).signIn()],
  ['media breaks', 1, (stage, who) => deviceOf(stage, who).media.break()],
  ['back end acts', 1, backEndActs],
];

export async function take<S extends Stage>(
  stage: S,
  steps: Steps<S>,
  [what, who, how]: Step,
): Promise<void> {
  const step = steps.find(([name]) => name === what);
  if (step === undefined) throw new Error(`nothing is called "${what}"`);
  await step[2](stage, who, how);
  await stage.afterStep();
}

export function deviceOf<D extends Device>({ devices }: { devices: readonly D[] }, who: number): D {
  return chosen(devices, who);
}

export function chosen<T>(things: readonly T[], index: number): T {
  const thing = things[index % things.length];
  if (thing === undefined) throw new Error('there is nothing to choose from');
  return thing;
}

/** What a user may do in the phase their device shows. */
function act(device: Device, how: number, stage: Stage): void {
  const acts = ACTS[device.state.phase];
  chosen(acts, how)(device, how, stage);
}

type Act = (device: Device, how: number, stage: Stage) => void;

const hangsUp: Act = (device) => device.wish((engine) => engine.hangup());

const CALLS: readonly Act[] = [
  ...[0, 1, 2, 3, 4].map(() => calls),
  (device, _how, stage) => device.join((engine) => engine.joinGroup(stage.team)),
  (device, how, stage) => {
    const callId = [...stage.calls.keys()].at(-1 - (how % 2));
    if (callId !== undefined) device.join((engine) => engine.join(callId));
  },
  (device, _how, stage) => {
    if (device.state.elsewhere !== null) device.join((engine) => engine.moveHere());
    else calls(device, 0, stage);
  },
];

const IN_CALL: readonly Act[] = [
  hangsUp,
  (device) =>
    device.wish((engine) =>
      engine.state.waiting === null
        ? engine.hangup()
        : engine.acceptWaiting({ currentCall: 'end', video: false }),
    ),
  (device, how, stage) => {
    const others = stage.users.filter((one) => one !== device.userId);
    device.wish((engine) => engine.inviteUser([chosen(others, how)], { timeout: stage.shortRing }));
  },
  (device) => {
    const to = device.state.mediaType === 'video' ? 'audio' : 'video';
    device.wish((engine) => engine.switchCallMediaType(to));
  },
  (device) =>
    device.wish((engine) =>
      engine.state.waiting === null
        ? engine.holdCall(true)
        : engine.acceptWaiting({ currentCall: 'hold' }),
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

function calls(device: Device, how: number, stage: Stage): void {
  const others = stage.users.filter((one) => one !== device.userId);
  const whom = how % 5 === 4 ? others : [chosen(others, how)];
  const options = {
    groupId: how % 7 === 6 ? stage.team : '',
    timeout: [30, stage.shortRing, 0, 30][how % 4] ?? 30,
  };
  device.wish((engine) => engine.calls(whom, how % 3 === 0 ? 'video' : 'audio', options));
}

/** Someone free calls, and it rings: from here acts can cross. With `how`, it is answered, too. */
async function rings(stage: Stage, who: number, how: number): Promise<void> {
  const free = stage.devices.filter(({ state }) => ['idle', 'ended'].includes(state.phase));
  if (free.length === 0) return;
  calls(chosen(free, who), how * 3 + 1, stage);
  await stage.settle();
  await stage.flush();
  if (how % 3 !== 0) return;
  const rung = stage.devices.find(({ state }) => state.phase === 'incoming');
  rung?.wish((engine) => engine.accept());
  await stage.settle();
  await stage.flush();
}

/** Two devices that show the same call act in it before either is heard. */
function bothAct(stage: Stage, who: number, how: number): void {
  const shown = stage.devices.filter(({ state }) => state.callId !== null);
  const one = shown.length === 0 ? undefined : chosen(shown, who);
  if (one === undefined) return;
  const others = shown.filter((it) => it !== one && it.state.callId === one.state.callId);
  const other = others.length === 0 ? undefined : chosen(others, how);
  stage.hold();
  act(one, how, stage);
  if (other !== undefined) act(other, how >> 1, stage);
}

function networkAway(stage: Stage, who: number): void {
  const { link } = deviceOf(stage, who);
  link.break();
  link.away = true;
}

function networkBack(stage: Stage, who: number): void {
  const away = stage.devices.filter(({ link }) => link.away);
  const device = away.length > 0 ? chosen(away, who) : deviceOf(stage, who);
  device.link.away = false;
  device.comesBack();
}

/** The customer's back end, through the REST API. */
function backEndActs(stage: Stage, who: number, how: number): void {
  const { backEnd } = stage;
  const callId = recentCall(stage, how);
  if (backEnd === null) return;
  const userId = chosen(stage.users, who);
  const works = [
    () => (callId === undefined ? Promise.resolve() : backEnd.endCall(callId)),
    () => (callId === undefined ? Promise.resolve() : backEnd.remove(callId, userId)),
    () => backEnd.kick(userId),
  ];
  // A call that is gone is refused, which is all there is to it.
  stage.working(chosen(works, how >> 1)().catch(() => undefined));
}

export function recentCall(stage: Stage, how: number): CallId | undefined {
  return [...stage.calls.keys()].at(-1 - (how % 2));
}

let rawIds = 0;

/** So many calls back, and then one that there is not. */
export const RAW_TARGETS = 8;

/** An odd client says any command of any call, whatever its user's part in it is. */
async function raw(stage: Stage, who: number, how: number): Promise<void> {
  const { session, command } = await oddWish(stage, who, how);
  session.say(command);
}

/** Who says what by these numbers. */
export async function oddWish(stage: Stage, who: number, how: number) {
  const session: RawSession = chosen(stage.raw, who);
  const id = parseCommandId(`raw-command-${String((rawIds += 1)).padStart(8, '0')}`);
  if (id === null) throw new Error('there are no such ids');
  const turn = Math.floor(how / COMMANDS.length);
  const target = turn % RAW_TARGETS;
  const variant = Math.floor(turn / RAW_TARGETS) + Math.floor(who / stage.raw.length);
  const type = chosen(COMMANDS, how);
  const command = oddCommand({
    ...{ type, id, how: variant, team: stage.team },
    callId: rawTarget(stage, target),
    others: stage.users.filter((one) => one !== session.userId),
    earlier: type === 'cancel' ? earlierOf(stage, session, variant) : null,
    userSig: type === 'renew-user-sig' ? await session.freshSig() : '',
  });
  return { session, command };
}

function rawTarget({ calls }: Stage, target: number): CallId {
  const callId = target === RAW_TARGETS - 1 ? undefined : [...calls.keys()].at(-1 - target);
  return callId ?? ('call-that-is-not-there' as CallId);
}

/** A command of the same user, on any device, that made a call or came into one. */
function earlierOf(stage: Stage, { userId }: RawSession, which: number): Command['id'] | null {
  const parties = [...stage.devices, ...stage.raw].filter((one) => one.userId === userId);
  const made = stage.said.filter(
    ({ link, command }) =>
      (command.type === 'call' || command.type === 'join-group') &&
      parties.some((one) => one.link === link),
  );
  return made.at(-1 - (which % 3))?.command.id ?? null;
}

/** What was said before is said again on the same line (a replayed frame, a retry after a lost answer). */
async function again(stage: Stage, who: number, how: number): Promise<void> {
  const said = stage.said.slice(-4);
  if (said.length === 0) return;
  await stage.again(chosen(said, how + who));
}
