import { newDevice } from './device.ts';
import { DeviceSets, type Change, type Linked } from '../search/device-sets.ts';
import { Diagram } from '../search/diagram.ts';
import { NONE } from '../search/number-sets.ts';
import type { Actor, Scenario } from './scenario.ts';
import { CONNECTED, Steps, type ServerCause, type ServerStep } from './steps.ts';
import { Table } from '../search/table.ts';

/** The server, the time, and the faults that are still possible. */
export interface Stage {
  readonly server: number;
  readonly moment: number;
  readonly losses: number;
  readonly restarts: number;
  readonly reloads: number;
}

/** A possible next event outside the devices. */
export interface Turn {
  readonly what: ServerCause | 'reloads' | 'kill' | 'time';
  /** The index of the device; -1 where none is meant. */
  readonly device: number;
  /** The message that arrives. */
  readonly message: number;
}

/** An event for all devices at once: for each index, the event of that device; null: none. */
export interface Pass {
  readonly changes: readonly (Change | null)[];
  readonly moment: number;
}

/** The effect of a turn on a stage, and on the devices, one pass after the other. */
export interface Turned {
  readonly stage: Stage;
  readonly passes: readonly Pass[];
}

/** The effects of the server and the world in a scenario: the stages, and the changes of the devices. */
export class Turns {
  readonly steps: Steps;
  readonly devices: readonly DeviceSets[];
  readonly diagram: Diagram;
  readonly #scenario: Scenario;
  readonly #queues = new Table<readonly number[]>();
  readonly #killed = new Map<number, number>();
  #firsts: readonly number[] = [];

  constructor(scenario: Scenario) {
    if (scenario.prompt === true && scenario.moments.length > 1)
      throw new Error('what is heard later is not what is heard at once: time may not pass');
    this.#scenario = scenario;
    this.steps = new Steps(scenario);
    this.devices = scenario.actors.map(
      (actor, place) => new DeviceSets(place, actor, this.steps, scenario.prompt === true),
    );
    this.diagram = new Diagram(this.devices.map(({ sets }) => sets));
  }

  get actors(): readonly Actor[] {
    return this.#scenario.actors;
  }

  /** Every device is signed in, connected and idle; the worlds include the actions of users from there. */
  async first(): Promise<{ readonly stage: Stage; readonly worlds: number }> {
    const { losses, restarts, reloads } = this.#scenario;
    let server = this.steps.servers.idOf(this.steps.side.initial());
    const firsts: number[] = [];
    for (const [place, actor] of this.actors.entries()) {
      const signedIn = await this.#signIn(server, place, actor);
      server = signedIn.server;
      firsts.push(signedIn.device);
    }
    this.#firsts = firsts;
    const sets = this.devices.map((one, place) => one.of(calm(firsts[place] ?? 0), 0));
    const stage = { server, moment: 0, losses, restarts, reloads };
    return { stage, worlds: this.diagram.box(sets) };
  }

  /** Each device right after its sign-in. */
  get firstDevices(): readonly number[] {
    return this.#firsts;
  }

  async #signIn(first: number, place: number, actor: Actor) {
    let server = first;
    let device = this.steps.devices.idOf(newDevice(actor, 0));
    const up: number[] = [];
    const happens = (event: number) => {
      const step = this.steps.ofDevice(place, device, event, 0);
      if (step === null) throw new Error(`${actor.name} cannot sign in`);
      device = step.device;
      up.push(...step.sent);
    };
    const request = async (what: ServerCause, message: number) => {
      const step = await this.steps.ofServer(server, { what, device: place, message }, 0);
      server = step.server;
      if (what === 'connects') happens(CONNECTED);
      for (const sent of step.out) happens(sent.message);
    };
    await request('connects', 0);
    for (let next = up.shift(); next !== undefined; next = up.shift())
      await request('arrives', next);
    return { server, device };
  }

  /** All turns that are possible in one of these worlds. */
  of(stage: Stage, worlds: number): readonly Turn[] {
    const { up, connected } = this.steps.servers.at(stage.server);
    const all: Turn[] = [];
    const add = (what: Turn['what'], device = -1, message = 0) =>
      all.push({ what, device, message });
    this.devices.forEach((devices, device) => {
      const set = this.diagram.at(worlds, device);
      for (const message of devices.heads(set)) add('arrives', device, message);
      const may = (what: 'leave-beacon' | 'connects') =>
        up && devices.changed(set, { what }, stage.moment) !== NONE;
      if (may('leave-beacon')) add('leave-beacon', device);
      if (connected[device] !== true && may('connects')) add('connects', device);
      if (connected[device] === true && stage.losses > 0) add('loses', device);
      if (stage.reloads > 0) add('reloads', device);
    });
    const isDue = this.hasWork(stage);
    if (isDue) add('job');
    if (up && stage.restarts > 0) add('kill');
    if (!up) add('start');
    if (!isDue && stage.moment + 1 < this.#scenario.moments.length) add('time');
    return all;
  }

  hasWork({ server, moment }: Stage): boolean {
    return this.steps.side.hasWork(this.steps.servers.at(server), this.steps.now(moment));
  }

  /** The result of a turn. @throws {Violation} */
  turned(stage: Stage, turn: Turn): Turned | Promise<Turned> {
    const given = this.#turned(stage, turn);
    return given instanceof Promise
      ? given.then((turned) => this.#withoutLost(stage, turned))
      : this.#withoutLost(stage, given);
  }

  /** When no loss is possible any more, no state with LOST messages remains. */
  #withoutLost(before: Stage, { stage, passes }: Turned): Turned {
    if (this.#scenario.prompt !== true || isSafe(before) || !isSafe(stage))
      return { stage, passes };
    return { stage, passes: [...passes, this.#allDevices('safe', stage.moment)] };
  }

  #turned(stage: Stage, turn: Turn): Turned | Promise<Turned> {
    switch (turn.what) {
      case 'time': {
        const later = stage.moment + 1;
        const passes = [this.#allDevices('calm', stage.moment), this.#allDevices('later', later)];
        return { stage: { ...stage, moment: later }, passes };
      }
      case 'kill':
        return this.#kills(stage);
      case 'reloads':
        return this.#reloads(stage, turn);
      default:
        return this.#request(stage, turn, turn.what);
    }
  }

  #request(stage: Stage, turn: Turn, what: ServerCause): Turned | Promise<Turned> {
    const { device, message } = turn;
    const asked = this.steps.ofServer(stage.server, { what, device, message }, stage.moment);
    return asked instanceof Promise
      ? asked.then((step) => this.#sent(stage, turn, step))
      : this.#sent(stage, turn, asked);
  }

  #sent(stage: Stage, { what, device, message }: Turn, step: ServerStep): Turned {
    const own: Change | null =
      what === 'arrives'
        ? { what, message }
        : what === 'connects' || what === 'loses' || what === 'leave-beacon' || what === 'reloads'
          ? { what }
          : null;
    const losses = stage.losses - (what === 'loses' ? 1 : 0);
    const after = { ...stage, server: step.server, losses };
    const { moment } = stage;
    const sent = this.actors.map((_, place): Change | null => {
      const messages = step.out.filter(({ to }) => to === place).map((one) => one.message);
      const queue = this.#queues.idOf(messages);
      return messages.length === 0 ? null : { what: 'sent', queue, messages, safe: isSafe(after) };
    });
    const passes = [
      { changes: this.actors.map((_, place) => (place === device ? own : null)), moment },
      { changes: sent, moment },
    ];
    return { stage: after, passes };
  }

  /** The page closes; its connection ends with it, and its beacon is on its way. */
  #reloads(before: Stage, turn: Turn): Turned | Promise<Turned> {
    const stage = { ...before, reloads: before.reloads - 1 };
    const { connected } = this.steps.servers.at(stage.server);
    if (connected[turn.device] !== true)
      return this.#sent(stage, turn, { server: stage.server, out: [] });
    return this.#request(stage, turn, 'loses');
  }

  #kills(stage: Stage): Turned {
    const { servers, side } = this.steps;
    const before = servers.at(stage.server);
    const server = this.#killed.get(stage.server) ?? servers.idOf(side.killed(before));
    this.#killed.set(stage.server, server);
    const cut: Change = { what: 'loses' };
    const changes = this.actors.map((_, place) => (before.connected[place] === true ? cut : null));
    const restarts = stage.restarts - 1;
    return { stage: { ...stage, server, restarts }, passes: [{ changes, moment: stage.moment }] };
  }

  #allDevices(what: 'calm' | 'later' | 'safe', moment: number): Pass {
    return { changes: this.actors.map((): Change => ({ what })), moment };
  }

  /** The worlds after a pass. @throws {Violation} */
  passed(worlds: number, { changes, moment }: Pass): number {
    return this.diagram.mapped(
      worlds,
      changes.map((change, place) => {
        const devices = this.devices[place];
        if (change === null || devices === undefined) return null;
        return (set: number) => devices.changed(set, change, moment);
      }),
    );
  }
}

/** No message is on its way. */
export const calm = (device: number): Linked => ({ device, up: [], down: [], beacon: false });

const isSafe = ({ losses, restarts, reloads }: Stage) => losses + restarts + reloads === 0;
