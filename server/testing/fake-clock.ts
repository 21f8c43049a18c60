import type { Clock } from '../shared/clock.ts';

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now: number;
  /** How far the machine's clock was set away. */
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
    // Nothing to take over: this clock has no machine.
  }

  after(ms: number, callback: () => void): () => void {
    // Due already: no time has to pass for it.
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

  /** Everything due by then is called back, at its own time and in its order. */
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
