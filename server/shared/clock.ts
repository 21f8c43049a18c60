/** The server's time. Calls use `now()`; only tokens are checked against `wall()`. */
export interface Clock {
  /** Monotonic epoch ms: a change of the machine's clock does not change the length of a ring. */
  now(): number;
  /** The machine's clock, for times set by other machines (a userSig's `exp`). */
  wall(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
  /** Sets `now()` to the wall clock; see SteadyClock. */
  anchor(): void;
}

/** setTimeout takes 32 bits; a longer delay would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The wall clock at the time of the anchor, advanced by the monotonic clock. */
export class SteadyClock implements Clock {
  #anchor = Date.now() - performance.now();

  now(): number {
    return Math.round(this.#anchor + performance.now());
  }

  wall(): number {
    return Date.now();
  }

  /**
   * Sets `now()` to the wall clock. Only while there is no live call. Needed because the monotonic clock stops
   * while a machine sleeps, so that an old anchor may be hours off.
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
