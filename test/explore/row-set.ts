/** Rows of numbers, each once, in the order in which they came. Millions of them fit into memory. */
export class RowSet {
  readonly #width: number;
  #cells: Int32Array;
  /** Open addressing: the index of a row + 1, or 0. */
  #slots = new Int32Array(1 << 16);
  #size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#cells = new Int32Array(width << 12);
  }

  get size(): number {
    return this.#size;
  }

  /** False when the row was there. */
  add(row: Int32Array): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#rehash();
    const slot = this.#slotOf(row, 0);
    if (this.#slots[slot] !== 0) return false;
    const start = this.#size * this.#width;
    if (start + this.#width > this.#cells.length) {
      const larger = new Int32Array(this.#cells.length * 2);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells.set(row, start);
    this.#size += 1;
    this.#slots[slot] = this.#size;
    return true;
  }

  read(index: number): Int32Array {
    return this.#cells.slice(index * this.#width, (index + 1) * this.#width);
  }

  /** Where this row is, or would be. */
  #slotOf(row: Int32Array, start: number): number {
    const mask = this.#slots.length - 1;
    let hash = 0x811c9dc5;
    for (let at = 0; at < this.#width; at += 1) {
      hash = Math.imul(hash ^ (row[start + at] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & mask;
    for (;;) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0 || this.#equals(row, start, (found - 1) * this.#width)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(row: Int32Array, start: number, other: number): boolean {
    for (let at = 0; at < this.#width; at += 1) {
      if (row[start + at] !== this.#cells[other + at]) return false;
    }
    return true;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let index = 0; index < this.#size; index += 1) {
      this.#slots[this.#slotOf(this.#cells, index * this.#width)] = index + 1;
    }
  }
}
