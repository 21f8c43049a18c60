/** How often each pair came: what is never tried proves nothing. */
export class Coverage {
  readonly #times = new Map<string, number>();

  add(pair: string): void {
    this.#times.set(pair, this.times(pair) + 1);
  }

  times(pair: string): number {
    return this.#times.get(pair) ?? 0;
  }

  /** Every pair met, by its name. */
  get pairs(): readonly string[] {
    return [...this.#times.keys()].sort();
  }

  /** What of these was met less often than that. */
  missing(wanted: readonly string[], least = 1): readonly string[] {
    return wanted.filter((pair) => this.times(pair) < least);
  }
}
