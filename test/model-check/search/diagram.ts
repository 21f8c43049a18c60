import { Cache } from './cache.ts';
import { NONE, type NumberSets } from './number-sets.ts';
import { Rows } from './rows.ts';

/** Leads, for each member of `set`, to `next`. */
interface Edge {
  readonly set: number;
  readonly next: number;
}

/** The mapping of a set at one position; null: the identity. */
export type Change = ((set: number) => number) | null;

export const NOTHING = 0;
const END = 1;

/**
 * Sets of rows, as decision diagrams: a node has edges with disjoint sets of the values at one position
 * of a row, each to a node for the rest. Equal sets of rows are the same node.
 */
export class Diagram {
  readonly #sets: readonly NumberSets[];
  /** Each is its position, and for each edge the next node and the set. */
  readonly #nodes = new Rows();
  readonly #either = new Cache();
  readonly #without = new Cache();

  /** The sets of each position. */
  constructor(sets: readonly NumberSets[]) {
    this.#sets = sets;
    // The two nodes without edges, each a row of its own.
    this.#nodes.idOf(Uint32Array.of(NOTHING));
    this.#nodes.idOf(Uint32Array.of(END));
  }

  edges(node: number): readonly Edge[] {
    const row = this.#nodes.at(node);
    const edges: Edge[] = [];
    for (let at = 1; at + 1 < row.length; at += 2) {
      edges.push({ next: row[at] ?? NOTHING, set: row[at + 1] ?? NONE });
    }
    return edges;
  }

  /** All rows of which each number is in the set of its position. */
  box(sets: readonly number[]): number {
    return sets.reduceRight((next, set, place) => this.#node(place, [{ set, next }]), END);
  }

  either(a: number, b: number, place = 0): number {
    if (a === b || b === NOTHING) return a;
    if (a === NOTHING) return b;
    const [less, more] = a < b ? [a, b] : [b, a];
    return this.#either.get(less, more, () => this.#unite(less, more, place));
  }

  /** The rows of `a` that are not in `b`. */
  without(a: number, b: number, place = 0): number {
    if (a === b || a === NOTHING) return NOTHING;
    if (b === NOTHING) return a;
    return this.#without.get(a, b, () => this.#subtract(a, b, place));
  }

  /** Each row with each position mapped by itself. */
  mapped(node: number, changes: readonly Change[]): number {
    return this.#map(
      node,
      changes,
      0,
      changes.map(() => new Map<number, number>()),
    );
  }

  #map(
    node: number,
    changes: readonly Change[],
    place: number,
    known: readonly Map<number, number>[],
  ): number {
    if (node === NOTHING || node === END) return node;
    if (changes.slice(place).every((change) => change === null)) return node;
    const before = known[place]?.get(node);
    if (before !== undefined) return before;
    const change = changes[place] ?? null;
    let result = NOTHING;
    for (const edge of this.edges(node)) {
      const next = this.#map(edge.next, changes, place + 1, known);
      if (next === NOTHING) continue;
      const set = change === null ? edge.set : change(edge.set);
      if (set !== NONE) result = this.either(result, this.#node(place, [{ set, next }]), place);
    }
    known[place]?.set(node, result);
    return result;
  }

  has(node: number, row: readonly number[]): boolean {
    return this.find(node, (id, place) => id === row[place]) !== null;
  }

  /** One of the rows, with this number at this position if given. */
  rowOf(node: number, on: { readonly place: number; readonly linked: number } | null) {
    const row = this.find(node, (id, place) => place !== on?.place || id === on.linked);
    if (row === null) throw new Error('there is no such row');
    return row;
  }

  /** The first row of which each number satisfies the condition of its position. */
  find(node: number, isRight: (id: number, place: number) => boolean): readonly number[] | null {
    return this.#find(node, isRight, 0, new Set());
  }

  #find(
    node: number,
    isRight: (id: number, place: number) => boolean,
    place: number,
    inVain: Set<number>,
  ): readonly number[] | null {
    if (node === END) return [];
    for (const { set, next } of inVain.has(node) ? [] : this.edges(node)) {
      const id = this.#setsAt(place)
        .at(set)
        .find((one) => isRight(one, place));
      const rest = id === undefined ? null : this.#find(next, isRight, place + 1, inVain);
      if (id !== undefined && rest !== null) return [id, ...rest];
    }
    inVain.add(node);
    return null;
  }

  /** The number of rows. */
  count(node: number): number {
    return this.#count(node, 0, new Map());
  }

  /** All values at this position in any row. */
  at(node: number, place: number): number {
    let level = new Set([node]);
    for (let above = 0; above < place; above += 1) {
      level = new Set([...level].flatMap((one) => this.edges(one).map(({ next }) => next)));
    }
    const sets = this.#setsAt(place);
    let all = NONE;
    for (const one of level) for (const { set } of this.edges(one)) all = sets.either(all, set);
    return all;
  }

  #count(node: number, place: number, known: Map<number, number>): number {
    if (node === END) return 1;
    const before = known.get(node);
    if (before !== undefined) return before;
    const sets = this.#setsAt(place);
    let all = 0;
    for (const { set, next } of this.edges(node)) {
      all += sets.at(set).length * this.#count(next, place + 1, known);
    }
    known.set(node, all);
    return all;
  }

  #unite(a: number, b: number, place: number): number {
    const sets = this.#setsAt(place);
    const edges: Edge[] = [];
    let rest = [...this.edges(b)];
    for (const one of this.edges(a)) {
      let left = one.set;
      const others: Edge[] = [];
      for (const other of rest) {
        const common = sets.common(left, other.set);
        if (common === NONE) {
          others.push(other);
          continue;
        }
        edges.push({ set: common, next: this.either(one.next, other.next, place + 1) });
        left = sets.without(left, common);
        const otherLeft = sets.without(other.set, common);
        if (otherLeft !== NONE) others.push({ set: otherLeft, next: other.next });
      }
      rest = others;
      if (left !== NONE) edges.push({ set: left, next: one.next });
    }
    return this.#node(place, [...edges, ...rest]);
  }

  #subtract(a: number, b: number, place: number): number {
    const sets = this.#setsAt(place);
    const edges: Edge[] = [];
    for (const one of this.edges(a)) {
      let left = one.set;
      for (const other of this.edges(b)) {
        const common = sets.common(left, other.set);
        if (common === NONE) continue;
        left = sets.without(left, common);
        const next = this.without(one.next, other.next, place + 1);
        if (next !== NOTHING) edges.push({ set: common, next });
      }
      if (left !== NONE) edges.push({ set: left, next: one.next });
    }
    return this.#node(place, edges);
  }

  #node(place: number, edges: readonly Edge[]): number {
    const sets = this.#setsAt(place);
    const byNext = new Map<number, number>();
    for (const { set, next } of edges) byNext.set(next, sets.either(byNext.get(next) ?? NONE, set));
    if (byNext.size === 0) return NOTHING;
    const joined = [...byNext].sort(([a], [b]) => a - b);
    return this.#nodes.idOf(Uint32Array.from([place, ...joined.flat()]));
  }

  #setsAt(place: number): NumberSets {
    const sets = this.#sets[place];
    if (sets === undefined) throw new Error(`a row has no place ${place}`);
    return sets;
  }
}
