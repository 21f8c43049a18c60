/**
 * Gives each different value a small number, so that a whole world is a short row of numbers, and two
 * worlds are compared by these. Values are compared by their content.
 */
export class Table<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: T[] = [];

  idOf(value: T): number {
    const words = JSON.stringify(value);
    const known = this.#ids.get(words);
    if (known !== undefined) return known;
    this.#ids.set(words, this.#values.length);
    return this.#values.push(value) - 1;
  }

  at(id: number): T {
    const value = this.#values[id];
    if (value === undefined) throw new Error(`nothing has the number ${id}`);
    return value;
  }

  get size(): number {
    return this.#values.length;
  }
}
