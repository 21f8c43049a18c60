import { calm, type Turn, type Stage, type Pass, type Turns } from './turns.ts';
import { NOTHING } from '../search/diagram.ts';
import type { Step } from '../search/device-sets.ts';
import { stepText, turnText } from './format.ts';
import type { Violation } from './violation.ts';

/** A world of a known stage: the state of each device. */
type Row = readonly number[];

/** A turn of the search: the worlds before it, its passes, and the new worlds after it. */
interface Taken {
  readonly from: Stage;
  readonly worlds: number;
  readonly turn: Turn;
  readonly passes: readonly Pass[];
  readonly to: Stage;
  readonly added: number;
}

/** How worlds were reached: enough to reconstruct the path to any of them. */
export class Trace {
  readonly #turns: Turns;
  /** By the stage they lead to. */
  readonly #taken = new Map<string, Taken[]>();

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** The current turn. */
  along(from: Stage, worlds: number, turn: Turn): Way {
    return new Way(this.#turns, this, { from, worlds, turn });
  }

  keep(taken: Taken): void {
    const key = JSON.stringify(taken.to);
    const others = this.#taken.get(key);
    if (others === undefined) this.#taken.set(key, [taken]);
    else others.push(taken);
  }

  /** The path to this world, formatted. */
  to(stage: Stage, row: Row): readonly string[] {
    const { diagram } = this.#turns;
    const all = this.#taken.get(JSON.stringify(stage)) ?? [];
    const taken = all.find(({ added }) => diagram.has(added, row));
    if (taken === undefined) return this.#beginning(row);
    const way = this.along(taken.from, taken.worlds, taken.turn);
    let { worlds } = taken;
    for (const pass of taken.passes) {
      way.passes(pass, worlds);
      worlds = this.#turns.passed(worlds, pass);
    }
    return way.to(row);
  }

  /** Actions of users with every device signed in, connected and idle. */
  #beginning(row: Row): readonly string[] {
    const { devices, firstDevices } = this.#turns;
    return devices.flatMap((one, place) => {
      const steps = one.way(calm(firstDevices[place] ?? 0), null, row[place] ?? 0, 0);
      return steps.map((step) => stepText(this.#turns, place, step, 0));
    });
  }
}

/** One turn, pass by pass. */
class Way {
  readonly #turns: Turns;
  readonly #trace: Trace;
  readonly #taking: Pick<Taken, 'from' | 'worlds' | 'turn'>;
  readonly #passes: { readonly pass: Pass; readonly worlds: number }[] = [];
  #ledTo: Pick<Taken, 'to' | 'added'> | null = null;

  constructor(turns: Turns, trace: Trace, taking: Pick<Taken, 'from' | 'worlds' | 'turn'>) {
    this.#turns = turns;
    this.#trace = trace;
    this.#taking = taking;
  }

  /** Starts this pass in these worlds. */
  passes(pass: Pass, worlds: number): void {
    this.#passes.push({ pass, worlds });
  }

  leadsTo(to: Stage, added: number): void {
    this.#ledTo = { to, added };
    const passes = this.#passes.map(({ pass }) => pass);
    this.#trace.keep({ ...this.#taking, passes, to, added });
  }

  /** The path to a world after all passes. */
  to(row: Row): readonly string[] {
    return this.#after(this.#passes.length, row);
  }

  /** The path to a violation. */
  toViolation({ on }: Violation): readonly string[] {
    const { diagram } = this.#turns;
    if (this.#ledTo !== null) {
      const row = diagram.rowOf(this.#ledTo.added, on);
      return this.#trace.to(this.#ledTo.to, row);
    }
    const last = this.#passes.at(-1);
    // The violation is on the server: any possible state of the devices will do.
    if (last === undefined) return this.#after(0, this.#rowFor());
    const row = diagram.rowOf(last.worlds, on);
    const words = this.#after(this.#passes.length - 1, row);
    const place = on?.place ?? -1;
    const device = this.#turns.devices[place];
    if (device === undefined) return words;
    const change = last.pass.changes[place] ?? null;
    const steps = device.way(device.at(row[place] ?? 0), change, null, last.pass.moment);
    return [...words, ...this.#stepText(place, steps, last.pass.moment)];
  }

  /** The path to a world after this many passes; the turn itself comes before the first. */
  #after(count: number, row: Row): readonly string[] {
    const words: string[] = [];
    let at = row;
    for (let index = count - 1; index >= 0; index -= 1) {
      const { pass, worlds } = this.#passes[index] ?? NO_PASS;
      const before = this.#before(worlds, pass, at);
      words.unshift(...this.#between(before, pass, at));
      at = before;
    }
    const { from, turn } = this.#taking;
    return [...this.#trace.to(from, at), turnText(this.#turns, turn, from), ...words];
  }

  /** The events of each device by itself in a pass. */
  #between(before: Row, { changes, moment }: Pass, after: Row): readonly string[] {
    return this.#turns.devices.flatMap((device, place) => {
      const change = changes[place] ?? null;
      const from = before[place] ?? 0;
      if (change === null) return [];
      const steps = device.way(device.at(from), change, after[place] ?? 0, moment);
      return this.#stepText(place, steps, moment);
    });
  }

  #stepText(place: number, steps: readonly Step[], moment: number) {
    return steps.map((step) => stepText(this.#turns, place, step, moment));
  }

  /** One of the worlds from which a pass leads to this one. */
  #before(worlds: number, { changes, moment }: Pass, after: Row): Row {
    const { diagram, devices } = this.#turns;
    const found = diagram.find(worlds, (id, place) => {
      const change = changes[place] ?? null;
      if (change === null) return id === after[place];
      const device = devices[place];
      if (device === undefined) return false;
      return device.sets.at(device.after(id, change, moment)).includes(after[place] ?? -1);
    });
    if (found === null) throw new Error('a world came from nowhere');
    return found;
  }

  /** One of the worlds in which the turn is possible. */
  #rowFor(): Row {
    const { diagram, devices } = this.#turns;
    const { worlds, turn } = this.#taking;
    const found = diagram.find(worlds, (id, place) => {
      if (place !== turn.device || turn.what !== 'arrives') return true;
      return devices[place]?.at(id).up[0] === turn.message;
    });
    if (found === null) throw new Error('a turn came from nowhere');
    return found;
  }
}

const NO_PASS = { pass: { changes: [], moment: 0 }, worlds: NOTHING };
