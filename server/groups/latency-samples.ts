/** So many are kept: a back end that becomes slower or faster is followed soon. */
const MAX_SAMPLES = 32;

/** How long the back end took for its latest answers, to be lived through again by who does not ask it. */
export class LatencySamples {
  readonly #samples: number[] = [];
  #next = 0;
  #newest = 0;

  /** Nobody can say yet how long it takes. */
  get isEmpty(): boolean {
    return this.#samples.length === 0;
  }

  add(ms: number): void {
    this.#samples[this.#newest] = ms;
    this.#newest = (this.#newest + 1) % MAX_SAMPLES;
  }

  /** One after the other: many who look see the same as many who asked. */
  next(): number {
    const time = this.#samples[this.#next % this.#samples.length] ?? 0;
    this.#next = (this.#next + 1) % MAX_SAMPLES;
    return time;
  }
}
