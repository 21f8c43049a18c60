import { RowSet } from './row-set.ts';
import type { Scenario } from './scenario.ts';
import { Violation } from './violation.ts';
import { Worlds, type Happening, type What } from './world.ts';

export interface Explored {
  readonly states: number;
  readonly steps: number;
  /** The length of the longest shortest way to a state. */
  readonly depth: number;
  readonly complete: boolean;
  readonly parts: Worlds['parts'];
  readonly found: { readonly what: string; readonly trace: readonly string[] } | null;
}

/** Every state that the scenario allows, nearest first; stops at the first violation, or at `most`. */
export async function explore(scenario: Scenario, most = Infinity): Promise<Explored> {
  const worlds = new Worlds(scenario);
  const states = new RowSet(worlds.width);
  const ways = new Ways();
  let steps = 0;
  states.add(await worlds.first());
  ways.add(-1, null);
  const result = (found: Explored['found']): Explored => ({
    states: states.size,
    steps,
    depth: ways.depth,
    complete: ways.explored === states.size,
    parts: worlds.parts,
    found,
  });
  for (let index = 0; index < states.size && states.size < most; index += 1) {
    const row = states.read(index);
    for (const happening of worlds.happenings(row)) {
      try {
        const given = worlds.next(row, happening);
        const next = given instanceof Promise ? await given : given;
        if (next === null) continue;
        steps += 1;
        if (!states.add(next)) continue;
        ways.add(index, happening);
        worlds.check(next);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        const trace = ways.to(index).concat([[index, happening]]);
        const words = trace.map(([from, step]) => worlds.words(states.read(from), step));
        return result({ what: error.message, trace: words });
      }
    }
    ways.explored = index + 1;
  }
  return result(null);
}

/** How each state was first reached. */
class Ways {
  explored = 0;
  readonly #from: number[] = [];
  readonly #how: number[] = [];
  readonly #depths: number[] = [];
  depth = 0;

  add(from: number, happening: Happening | null): void {
    const depth = from < 0 ? 0 : (this.#depths[from] ?? 0) + 1;
    this.#from.push(from);
    this.#how.push(happening === null ? 0 : encode(happening));
    this.#depths.push(depth);
    this.depth = Math.max(this.depth, depth);
  }

  /** Step by step, each with the state it was taken in. */
  to(index: number): readonly (readonly [number, Happening])[] {
    const steps: [number, Happening][] = [];
    for (let at = index; (this.#from[at] ?? -1) >= 0; at = this.#from[at] ?? -1) {
      steps.unshift([this.#from[at] ?? 0, decode(this.#how[at] ?? 0)]);
    }
    return steps;
  }
}

const WHAT: readonly What[] = [
  ...(['act', 'hears', 'arrives', 'timer', 'gives up', 'good-bye', 'connects'] as const),
  ...(['loses', 'reloads', 'job', 'kill', 'start', 'time'] as const),
];

const encode = ({ what, device, act }: Happening) =>
  WHAT.indexOf(what) * 1024 + (device + 1) * 32 + act;

function decode(code: number): Happening {
  const what = WHAT[Math.floor(code / 1024)] ?? 'time';
  return { what, device: (Math.floor(code / 32) % 32) - 1, act: code % 32 };
}
