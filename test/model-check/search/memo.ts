/** The result for each pair of numbers, computed once. */
export class Memo<T> {
  readonly #known = new Map<number, Map<number, T>>();
  size = 0;

  get(first: number, second: number, find: () => T): T {
    const row = this.#known.get(first);
    if (row?.has(second)) return row.get(second) as T;
    const found = find();
    this.set(first, second, found);
    return found;
  }

  find(first: number, second: number): T | undefined {
    return this.#known.get(first)?.get(second);
  }

  set(first: number, second: number, value: T): void {
    const row = this.#known.get(first) ?? new Map<number, T>();
    row.set(second, value);
    this.#known.set(first, row);
    this.size += 1;
  }
}
