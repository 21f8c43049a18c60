const CHUNK = 1 << 22;

/** Rows of numbers of any length, each stored once, numbered in order of arrival; packed. */
export class Rows {
  readonly #chunks: Uint32Array[] = [];
  /** For each row: its start, over all chunks, and its length. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  /** Open addressing: the number of a row + 1, or 0. */
  #slots = new Uint32Array(1 << 10);
  #free = 0;

  get size(): number {
    return this.#starts.length;
  }

  /** The number of this row: the previous `size`, if it is new. */
  idOf(row: Uint32Array): number {
    if (this.size * 2 >= this.#slots.length) this.#rehash();
    const mask = this.#slots.length - 1;
    let slot = hash(row) & mask;
    for (let id = (this.#slots[slot] ?? 0) - 1; id >= 0; id = (this.#slots[slot] ?? 0) - 1) {
      if (this.#equals(id, row)) return id;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.size + 1;
    return this.#push(row);
  }

  /** A view of the row: do not change it. */
  at(id: number): Uint32Array {
    const start = this.#starts[id];
    const length = this.#lengths[id];
    const chunk = this.#chunks[Math.floor((start ?? 0) / CHUNK)];
    if (start === undefined || length === undefined || chunk === undefined)
      throw new Error(`no row has the number ${id}`);
    return chunk.subarray(start % CHUNK, (start % CHUNK) + length);
  }

  #equals(id: number, row: Uint32Array): boolean {
    if (this.#lengths[id] !== row.length) return false;
    const start = this.#starts[id] ?? 0;
    const chunk = this.#chunks[Math.floor(start / CHUNK)];
    const from = start % CHUNK;
    for (let at = 0; at < row.length; at += 1) if (chunk?.[from + at] !== row[at]) return false;
    return true;
  }

  #push(row: Uint32Array): number {
    // A row never spans two chunks.
    if ((this.#free % CHUNK) + row.length > CHUNK) this.#free = this.#chunks.length * CHUNK;
    const index = Math.floor(this.#free / CHUNK);
    const chunk = (this.#chunks[index] ??= new Uint32Array(CHUNK));
    chunk.set(row, this.#free % CHUNK);
    this.#lengths.push(row.length);
    const id = this.#starts.push(this.#free) - 1;
    this.#free += row.length;
    return id;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let id = 0; id < this.size; id += 1) {
      let slot = hash(this.at(id)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}

function hash(row: Uint32Array): number {
  let mixed = 0x811c9dc5 ^ row.length;
  for (const one of row) {
    mixed = Math.imul(mixed ^ one, 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> 0;
}
