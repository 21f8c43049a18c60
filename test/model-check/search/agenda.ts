interface Entry {
  readonly item: number;
  readonly length: number;
}

/** Pending work by its priority: the lowest first, and of equal ones the oldest. */
export class Agenda {
  readonly #byOrder = new Map<number, Entry[]>();

  add(order: number, item: number, length: number): void {
    const entries = this.#byOrder.get(order);
    if (entries === undefined) this.#byOrder.set(order, [{ item, length }]);
    else entries.push({ item, length });
  }

  /** Removes it. null: there is none left. */
  next(): Entry | null {
    let lowest = Infinity;
    for (const order of this.#byOrder.keys()) lowest = Math.min(lowest, order);
    const entries = this.#byOrder.get(lowest) ?? [];
    const first = entries.shift() ?? null;
    if (entries.length === 0) this.#byOrder.delete(lowest);
    return first;
  }
}
