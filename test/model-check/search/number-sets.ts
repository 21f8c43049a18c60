import { Cache } from './cache.ts';
import { Rows } from './rows.ts';

/** The empty set. */
export const NONE = 0;

/** Sets of numbers, each stored once and identified by a number. */
export class NumberSets {
  readonly #sets = new Rows();
  readonly #common = new Cache();
  readonly #without = new Cache();
  readonly #either = new Cache();

  constructor() {
    this.#sets.idOf(new Uint32Array(0));
  }

  of(members: Iterable<number>): number {
    return this.#sets.idOf(Uint32Array.from(new Set(members)).sort());
  }

  /** In order. */
  at(id: number): Uint32Array {
    return this.#sets.at(id);
  }

  /** The intersection. */
  common(a: number, b: number): number {
    if (a === b) return a;
    if (a === NONE || b === NONE) return NONE;
    const [less, more] = a < b ? [a, b] : [b, a];
    return this.#common.get(less, more, () => this.#merged(less, more, false, true, false));
  }

  /** The members of `a` that are not in `b`. */
  without(a: number, b: number): number {
    if (a === b || a === NONE) return NONE;
    if (b === NONE) return a;
    return this.#without.get(a, b, () => this.#merged(a, b, true, false, false));
  }

  /** The union. */
  either(a: number, b: number): number {
    if (a === b || b === NONE) return a;
    if (a === NONE) return b;
    const [less, more] = a < b ? [a, b] : [b, a];
    return this.#either.get(less, more, () => this.#merged(less, more, true, true, true));
  }

  /** Which members are kept: those of the first only, of both, of the second only. */
  #merged(a: number, b: number, first: boolean, both: boolean, second: boolean): number {
    const left = this.at(a);
    const right = this.at(b);
    const kept = new Uint32Array(left.length + right.length);
    let size = 0;
    let at = 0;
    for (const one of left) {
      for (let other = right[at]; other !== undefined && other < one; other = right[at]) {
        if (second) kept[size++] = other;
        at += 1;
      }
      const isBoth = right[at] === one;
      if (isBoth) at += 1;
      if (isBoth ? both : first) kept[size++] = one;
    }
    for (; second && at < right.length; at += 1) kept[size++] = right[at] ?? 0;
    return this.#sets.idOf(kept.subarray(0, size));
  }
}
