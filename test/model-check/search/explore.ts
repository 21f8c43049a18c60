import { Agenda } from './agenda.ts';
import { NOTHING } from './diagram.ts';
import { QuietWorlds } from '../model/quiescent-worlds.ts';
import type { Scenario } from '../model/scenario.ts';
import { Table } from './table.ts';
import { Trace } from '../model/trace.ts';
import { Turns, type Stage, type Turn } from '../model/turns.ts';
import { Violation } from '../model/violation.ts';

export interface Explored {
  /** Different worlds: the server, the time, the possible faults, and each device with its connection. */
  readonly states: number;
  /** Worlds with no message on its way, no timer due, and every device connected. */
  readonly quiet: number;
  /** Different stages: worlds without their devices. */
  readonly stages: number;
  readonly parts: Turns['steps']['parts'];
  readonly found: Found | null;
}

export interface Found {
  readonly what: string;
  readonly trace: readonly string[];
}

/**
 * Explores every state that a scenario allows; stops at the first violation.
 *
 * Devices affect each other through the server only. So the worlds of one stage (the server, the time,
 * the possible faults) are stored together, as a decision diagram over the devices, and a turn of the
 * server changes all of them at once, each device by itself. This is exact: plain-search.ts, which
 * explores one world after the other, reaches the same worlds.
 */
export async function explore(scenario: Scenario): Promise<Explored> {
  const search = new Search(scenario, progress);
  const found = await search.run();
  if (found === null) return search.explored(null);
  // Once more, fewest turns first: this finds a short path to a violation.
  const shorter = await new Search(scenario, (_, length) => length).run();
  return search.explored(shorter ?? found);
}

/** The priority of stages: the lowest comes first. */
type Order = (stage: Stage, length: number, turns: Turns) => number;

class Search {
  readonly #turns: Turns;
  readonly #order: Order;
  readonly #stages = new Table<Stage>();
  /** By the number of their stage: the worlds reached, and the unexplored ones among them. */
  readonly #met: number[] = [];
  readonly #fresh: number[] = [];
  readonly #agenda = new Agenda();
  readonly #trace: Trace;
  readonly #quiet: QuietWorlds;

  constructor(scenario: Scenario, order: Order) {
    this.#turns = new Turns(scenario);
    this.#order = order;
    this.#trace = new Trace(this.#turns);
    this.#quiet = new QuietWorlds(this.#turns);
  }

  async run(): Promise<Found | null> {
    const { stage, worlds } = await this.#turns.first();
    this.#meet(stage, worlds, 0);
    for (let next = this.#agenda.next(); next !== null; next = this.#agenda.next()) {
      const from = this.#stages.at(next.item);
      const fresh = this.#fresh[next.item] ?? NOTHING;
      this.#fresh[next.item] = NOTHING;
      for (const turn of this.#turns.of(from, fresh)) {
        const found = await this.#take(from, fresh, turn, next.length + 1);
        if (found !== null) return found;
      }
    }
    return null;
  }

  explored(found: Found | null): Explored {
    const { diagram, steps } = this.#turns;
    const states = this.#met.reduce((sum, worlds) => sum + diagram.count(worlds), 0);
    const { count: quiet } = this.#quiet;
    return { states, quiet, stages: this.#stages.size, parts: steps.parts, found };
  }

  async #take(from: Stage, fresh: number, turn: Turn, length: number): Promise<Found | null> {
    const way = this.#trace.along(from, fresh, turn);
    try {
      const given = this.#turns.turned(from, turn);
      const { stage, passes } = given instanceof Promise ? await given : given;
      let worlds = fresh;
      for (const pass of passes) {
        way.passes(pass, worlds);
        worlds = this.#turns.passed(worlds, pass);
      }
      const added = this.#meet(stage, worlds, length);
      if (added === NOTHING) return null;
      way.leadsTo(stage, added);
      this.#quiet.check(stage, added);
      return null;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return { what: error.message, trace: way.toViolation(error) };
    }
  }

  /** Returns the new ones. */
  #meet(stage: Stage, worlds: number, length: number): number {
    const { diagram } = this.#turns;
    const id = this.#stages.idOf(stage);
    const met = this.#met[id] ?? NOTHING;
    const added = diagram.without(worlds, met);
    if (added === NOTHING) return NOTHING;
    this.#met[id] = diagram.either(met, added);
    const fresh = this.#fresh[id] ?? NOTHING;
    this.#fresh[id] = diagram.either(fresh, added);
    if (fresh === NOTHING) this.#agenda.add(this.#order(stage, length, this.#turns), id, length);
    return added;
  }
}

/**
 * The progress that cannot be undone: in this order most worlds of a stage are known when it is explored.
 * The result is the same in any order.
 */
function progress(stage: Stage, _: number, { steps }: Turns): number {
  const { contents, connected, up } = steps.servers.at(stage.server);
  const versions = contents.calls.reduce((sum, call) => sum + call.version, 0);
  const done = contents.commands.length * 2 + versions;
  const mishaps = stage.losses * 4 + stage.reloads * 4 + stage.restarts * 2 + (up ? 0 : 1);
  return ((stage.moment * 64 - mishaps) * 512 + done) * 16 + connected.filter(Boolean).length;
}
