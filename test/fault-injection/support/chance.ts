/** The same numbers for the same seed: a run that failed can be played again. */
export class Chance {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From the environment, to play a run again; else a new one. */
  static fresh(): Chance {
    const given = Number(process.env['FAULTS_SEED']);
    return new Chance(given > 0 ? given : Math.ceil(Math.random() * 2 ** 31));
  }

  /** At least 0, below 1. */
  next(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  happens(share: number): boolean {
    return this.next() < share;
  }

  one<T>(things: readonly T[]): T {
    const thing = things[this.between(0, things.length - 1)];
    if (thing === undefined) throw new Error('there is nothing to choose from');
    return thing;
  }
}
