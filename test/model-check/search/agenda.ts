interface Entry {
  readonly item: number;
  readonly length: number;
}

/** What is to be done, by its order: the lowest first, and of these the first that came. */
export class Agenda {
  readonly #byOrder = new Map<number, Entry[]>();

  add(order: number, item: number, length: number): void {
    const entries = this.#byOrder.get(order);
    if (entries === undefined) this.#byOrder.set(order, [{ item, length }]);
    else entries.push({ item, length });
  }

  /** Takes it out. null: there is nothing left. */
  next(): Entry | null {
    let lowest = Infinity;
    for (const order of this.#byOrder.keys()) lowest = Math.min(lowest, order);
    const entries = this.#byOrder.get(lowest) ?? [];
    const first = entries.shift() ?? null;
    if (entries.length === 0) this.#byOrder.delete(lowest);
    return first;
  }
}
