/** How often each pair was tried: an untried pair proves nothing. */
export class Coverage {
  readonly #times = new Map<string, number>();

  add(pair: string): void {
    this.#times.set(pair, this.times(pair) + 1);
  }

  times(pair: string): number {
    return this.#times.get(pair) ?? 0;
  }

  /** Every pair tried, by its name. */
  get pairs(): readonly string[] {
    return [...this.#times.keys()].sort();
  }

  /** The pairs among these that were tried less often than that. */
  missing(wanted: readonly string[], least = 1): readonly string[] {
    return wanted.filter((pair) => this.times(pair) < least);
  }
}
