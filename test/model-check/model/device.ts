import type { CallEffect } from '../../../src/engine/state/effects.ts';
import type { EngineEvent, TimerName } from '../../../src/engine/state/events.ts';
import { INITIAL_STATE, type EngineState } from '../../../src/engine/state/call-state.ts';
import { isTerminationOf } from '../../../src/engine/state/pending-termination.ts';
import { storageKey, loadPersisted } from '../../../src/engine/runtime/persistence.ts';
import { transition } from '../../../src/engine/transitions/transition.ts';
import {
  decodeAnswer,
  decodeServerMessage,
  errorShape,
  type Answer,
  type CallId,
  type Command,
  type CommandId,
  type ServerMessage,
} from '../../../src/protocol/index.ts';
import type { Act, Actor } from './scenario.ts';
import { NOTHING_SEEN, recorded, recordedReload, type DeviceRecord } from './recorder.ts';

/** One device as one immutable value: the production engine's state, and the state around it. */
export interface Device {
  readonly engine: EngineState;
  /** As in the signal client: commands wait from each connect until the sync is applied. */
  readonly link: 'off' | 'down' | 'held' | 'free';
  readonly pending: readonly Pending[];
  readonly timers: Readonly<Partial<Record<TimerName, number>>>;
  readonly memory: Readonly<Record<string, string>>;
  /** How often each action was done, by its index in the actor's list. */
  readonly done: readonly number[];
  /** Counter for the ids that the engine makes. */
  readonly terminations: number;
  readonly reloads: number;
  readonly record: DeviceRecord;
}

export interface Pending {
  readonly command: Command;
  readonly delivery: 'interactive' | 'reliable' | 'immediate';
  readonly since: number;
  readonly sent: boolean;
}

/** A message to a device: from the server, or an acknowledgement. */
export type Down = ServerMessage | { readonly type: 'answer'; id: CommandId; answer: Answer };

export interface Moved {
  readonly device: Device;
  readonly sent: readonly Command[];
  /** The leave beacon of a closing page. */
  readonly leave: boolean;
}

/** The devices' clocks have an offset from the server's, so that a mix-up of clocks shows. */
export const CLOCK_APART = 5_000;
/** As in the signal client. */
const PATIENCE_MS = 20_000;
const SERVER = 'https://calls.test';

export function newDevice(actor: Actor, now: number): Device {
  const blank: Device = {
    engine: INITIAL_STATE,
    link: 'off',
    pending: [],
    timers: {},
    memory: {},
    done: actor.acts.map(() => 0),
    terminations: 0,
    reloads: 0,
    record: NOTHING_SEEN,
  };
  return signIn(actor, blank, now).device;
}

/** A new page: it has only what the tab and the browser have stored. */
function signIn(actor: Actor, before: Device, now: number): Moved {
  const { memory, done, terminations, reloads, record } = before;
  const page = new DeviceMove(actor, { ...before, engine: INITIAL_STATE, link: 'off' }, now);
  page.device = { ...page.device, pending: [], timers: {}, done, terminations, reloads, record };
  const intentId = idOf(actor, `init-${reloads}`);
  const remembered = loadPersisted(memoryOf(memory), keyOf(actor));
  page.wish({
    type: 'init',
    userId: actor.userId,
    nickname: null,
    avatar: null,
    ...remembered,
    intentId,
  });
  return page.moved();
}

export function connected(actor: Actor, device: Device, now: number): Moved {
  const move = new DeviceMove(actor, { ...device, link: 'held' }, now);
  move.event({ type: 'socket-connected' });
  return move.moved();
}

export function disconnected(actor: Actor, device: Device, now: number): Moved {
  const kept = device.pending.filter(({ delivery }) => delivery !== 'immediate');
  const pending = kept.map((one) => ({ ...one, sent: false }));
  const move = new DeviceMove(actor, { ...device, link: 'down', pending }, now);
  move.event({ type: 'socket-disconnected' });
  return move.moved();
}

export function receives(actor: Actor, device: Device, down: Down, now: number): Moved {
  const move = new DeviceMove(actor, device, now);
  if (down.type === 'answer') move.answered(down.id, down.answer);
  else {
    const message = decodeServerMessage(down);
    if (message === null) throw new Error(`not understood: ${JSON.stringify(down)}`);
    move.event({ type: 'message-received', message });
  }
  return move.moved();
}

/** The user performs an action; null: it is not possible now. */
export function acts(actor: Actor, device: Device, index: number, now: number): Moved | null {
  const act: Act | undefined = actor.acts[index];
  const times = device.done[index] ?? 0;
  if (act === undefined || times >= act.times) return null;
  const wish = act.wish(device.engine);
  if (wish === null) return null;
  const done = device.done.with(index, times + 1);
  const move = new DeviceMove(actor, { ...device, done }, now);
  const intentId = idOf(actor, `${wish.type}-${index}-${times}`);
  move.wish({ ...wish, intentId });
  return move.moved();
}

/** The timer that is due, if any; the earliest first. */
export function dueTimer(device: Device, now: number): TimerName | null {
  const due = (Object.entries(device.timers) as [TimerName, number][])
    .filter(([, at]) => at <= now)
    .sort(([, a], [, b]) => a - b);
  return due[0]?.[0] ?? null;
}

export function timerFires(actor: Actor, device: Device, name: TimerName, now: number): Moved {
  const timers = withKey(device.timers, name, null);
  const move = new DeviceMove(actor, { ...device, timers }, now);
  move.event({ type: 'timer-fired', name });
  return move.moved();
}

/** A command that has waited for its full timeout. */
export function overduePending(device: Device, now: number): Pending | null {
  const isOverdue = ({ delivery, since }: Pending) =>
    delivery === 'interactive' && since + PATIENCE_MS <= now;
  return device.pending.find(isOverdue) ?? null;
}

export function givesUp(actor: Actor, device: Device, pending: Pending, now: number): Moved {
  const others = device.pending.filter((one) => one !== pending);
  const move = new DeviceMove(actor, { ...device, pending: others }, now);
  const error = errorShape('signaling-failed');
  move.event({ type: 'command-failed', command: pending.command, error });
  return move.moved();
}

/** The page closes, and another one opens in its tab. */
export function reloads(actor: Actor, device: Device, now: number): Moved {
  const leaving = new DeviceMove(actor, device, now);
  leaving.event({ type: 'page-leaving' });
  const { device: left, leave } = leaving.moved();
  const record = recordedReload(left.record);
  const next = { ...left, record, reloads: left.reloads + 1 };
  return { ...signIn(actor, next, now), leave };
}

/** One event on a device, and all its consequences there. */
class DeviceMove {
  device: Device;
  readonly #actor: Actor;
  readonly #now: number;
  readonly #sent: Command[] = [];
  readonly #queue: EngineEvent[] = [];
  #leave = false;

  constructor(actor: Actor, device: Device, now: number) {
    this.#actor = actor;
    this.device = device;
    this.#now = now;
  }

  moved(): Moved {
    return { device: this.device, sent: this.#sent, leave: this.#leave };
  }

  wish(wish: EngineEvent & { readonly intentId: CommandId }): void {
    this.#record({ type: 'wished', intentId: wish.intentId, what: wish.type });
    this.event(wish);
  }

  answered(id: CommandId, raw: Answer): void {
    const pending = this.device.pending.find(({ command }) => command.id === id);
    if (pending === undefined) return;
    const answer = decodeAnswer(pending.command.type, raw);
    this.device = { ...this.device, pending: this.#without((one) => one.id === id) };
    this.event({ type: 'command-acked', command: pending.command, answer });
  }

  event(first: EngineEvent): void {
    this.#queue.push(first);
    const at = this.#now + CLOCK_APART;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { state, effects, notifications } = transition(this.device.engine, { ...next, at });
      this.device = { ...this.device, engine: state };
      for (const effect of effects) this.#take(effect);
      for (const notification of notifications) this.#record({ type: 'notified', notification });
    }
  }

  #record(what: Parameters<typeof recorded>[2]): void {
    const record = recorded(this.device.record, this.device.engine, what);
    this.device = { ...this.device, record };
  }

  #take(effect: CallEffect): void {
    switch (effect.type) {
      case 'open-socket':
        this.device = { ...this.device, link: 'down' };
        return;
      case 'close-socket':
        return this.#closeSocket();
      case 'release-commands':
        return this.#release();
      case 'send-command':
        return this.#send(effect);
      case 'drop-command':
        return this.#drop(({ id }) => id === effect.id);
      case 'drop-call-commands':
        return this.#drop((command) => isOwnRequest(command, effect.callId));
      case 'drop-terminations':
        return this.#drop((command) => isTerminationOf(command, effect.callId));
      case 'start-timer':
        return this.#setTimer(effect.name, this.#now + effect.ms);
      case 'cancel-timer':
        return this.#setTimer(effect.name, null);
      case 'persist':
        return this.#remember(`${effect.where} ${keyOf(this.#actor)(effect.key)}`, effect.value);
      case 'send-leave':
        this.#leave = true;
        return;
      case 'prepare-media':
        return;
      default:
        return this.#takeMedia(effect);
    }
  }

  /** Media succeeds at once: the engine's property tests cover its races and failures. */
  #takeMedia(effect: Extract<CallEffect, { type: MediaEffect }>): void {
    this.#record({ type: 'asked', effect, actor: this.#actor });
    if (effect.type === 'join-media') {
      this.#queue.push({ type: 'media-joined', attempt: effect.attempt });
    }
    if (effect.type !== 'set-track') return;
    const { callId, source, on, intentId } = effect;
    this.#queue.push({ type: 'track-set', callId, source, on, intentId, error: null });
  }

  #send({ id, command, delivery }: CallEffect & { type: 'send-command' }): void {
    const named = { ...command, id: id ?? this.#ownId(command.type) } as Command;
    const free =
      this.device.link === 'free' || (this.device.link === 'held' && delivery === 'immediate');
    const pending = { command: named, delivery, since: this.#now, sent: free };
    const others = this.#without((one) => one.id === named.id);
    this.device = { ...this.device, pending: [...others, pending] };
    if (free) this.#sent.push(named);
  }

  /** Distinguishes requests: a reply to an older request must not match the newest one. */
  #ownId(type: Command['type']): CommandId {
    const { call } = this.device.engine;
    if (type === 'hangup' || type === 'reject' || type === 'cancel') {
      const terminations = this.device.terminations + 1;
      this.device = { ...this.device, terminations };
      return idOf(this.#actor, `${type}-own-${terminations}`);
    }
    const serial = type === 'media-access' && 'media' in call ? call.media.attempt : 0;
    return idOf(this.#actor, `${type}-own-${serial}`);
  }

  #release(): void {
    if (this.device.link !== 'held') return;
    const waiting = this.device.pending.filter(({ sent }) => !sent);
    this.#sent.push(...waiting.map(({ command }) => command));
    const pending = this.device.pending.map((one) => ({ ...one, sent: true }));
    this.device = { ...this.device, link: 'free', pending };
  }

  #closeSocket(): void {
    const { pending } = this.device;
    this.device = { ...this.device, link: 'off', pending: [] };
    const error = errorShape('signaling-failed');
    for (const { command } of pending) this.#queue.push({ type: 'command-failed', command, error });
  }

  #drop(matches: (command: Command) => boolean): void {
    this.device = { ...this.device, pending: this.#without(matches) };
  }

  #without(matches: (command: Command) => boolean): readonly Pending[] {
    return this.device.pending.filter(({ command }) => !matches(command));
  }

  #setTimer(name: TimerName, at: number | null): void {
    this.device = { ...this.device, timers: withKey(this.device.timers, name, at) };
  }

  #remember(key: string, value: string | null): void {
    this.device = { ...this.device, memory: withKey(this.device.memory, key, value) };
  }
}

type MediaEffect = 'join-media' | 'leave-media' | 'set-track' | 'settle';

/** In the order of the keys: two histories with the same facts give the same value. */
function withKey<V>(
  record: Readonly<Partial<Record<string, V>>>,
  key: string,
  value: V | null,
): Readonly<Record<string, V>> {
  const others = Object.entries(record).filter(([one]) => one !== key) as [string, V][];
  if (value !== null) others.push([key, value]);
  return Object.fromEntries(others.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isOwnRequest(command: Command, callId: CallId): boolean {
  const isRequest = command.type === 'media-access' || command.type === 'alerted';
  return isRequest && command.callId === callId;
}

function idOf({ name }: Actor, what: string): CommandId {
  return `${name.replaceAll(' ', '-')}-${what}`.padEnd(16, '-') as CommandId;
}

const keyOf =
  ({ userId }: Actor) =>
  (key: Parameters<typeof storageKey>[2]) =>
    storageKey(SERVER, userId, key);

function memoryOf(memory: Device['memory']) {
  const of = (where: string) => ({
    read: (key: string) => memory[`${where} ${key}`] ?? null,
    write: () => undefined,
  });
  return { tab: of('tab'), browser: of('browser') };
}
