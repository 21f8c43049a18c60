import type { Command } from '../../../src/protocol/index.ts';
import {
  acts,
  connected,
  disconnected,
  dueTimer,
  givesUp,
  receives,
  overduePending,
  reloads,
  timerFires,
  type Device,
  type Down,
  type Moved,
} from './device.ts';
import { checkStep, type Cause } from './history.ts';
import { Memo } from '../search/memo.ts';
import type { Actor, Scenario } from './scenario.ts';
import { SERVER_START, ServerSide, type ServerMoved, type ServerState } from './server-side.ts';
import { Table } from '../search/table.ts';

export interface DeviceStep {
  readonly device: number;
  /** Numbers of the commands sent. */
  readonly sent: readonly number[];
  readonly leave: boolean;
}

export interface ServerStep {
  readonly server: number;
  readonly out: readonly { readonly to: number; readonly message: number }[];
}

/** An event of the server. */
export type ServerCause = 'arrives' | 'connects' | 'loses' | 'leave-beacon' | 'start' | 'job';

export interface ServerEvent {
  readonly what: ServerCause;
  /** The index of the device; -1 where none is meant. */
  readonly device: number;
  /** The message that arrives. */
  readonly message: number;
}

/** An event of a device: the number (0 and above) of a message that arrives, or one of these. */
export const TIMER = -1;
export const RELOAD = -40;
export const CUT = -41;
export const CONNECTED = -42;
export const actEvent = (act: number) => -2 - act;

const CAUSES: readonly ServerCause[] = [
  ...(['arrives', 'connects', 'loses', 'leave-beacon', 'start', 'job'] as const),
];

/**
 * The result of production code is computed once for each state of a device or the server and each
 * event, and cached: it is a pure function of these. Devices, servers and messages are represented by
 * numbers, by their content.
 */
export class Steps {
  readonly devices = new Table<Device>();
  readonly servers = new Table<ServerState>();
  readonly messages = new Table<Command | Down>();
  readonly side: ServerSide;
  readonly #scenario: Scenario;
  readonly #deviceSteps = new Memo<DeviceStep | null>();
  readonly #serverSteps = new Memo<ServerStep>();
  readonly #timers = new Memo<boolean>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.side = new ServerSide(scenario);
  }

  /** Number of different states of the parts. */
  get parts() {
    return {
      devices: this.devices.size,
      servers: this.servers.size,
      messages: this.messages.size,
      deviceSteps: this.#deviceSteps.size,
      serverSteps: this.#serverSteps.size,
    };
  }

  now(moment: number): number {
    return this.#scenario.moments[moment] ?? 0;
  }

  isTimerDue(device: number, moment: number): boolean {
    return this.#timers.get(device, moment, () => {
      const one = this.devices.at(device);
      const now = this.now(moment);
      return dueTimer(one, now) !== null || overduePending(one, now) !== null;
    });
  }

  /** null: it cannot happen now. @throws {Violation} */
  ofDevice(place: number, before: number, event: number, moment: number): DeviceStep | null {
    const key = ((event + 64) * 8 + moment) * 16 + place;
    return this.#deviceSteps.get(before, key, () => {
      const moved = this.#moved(this.#actor(place), this.devices.at(before), event, moment);
      if (moved === null) return null;
      const sent = moved.sent.map((command) => this.messages.idOf(command));
      return { device: this.devices.idOf(moved.device), sent, leave: moved.leave };
    });
  }

  /** @throws {Violation} */
  ofServer(before: number, event: ServerEvent, moment: number): ServerStep | Promise<ServerStep> {
    const { what, device, message } = event;
    const key = (CAUSES.indexOf(what) * 16 + device + 1 + message * 256) * 8 + moment;
    const known = this.#serverSteps.find(before, key);
    if (known !== undefined) return known;
    return this.#requestServer(before, event, this.now(moment)).then((step) => {
      this.#serverSteps.set(before, key, step);
      return step;
    });
  }

  /** Formats the next timer to fire on a device. */
  dueText(device: number, moment: number): string {
    const one = this.devices.at(device);
    const now = this.now(moment);
    return dueTimer(one, now) ?? `no answer to ${overduePending(one, now)?.command.type ?? '?'}`;
  }

  messageText(message: number): string {
    if (message < 0) return '?';
    const content = this.messages.at(message);
    if (content.type === 'answer') {
      const { answer } = content;
      if (!answer.ok) return `the refusal of ${content.id}: ${answer.error.name}`;
      const call = 'call' in answer && answer.call !== null ? ` (${viewText(answer.call)})` : '';
      return `the answer to ${content.id.replace(/-+$/, '')}${call}`;
    }
    if (content.type === 'call-changed') return `call-changed (${viewText(content.call)})`;
    return content.type;
  }

  #moved(actor: Actor, device: Device, event: number, moment: number): Moved | null {
    const now = this.now(moment);
    if (event >= 0) return receives(actor, device, this.messages.at(event) as Down, now);
    if (event === RELOAD) return reloads(actor, device, now);
    if (event === CUT) return disconnected(actor, device, now);
    if (event === CONNECTED) return connected(actor, device, now);
    if (event !== TIMER) return acts(actor, device, -2 - event, now);
    const timer = dueTimer(device, now);
    if (timer !== null) return timerFires(actor, device, timer, now);
    const overdue = overduePending(device, now);
    return overdue === null ? null : givesUp(actor, device, overdue, now);
  }

  async #requestServer(id: number, event: ServerEvent, now: number): Promise<ServerStep> {
    const { what, device, message } = event;
    const before = this.servers.at(id);
    const cause: Cause | null =
      what === 'arrives'
        ? { command: this.messages.at(message) as Command, ...this.#actor(device) }
        : null;
    const moved = await this.#serverMoved(before, event, cause, now);
    const { actors, callWaiting = false } = this.#scenario;
    checkStep(before, moved, cause, { now: now + SERVER_START, actors, callWaiting });
    const out = moved.out.map(({ to, down }) => ({ to, message: this.messages.idOf(down) }));
    return { server: this.servers.idOf(moved.server), out };
  }

  #serverMoved(
    before: ServerState,
    { what, device }: ServerEvent,
    cause: Cause | null,
    now: number,
  ): Promise<ServerMoved> {
    if (cause !== null) return this.side.takes(before, device, cause.command, now);
    if (what === 'connects') return this.side.connects(before, device, now);
    if (what === 'loses') return this.side.disconnects(before, device, now);
    if (what === 'leave-beacon') return this.side.receivesLeaveBeacon(before, device, now);
    if (what === 'start') return this.side.starts(before, now);
    return this.side.works(before, now);
  }

  #actor(place: number): Actor {
    const actor = this.#scenario.actors[place];
    if (actor === undefined) throw new Error(`no device ${place}`);
    return actor;
  }
}

function viewText({ version, status, members, endReason }: ViewText): string {
  const who = members.map((one) => `${one.userId} ${one.status}`).join(', ');
  return `v${version} ${endReason ?? status}: ${who}`;
}

interface ViewText {
  readonly version: number;
  readonly status: string;
  readonly endReason: string | null;
  readonly members: readonly { readonly userId: string; readonly status: string }[];
}
