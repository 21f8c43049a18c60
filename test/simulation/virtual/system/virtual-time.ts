import type { Clock as EngineClock } from '../../../../src/engine/api/ports.ts';
import type { Clock as ServerClock } from '../../../../server/shared/clock.ts';

interface Timer {
  readonly at: number;
  readonly owner: object;
  readonly callback: () => void;
}

/** The clock of a page: its timers end with `stop()`. */
export interface PageClock extends EngineClock {
  stop(): void;
}

/** The clock of a page or a server that may die. */
export interface StoppableClock extends ServerClock, PageClock {}

/** One time for all processes and pages, which the test advances. Timers fire one by one, in their order. */
export class VirtualTime {
  #now = 0;
  #timers: Timer[] = [];

  get now(): number {
    return this.#now;
  }

  /** Shows `from` at the beginning. */
  clock(from: number): StoppableClock {
    const owner = {};
    let stopped = false;
    const now = () => from + this.#now;
    return {
      now,
      wall: now,
      anchor: () => undefined,
      after: (ms, callback) => {
        if (stopped) return () => undefined;
        const timer = { at: this.#now + Math.max(0, ms), owner, callback };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((one) => one !== timer));
      },
      stop: () => {
        stopped = true;
        this.#timers = this.#timers.filter((one) => one.owner !== owner);
      },
    };
  }

  /** The next timer due by `until` fires at its time; false: there is none, and the time is now `until`. */
  step(until: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    }
    if (next === undefined) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    const first = next;
    this.#timers = this.#timers.filter((one) => one !== first);
    this.#now = Math.max(this.#now, first.at);
    first.callback();
    return true;
  }
}
