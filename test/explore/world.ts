import type { Command } from '../../src/protocol/index.ts';
import {
  acts,
  connected,
  disconnected,
  dueTimer,
  givesUp,
  hears,
  newDevice,
  overduePending,
  reloads,
  timerFires,
  type Device,
  type Down,
  type Moved,
} from './device.ts';
import { checkStep, type Cause } from './history.ts';
import { Memo } from './memo.ts';
import { checkQuiet, checkRing } from './quiet.ts';
import { type Actor, type Scenario } from './scenario.ts';
import { ServerSide, type ServerMoved, type ServerState } from './server-side.ts';
import { Table } from './table.ts';

/** One thing that can happen next, and the words for it in a trace. */
export interface Happening {
  readonly what: What;
  /** The place of the device; -1 where none is meant. */
  readonly device: number;
  /** Which of its acts. */
  readonly act: number;
}

export type What =
  | 'act'
  | 'hears'
  | 'arrives'
  | 'timer'
  | 'gives up'
  | 'good-bye'
  | 'connects'
  | 'loses'
  | 'reloads'
  | 'job'
  | 'kill'
  | 'start'
  | 'time';

/** Where what is in a row. */
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

interface DeviceStep {
  readonly device: number;
  /** Numbers of the commands sent. */
  readonly sent: readonly number[];
  readonly leave: boolean;
}

interface ServerStep {
  readonly server: number;
  readonly out: readonly { readonly to: number; readonly message: number }[];
}

/**
 * All worlds of a scenario. A world is a row of numbers: each device, each queue and the server is one, by
 * what it contains. What production code makes of a device or the server is asked once for each of their
 * states and each thing that can happen to it, and remembered: it is a pure function of these.
 */
export class Worlds {
  readonly width: number;
  readonly #scenario: Scenario;
  readonly #serverSide: ServerSide;
  readonly #devices = new Table<Device>();
  readonly #servers = new Table<ServerState>();
  readonly #messages = new Table<Command | Down>();
  readonly #queues = new Table<readonly number[]>();
  readonly #deviceSteps = new Memo<DeviceStep | null>();
  readonly #serverSteps = new Memo<ServerStep>();
  readonly #timers = new Memo<boolean>();
  readonly #pushed = new Memo<number>();
  readonly #rests = new Memo<number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#serverSide = new ServerSide(scenario.actors, scenario.blocked);
    this.width = DEVICES + PER_DEVICE * scenario.actors.length;
  }

  get #moments(): readonly number[] {
    return this.#scenario.moments;
  }

  get actors(): readonly Actor[] {
    return this.#scenario.actors;
  }

  /** Everyone is signed in, connected and idle. */
  async first(): Promise<Int32Array> {
    let row = this.#blank();
    const turns: readonly What[] = ['connects', 'hears', 'arrives', 'hears'];
    for (let device = 0; device < this.actors.length; device += 1) {
      for (const what of turns) row = (await this.next(row, { what, device, act: 0 })) ?? row;
    }
    return row;
  }

  #blank(): Int32Array {
    const row = new Int32Array(this.width);
    row[LOSSES] = this.#scenario.losses;
    row[RESTARTS] = this.#scenario.restarts;
    row[RELOADS] = this.#scenario.reloads;
    row[SERVER] = this.#servers.idOf(this.#serverSide.initial());
    this.actors.forEach((actor, device) => {
      const at = placeOf(device);
      row[at] = this.#devices.idOf(newDevice(actor, 0));
      row[at + UP] = row[at + DOWN] = this.#queues.idOf([]);
    });
    return row;
  }

  /** Everything that can happen in this world. */
  happenings(row: Int32Array): readonly Happening[] {
    const urgentFirst = this.#overfull(row);
    if (urgentFirst !== null) return urgentFirst;
    const all: Happening[] = [];
    const server = this.#servers.at(row[SERVER] ?? 0);
    const now = this.#now(row);
    let urgent = false;
    this.actors.forEach((actor, device) => {
      const at = placeOf(device);
      const add = (what: What, act = 0) => all.push({ what, device, act });
      const { link } = this.#devices.at(row[at] ?? 0);
      const isConnected = server.connected[device] === true;
      if ((row[at + DOWN] ?? 0) !== 0) add('hears');
      if ((row[at + UP] ?? 0) !== 0) add('arrives');
      if (row[at + BEACON] === 1 && server.up) add('good-bye');
      if (server.up && !isConnected && link === 'down') add('connects');
      if (isConnected && (row[LOSSES] ?? 0) > 0) add('loses');
      if ((row[RELOADS] ?? 0) > 0) add('reloads');
      if (this.#isTimerDue(row[at] ?? 0, now)) {
        add('timer');
        urgent = true;
      }
      for (let act = 0; act < actor.acts.length; act += 1) add('act', act);
    });
    const none = { device: -1, act: 0 };
    if (this.#serverSide.hasWork(server, now)) {
      all.push({ what: 'job', ...none });
      urgent = true;
    }
    if (server.up && (row[RESTARTS] ?? 0) > 0) all.push({ what: 'kill', ...none });
    if (!server.up) all.push({ what: 'start', ...none });
    if (!urgent && (row[MOMENT] ?? 0) + 1 < this.#moments.length)
      all.push({ what: 'time', ...none });
    return all;
  }

  /**
   * What has to come first: a link that holds more than the scenario allows is emptied, and who only
   * watches hears at once (nothing depends on when they do).
   */
  #overfull(row: Int32Array): readonly Happening[] | null {
    const first: Happening[] = [];
    for (let device = 0; device < this.actors.length; device += 1) {
      const at = placeOf(device);
      const watches = this.actors[device]?.acts.length === 0;
      const most = this.#scenario.inFlight;
      const down = this.#queues.at(row[at + DOWN] ?? 0).length;
      const up = this.#queues.at(row[at + UP] ?? 0).length;
      const syncs = !this.#scenario.slowSync && this.#devices.at(row[at] ?? 0).link === 'held';
      const atOnce = watches || syncs;
      if (atOnce && up > 0) return [{ what: 'arrives', device, act: 0 }];
      if (atOnce && down > 0) return [{ what: 'hears', device, act: 0 }];
      if (down > most) first.push({ what: 'hears', device, act: 0 });
      if (up > most) first.push({ what: 'arrives', device, act: 0 });
    }
    return first.length === 0 ? null : first;
  }

  /** The world after it; null: it cannot happen now. @throws {Violation} */
  next(row: Int32Array, happening: Happening): Int32Array | null | Promise<Int32Array | null> {
    switch (happening.what) {
      case 'act':
      case 'timer':
        return this.#deviceMoves(row.slice(), happening);
      case 'hears':
        return this.#hears(row.slice(), happening);
      case 'reloads':
        return this.#reloads(row, happening);
      case 'time':
        return this.#timePasses(row.slice());
      case 'kill':
        return this.#killed(row.slice());
      default:
        return this.#serverMoves(row.slice(), happening);
    }
  }

  /** The checks of a whole world. @throws {Violation} */
  check(row: Int32Array): void {
    const now = this.#now(row);
    const devices = this.actors.map((_, device) => this.#devices.at(row[placeOf(device)] ?? 0));
    devices.forEach((device, index) => {
      if (!this.#isTimerDue(row[placeOf(index)] ?? 0, now)) checkRing(device, now);
    });
    if (!this.#isQuiet(row, devices)) return;
    const server = this.#servers.at(row[SERVER] ?? 0);
    const views = devices.map((_, device) => this.#serverSide.viewsOf(server, device, now));
    checkQuiet({ actors: this.actors, devices, views, server, now });
  }

  /** What happens, in words. */
  words(row: Int32Array, { what, device, act }: Happening): string {
    const name = this.actors[device]?.name ?? '';
    const at = placeOf(device);
    const first = (place: number) => this.#wordsOf(this.#queues.at(row[at + place] ?? 0)[0] ?? -1);
    switch (what) {
      case 'act':
        return `${name} ${this.actors[device]?.acts[act]?.name ?? '?'}`;
      case 'hears':
        return `${name} hears ${first(DOWN)}`;
      case 'arrives':
        return `the server takes ${name}'s ${first(UP)}`;
      case 'timer':
        return `${name}'s time is up: ${this.#dueWords(row[at] ?? 0, this.#now(row))}`;
      case 'good-bye':
        return `the good-bye of ${name}'s page arrives`;
      case 'connects':
        return `${name} connects`;
      case 'loses':
        return `${name}'s connection breaks`;
      case 'reloads':
        return `${name}'s page is loaded anew`;
      case 'job':
        return 'the server does what is due';
      case 'kill':
        return 'the server is killed';
      case 'start':
        return 'the server starts again';
      case 'time':
        return `time passes: ${(this.#moments[(row[MOMENT] ?? 0) + 1] ?? 0) / 1000} s since the beginning`;
      case 'gives up':
        return `${name} gives up`;
    }
  }

  /** How many different states its parts were in. */
  get parts() {
    return {
      devices: this.#devices.size,
      servers: this.#servers.size,
      messages: this.#messages.size,
      deviceSteps: this.#deviceSteps.size,
      serverSteps: this.#serverSteps.size,
    };
  }

  #now(row: Int32Array): number {
    return this.#moments[row[MOMENT] ?? 0] ?? 0;
  }

  #isTimerDue(device: number, now: number): boolean {
    return this.#timers.get(device, now, () => {
      const one = this.#devices.at(device);
      return dueTimer(one, now) !== null || overduePending(one, now) !== null;
    });
  }

  #dueWords(device: number, now: number): string {
    const one = this.#devices.at(device);
    return dueTimer(one, now) ?? `no answer to ${overduePending(one, now)?.command.type ?? '?'}`;
  }

  /** Nothing is on its way, everyone is there, and nothing is due. */
  #isQuiet(row: Int32Array, devices: readonly Device[]): boolean {
    const server = this.#servers.at(row[SERVER] ?? 0);
    const now = this.#now(row);
    if (!server.up || this.#serverSide.hasWork(server, now)) return false;
    return devices.every(({ link, pending }, device) => {
      const at = placeOf(device);
      const onTheWay = (row[at + UP] ?? 0) + (row[at + DOWN] ?? 0) + (row[at + BEACON] ?? 0);
      const settled = link === 'free' && pending.length === 0 && onTheWay === 0;
      return settled && !this.#isTimerDue(row[at] ?? 0, now);
    });
  }

  #timePasses(row: Int32Array): Int32Array {
    row[MOMENT] = (row[MOMENT] ?? 0) + 1;
    return row;
  }

  #hears(row: Int32Array, { device }: Happening): Int32Array | null {
    const at = placeOf(device);
    const message = this.#pop(row, at + DOWN);
    return this.#applyDevice(row, device, message, (actor, one, now) => {
      return hears(actor, one, this.#messages.at(message) as Down, now);
    });
  }

  #deviceMoves(row: Int32Array, { what, device, act }: Happening): Int32Array | null {
    const event = what === 'act' ? -2 - act : -1;
    return this.#applyDevice(row, device, event, (actor, one, now) => {
      if (what === 'act') return acts(actor, one, act, now);
      const timer = dueTimer(one, now);
      if (timer !== null) return timerFires(actor, one, timer, now);
      const overdue = overduePending(one, now);
      return overdue === null ? null : givesUp(actor, one, overdue, now);
    });
  }

  /** The page goes; its connection goes with it, and its beacon is on its way. */
  #reloads(row: Int32Array, { device }: Happening): Int32Array | null | Promise<Int32Array | null> {
    const at = placeOf(device);
    const moved = this.#applyDevice(row.slice(), device, RELOAD, (actor, one, now) =>
      reloads(actor, one, now),
    );
    if (moved === null) return null;
    moved[RELOADS] = (moved[RELOADS] ?? 0) - 1;
    moved[at + UP] = moved[at + DOWN] = 0;
    const { connected: up } = this.#servers.at(moved[SERVER] ?? 0);
    return up[device] === true
      ? this.#serverMoves(moved, { what: 'loses', device, act: 1 })
      : moved;
  }

  #applyDevice(
    row: Int32Array,
    device: number,
    event: number,
    move: (actor: Actor, device: Device, now: number) => Moved | null,
  ): Int32Array | null {
    const at = placeOf(device);
    const before = row[at] ?? 0;
    const step = this.#deviceSteps.get(before, (event + 64) * 8 + (row[MOMENT] ?? 0), () => {
      const actor = this.actors[device];
      const moved = actor && move(actor, this.#devices.at(before), this.#now(row));
      if (moved == null) return null;
      const sent = moved.sent.map((command) => this.#messages.idOf(command));
      return { device: this.#devices.idOf(moved.device), sent, leave: moved.leave };
    });
    if (step === null) return null;
    row[at] = step.device;
    for (const message of step.sent) this.#push(row, at + UP, message);
    if (step.leave) row[at + BEACON] = 1;
    return row;
  }

  #killed(row: Int32Array): Int32Array {
    const server = this.#servers.at(row[SERVER] ?? 0);
    row[RESTARTS] = (row[RESTARTS] ?? 0) - 1;
    row[SERVER] = this.#servers.idOf(this.#serverSide.killed(server));
    this.actors.forEach((_, device) => {
      if (server.connected[device] === true) this.#cut(row, device);
    });
    return row;
  }

  /** The device sees that its connection is gone, and with it what was on its way. */
  #cut(row: Int32Array, device: number): void {
    const at = placeOf(device);
    row[at + UP] = row[at + DOWN] = 0;
    this.#applyDevice(row, device, CUT, (actor, one, now) => disconnected(actor, one, now));
  }

  #serverMoves(row: Int32Array, happening: Happening): Int32Array | Promise<Int32Array> {
    const { what, device } = happening;
    const at = placeOf(device);
    const message = what === 'arrives' ? this.#pop(row, at + UP) : 0;
    const before = row[SERVER] ?? 0;
    const event = EVENTS.indexOf(what) * 16 + device + 1 + message * 256;
    const known = this.#serverSteps.find(before, event * 8 + (row[MOMENT] ?? 0));
    if (known !== undefined) return this.#applyServer(row, happening, known);
    return this.#askServer(before, happening, message, this.#now(row)).then((step) => {
      this.#serverSteps.set(before, event * 8 + (row[MOMENT] ?? 0), step);
      return this.#applyServer(row, happening, step);
    });
  }

  async #askServer(
    id: number,
    { what, device }: Happening,
    message: number,
    now: number,
  ): Promise<ServerStep> {
    const before = this.#servers.at(id);
    const side = this.#serverSide;
    let moved: ServerMoved;
    let cause: Cause | null = null;
    if (what === 'arrives') {
      const command = this.#messages.at(message) as Command;
      const actor = this.actors[device];
      if (actor !== undefined) cause = { command, ...actor };
      moved = await side.takes(before, device, command, now);
    } else if (what === 'connects') moved = await side.connects(before, device, now);
    else if (what === 'loses') moved = await side.disconnects(before, device, now);
    else if (what === 'good-bye') moved = await side.hearsGoodBye(before, device, now);
    else if (what === 'start') moved = await side.starts(before, now);
    else moved = await side.works(before, now);
    checkStep(before, moved, cause, { now: now + SERVER_CLOCK, actors: this.actors });
    const out = moved.out.map(({ to, down }) => ({ to, message: this.#messages.idOf(down) }));
    return { server: this.#servers.idOf(moved.server), out };
  }

  #applyServer(row: Int32Array, { what, device, act }: Happening, step: ServerStep): Int32Array {
    const at = placeOf(device);
    row[SERVER] = step.server;
    if (what === 'good-bye') row[at + BEACON] = 0;
    // A page that goes away sees nothing of it any more.
    if (what === 'loses' && act === 0) {
      row[LOSSES] = (row[LOSSES] ?? 0) - 1;
      this.#cut(row, device);
    }
    for (const { to, message } of step.out) this.#push(row, placeOf(to) + DOWN, message);
    if (what === 'connects') {
      this.#applyDevice(row, device, CONNECTED, (actor, one, now) => connected(actor, one, now));
    }
    return row;
  }

  /** Takes the first message of a queue out. */
  #pop(row: Int32Array, place: number): number {
    const queue = row[place] ?? 0;
    const [first = -1] = this.#queues.at(queue);
    row[place] = this.#rests.get(queue, 0, () =>
      this.#queues.idOf(this.#queues.at(queue).slice(1)),
    );
    return first;
  }

  #push(row: Int32Array, place: number, message: number): void {
    const queue = row[place] ?? 0;
    row[place] = this.#pushed.get(queue, message, () =>
      this.#queues.idOf([...this.#queues.at(queue), message]),
    );
  }

  #wordsOf(message: number): string {
    if (message < 0) return '?';
    const said = this.#messages.at(message);
    if (said.type === 'answer') {
      const { answer } = said;
      if (!answer.ok) return `the refusal of ${said.id}: ${answer.error.name}`;
      const call = 'call' in answer && answer.call !== null ? ` (${viewWords(answer.call)})` : '';
      return `the answer to ${said.id.replace(/-+$/, '')}${call}`;
    }
    if (said.type === 'call-changed') return `call-changed (${viewWords(said.call)})`;
    return said.type;
  }
}

const EVENTS: readonly What[] = ['arrives', 'connects', 'loses', 'good-bye', 'start', 'job'];
/** What happens to a device from outside, beside messages (0 and above) and acts (below -1). */
const RELOAD = -40;
const CUT = -41;
const CONNECTED = -42;
const SERVER_CLOCK = 1_700_000_000_000;

const placeOf = (device: number) => DEVICES + PER_DEVICE * device;

function viewWords({ version, status, members, endReason }: ViewWords): string {
  const who = members.map((one) => `${one.userId} ${one.status}`).join(', ');
  return `v${version} ${endReason ?? status}: ${who}`;
}

interface ViewWords {
  readonly version: number;
  readonly status: string;
  readonly endReason: string | null;
  readonly members: readonly { readonly userId: string; readonly status: string }[];
}
