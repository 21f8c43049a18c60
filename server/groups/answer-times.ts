/** So many are kept: a back end that becomes slower or faster is followed soon. */
const KEPT = 32;

/** How long the back end took for its latest answers, to be lived through again by who does not ask it. */
export class AnswerTimes {
  readonly #times: number[] = [];
  #next = 0;
  #newest = 0;

  /** Nobody can say yet how long it takes. */
  get unknown(): boolean {
    return this.#times.length === 0;
  }

  add(ms: number): void {
    this.#times[this.#newest] = ms;
    this.#newest = (this.#newest + 1) % KEPT;
  }

  /** One after the other: many who look see the same as many who asked. */
  next(): number {
    const time = this.#times[this.#next % this.#times.length] ?? 0;
    this.#next = (this.#next + 1) % KEPT;
    return time;
  }
}
