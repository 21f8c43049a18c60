import type { Clock } from '../../engine/api/ports.ts';

/** Browsers store a delay in 32 bits; a longer one fires immediately (MDN, setTimeout). */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Clock on performance.now and setTimeout. */
export class BrowserClock implements Clock {
  now(): number {
    return performance.now();
  }

  /** Epoch milliseconds, for times that outlast the page. */
  wallTime(): number {
    return Date.now();
  }

  after(ms: number, callback: () => void): () => void {
    const due = this.now() + ms;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const left = due - this.now();
      timer = setTimeout(
        left > MAX_TIMER_MS ? wait : callback,
        Math.min(Math.max(left, 0), MAX_TIMER_MS),
      );
    };
    wait();
    return () => clearTimeout(timer);
  }
}
