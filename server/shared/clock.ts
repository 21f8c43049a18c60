/** Time as the server uses it. All times of calls are `now()`; only tokens are judged by `wall()`. */
export interface Clock {
  /** Epoch ms that never jump: a ring keeps its length when someone sets the machine's clock. */
  now(): number;
  /** The machine's clock, for dates that others wrote (a userSig's `exp`). */
  wall(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
  /** Takes the wall clock over again; see SteadyClock. */
  anchor(): void;
}

/** setTimeout counts in 32 bits; anything longer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The wall clock at the moment it was anchored, moved on by the monotonic one. */
export class SteadyClock implements Clock {
  #anchor = Date.now() - performance.now();

  now(): number {
    return Math.round(this.#anchor + performance.now());
  }

  wall(): number {
    return Date.now();
  }

  /**
   * Takes the wall clock over again. Only while nobody is in a call: the monotonic clock stands still
   * while a machine sleeps, so that an anchor of last week may be hours off.
   */
  anchor(): void {
    this.#anchor = Date.now() - performance.now();
  }

  after(ms: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(Math.max(left, 0), MAX_TIMER_MS);
      timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    };
    arm(ms);
    return () => clearTimeout(timer);
  }
}
