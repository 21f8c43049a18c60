import { newDevice, type Device } from './device.ts';
import { Memo } from '../search/memo.ts';
import { checkQuietDevice, checkQuietServer, checkRing } from './quiescence.ts';
import type { Actor, Scenario } from './scenario.ts';
import {
  actEvent,
  CONNECTED,
  CUT,
  RELOAD,
  Steps,
  TIMER,
  type ServerCause,
  type ServerStep,
} from './steps.ts';
import { Table } from '../search/table.ts';

/** One possible next event, and its description in a trace. */
export interface Happening {
  readonly what: What;
  /** The index of the device; -1 where none is meant. */
  readonly device: number;
  /** Which of its actions. */
  readonly act: number;
}

export type What =
  | 'act'
  | 'hears'
  | 'arrives'
  | 'timer'
  | 'leave-beacon'
  | 'connects'
  | 'loses'
  | 'reloads'
  | 'job'
  | 'kill'
  | 'start'
  | 'time';

/** The positions in a row. */
const MOMENT = 0;
const LOSSES = 1;
const RESTARTS = 2;
const RELOADS = 3;
const SERVER = 4;
const DEVICES = 5;
const PER_DEVICE = 4;
/** Within a device's part. */
const UP = 1;
const DOWN = 2;
const BEACON = 3;

/**
 * All worlds of a scenario. A world is a row of numbers: each device, each queue and the server is one number,
 * by its content.
 */
export class Worlds {
  readonly width: number;
  /** Number of checked worlds with no message on its way, no timer due, and every device connected. */
  quiet = 0;
  readonly #scenario: Scenario;
  readonly #steps: Steps;
  readonly #queues = new Table<readonly number[]>();
  readonly #pushed = new Memo<number>();
  readonly #rests = new Memo<number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#steps = new Steps(scenario);
    this.width = DEVICES + PER_DEVICE * scenario.actors.length;
  }

  get #moments(): readonly number[] {
    return this.#scenario.moments;
  }

  get actors(): readonly Actor[] {
    return this.#scenario.actors;
  }

  /** Every device is signed in, connected and idle. */
  async first(): Promise<Uint32Array> {
    let row = this.#blank();
    const turns: readonly What[] = ['connects', 'hears', 'arrives', 'hears'];
    for (let device = 0; device < this.actors.length; device += 1) {
      for (const what of turns) row = (await this.next(row, { what, device, act: 0 })) ?? row;
    }
    return row;
  }

  #blank(): Uint32Array {
    const row = new Uint32Array(this.width);
    row[LOSSES] = this.#scenario.losses;
    row[RESTARTS] = this.#scenario.restarts;
    row[RELOADS] = this.#scenario.reloads;
    row[SERVER] = this.#steps.servers.idOf(this.#steps.side.initial());
    this.actors.forEach((actor, device) => {
      const at = placeOf(device);
      row[at] = this.#steps.devices.idOf(newDevice(actor, 0));
      row[at + UP] = row[at + DOWN] = this.#queues.idOf([]);
    });
    return row;
  }

  /** Every event that is possible in this world. */
  happenings(row: Uint32Array): readonly Happening[] {
    const all: Happening[] = [];
    const server = this.#steps.servers.at(row[SERVER] ?? 0);
    const now = this.#now(row);
    let urgent = false;
    this.actors.forEach((actor, device) => {
      const at = placeOf(device);
      const add = (what: What, act = 0) => all.push({ what, device, act });
      const { link } = this.#steps.devices.at(row[at] ?? 0);
      const isConnected = server.connected[device] === true;
      if ((row[at + DOWN] ?? 0) !== 0) add('hears');
      if ((row[at + UP] ?? 0) !== 0) add('arrives');
      if (row[at + BEACON] === 1 && server.up) add('leave-beacon');
      if (server.up && !isConnected && link === 'down') add('connects');
      if (isConnected && (row[LOSSES] ?? 0) > 0) add('loses');
      if ((row[RELOADS] ?? 0) > 0) add('reloads');
      if (this.#steps.isTimerDue(row[at] ?? 0, row[MOMENT] ?? 0)) {
        add('timer');
        urgent = true;
      }
      for (let act = 0; act < actor.acts.length; act += 1) add('act', act);
    });
    const none = { device: -1, act: 0 };
    if (this.#steps.side.hasWork(server, now)) {
      all.push({ what: 'job', ...none });
      urgent = true;
    }
    if (server.up && (row[RESTARTS] ?? 0) > 0) all.push({ what: 'kill', ...none });
    if (!server.up) all.push({ what: 'start', ...none });
    if (!urgent && (row[MOMENT] ?? 0) + 1 < this.#moments.length)
      all.push({ what: 'time', ...none });
    return all;
  }

  /** The world after the event; null: it is not possible now. @throws {Violation} */
  next(row: Uint32Array, happening: Happening): Uint32Array | null | Promise<Uint32Array | null> {
    switch (happening.what) {
      case 'act':
      case 'timer':
        return this.#deviceMoves(row.slice(), happening);
      case 'hears':
        return this.#receives(row.slice(), happening);
      case 'reloads':
        return this.#reloads(row, happening);
      case 'time':
        return this.#timePasses(row.slice());
      case 'kill':
        return this.#killed(row.slice());
      default:
        return this.#serverMoves(row.slice(), happening, happening.what);
    }
  }

  /** The checks of a whole world. @throws {Violation} */
  check(row: Uint32Array): void {
    const now = this.#now(row);
    const devices = this.actors.map((_, device) =>
      this.#steps.devices.at(row[placeOf(device)] ?? 0),
    );
    devices.forEach((device, index) => {
      if (!this.#steps.isTimerDue(row[placeOf(index)] ?? 0, row[MOMENT] ?? 0))
        checkRing(device, now);
    });
    if (!this.#isQuiet(row, devices)) return;
    this.quiet += 1;
    const server = this.#steps.servers.at(row[SERVER] ?? 0);
    checkQuietServer(server, now);
    devices.forEach((device, index) => {
      const views = this.#steps.side.viewsOf(server, index, now);
      checkQuietDevice(this.actors[index]?.name ?? '', device, views);
    });
  }

  /** Number of different states of its parts. */
  get parts() {
    return this.#steps.parts;
  }

  #now(row: Uint32Array): number {
    return this.#steps.now(row[MOMENT] ?? 0);
  }

  /** No message is on its way, every device is connected, and no timer is due. */
  #isQuiet(row: Uint32Array, devices: readonly Device[]): boolean {
    const server = this.#steps.servers.at(row[SERVER] ?? 0);
    const now = this.#now(row);
    if (!server.up || this.#steps.side.hasWork(server, now)) return false;
    return devices.every(({ link, pending }, device) => {
      const at = placeOf(device);
      const onTheWay = (row[at + UP] ?? 0) + (row[at + DOWN] ?? 0) + (row[at + BEACON] ?? 0);
      const settled = link === 'free' && pending.length === 0 && onTheWay === 0;
      return settled && !this.#steps.isTimerDue(row[at] ?? 0, row[MOMENT] ?? 0);
    });
  }

  #timePasses(row: Uint32Array): Uint32Array {
    row[MOMENT] = (row[MOMENT] ?? 0) + 1;
    return row;
  }

  #receives(row: Uint32Array, { device }: Happening): Uint32Array | null {
    const message = this.#pop(row, placeOf(device) + DOWN);
    return this.#applyDevice(row, device, message);
  }

  #deviceMoves(row: Uint32Array, { what, device, act }: Happening): Uint32Array | null {
    return this.#applyDevice(row, device, what === 'act' ? actEvent(act) : TIMER);
  }

  /** The page closes; its connection ends with it, and its beacon is on its way. */
  #reloads(
    row: Uint32Array,
    { device }: Happening,
  ): Uint32Array | null | Promise<Uint32Array | null> {
    const at = placeOf(device);
    const moved = this.#applyDevice(row.slice(), device, RELOAD);
    if (moved === null) return null;
    moved[RELOADS] = (moved[RELOADS] ?? 0) - 1;
    moved[at + UP] = moved[at + DOWN] = 0;
    const { connected: up } = this.#steps.servers.at(moved[SERVER] ?? 0);
    return up[device] === true
      ? this.#serverMoves(moved, { what: 'loses', device, act: 1 }, 'loses')
      : moved;
  }

  #applyDevice(row: Uint32Array, device: number, event: number): Uint32Array | null {
    const at = placeOf(device);
    const step = this.#steps.ofDevice(device, row[at] ?? 0, event, row[MOMENT] ?? 0);
    if (step === null) return null;
    row[at] = step.device;
    for (const message of step.sent) this.#push(row, at + UP, message);
    if (step.leave) row[at + BEACON] = 1;
    return row;
  }

  #killed(row: Uint32Array): Uint32Array {
    const server = this.#steps.servers.at(row[SERVER] ?? 0);
    row[RESTARTS] = (row[RESTARTS] ?? 0) - 1;
    row[SERVER] = this.#steps.servers.idOf(this.#steps.side.killed(server));
    this.actors.forEach((_, device) => {
      if (server.connected[device] === true) this.#cut(row, device);
    });
    return row;
  }

  /** The device notices that its connection is lost, with all messages on their way. */
  #cut(row: Uint32Array, device: number): void {
    const at = placeOf(device);
    row[at + UP] = row[at + DOWN] = 0;
    this.#applyDevice(row, device, CUT);
  }

  #serverMoves(
    row: Uint32Array,
    happening: Happening,
    what: ServerCause,
  ): Uint32Array | Promise<Uint32Array> {
    const { device } = happening;
    const message = what === 'arrives' ? this.#pop(row, placeOf(device) + UP) : 0;
    const event = { what, device, message };
    const step = this.#steps.ofServer(row[SERVER] ?? 0, event, row[MOMENT] ?? 0);
    return step instanceof Promise
      ? step.then((asked) => this.#applyServer(row, happening, asked))
      : this.#applyServer(row, happening, step);
  }

  #applyServer(row: Uint32Array, { what, device, act }: Happening, step: ServerStep): Uint32Array {
    const at = placeOf(device);
    row[SERVER] = step.server;
    if (what === 'leave-beacon') row[at + BEACON] = 0;
    // A closing page does not notice this any more.
    if (what === 'loses' && act === 0) {
      row[LOSSES] = (row[LOSSES] ?? 0) - 1;
      this.#cut(row, device);
    }
    for (const { to, message } of step.out) this.#push(row, placeOf(to) + DOWN, message);
    if (what === 'connects') {
      this.#applyDevice(row, device, CONNECTED);
    }
    return row;
  }

  /** Removes the first message of a queue. */
  #pop(row: Uint32Array, place: number): number {
    const queue = row[place] ?? 0;
    const [first = -1] = this.#queues.at(queue);
    row[place] = this.#rests.get(queue, 0, () =>
      this.#queues.idOf(this.#queues.at(queue).slice(1)),
    );
    return first;
  }

  #push(row: Uint32Array, place: number, message: number): void {
    const queue = row[place] ?? 0;
    row[place] = this.#pushed.get(queue, message, () =>
      this.#queues.idOf([...this.#queues.at(queue), message]),
    );
  }
}

const placeOf = (device: number) => DEVICES + PER_DEVICE * device;
