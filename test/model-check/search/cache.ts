const SLOTS = 1 << 18;

/**
 * The result for a pair of numbers, kept until another result needs its slot. The cache has a fixed
 * size, however long the search takes.
 */
export class Cache {
  /** By slot: the pair of numbers and its result + 1. */
  readonly #cells = new Int32Array(SLOTS * 3);

  get(first: number, second: number, find: () => number): number {
    const cells = this.#cells;
    const at = placeOf(first, second);
    if (cells[at] === first + 1 && cells[at + 1] === second) return cells[at + 2] ?? 0;
    const found = find();
    cells[at] = first + 1;
    cells[at + 1] = second;
    cells[at + 2] = found;
    return found;
  }
}

function placeOf(first: number, second: number): number {
  let mixed = Math.imul(first, 0x2c1b3c6d) ^ Math.imul(second, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x297a2d39);
  return ((mixed ^ (mixed >>> 14)) & (SLOTS - 1)) * 3;
}
