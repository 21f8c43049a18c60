import type { Clock } from '../shared/clock.ts';

/** A clock that a test advances. */
export class FakeClock implements Clock {
  #now: number;
  /** Offset of the machine's clock. */
  #offset = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(now = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.#offset;
  }

  anchor(): void {
    // There is no machine clock.
  }

  after(ms: number, callback: () => void): () => void {
    // Due already, without advancing the clock.
    if (ms <= 0) {
      const soon = setImmediate(callback);
      return () => clearImmediate(soon);
    }
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  setWall(ms: number): void {
    this.#offset = ms;
  }

  /** Calls back everything due by then, each at its own time, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ at }) => at <= until)
        .toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }
}
