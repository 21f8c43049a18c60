interface Waiting<T> {
  wish: T;
  readonly settled: Promise<void>;
  readonly settle: (outcome: void | Promise<void>) => void;
}

/**
 * Carries out one wish at a time, and the newest one last. A newer wish tells the one under way to
 * give up (its signal) and takes the place of a waiting one; whoever asked for an overtaken wish is
 * answered with the outcome of the newest.
 */
export class LatestWish<T> {
  readonly #carryOut: (wish: T, overtaken: AbortSignal) => Promise<void>;
  #running: {
    readonly wish: T;
    readonly done: Promise<void>;
    readonly stop: AbortController;
  } | null = null;
  #waiting: Waiting<T> | null = null;

  constructor(carryOut: (wish: T, overtaken: AbortSignal) => Promise<void>) {
    this.#carryOut = carryOut;
  }

  set(wish: T): Promise<void> {
    const running = this.#running;
    if (running === null) return this.#start(wish);
    if (running.wish === wish && !running.stop.signal.aborted) return running.done;
    running.stop.abort();
    if (this.#waiting) this.#waiting.wish = wish;
    else this.#waiting = waitingFor(wish);
    return this.#waiting.settled;
  }

  /** Gives up whatever is under way or waiting; those who asked are answered without an error. */
  drop(): void {
    this.#waiting?.settle();
    this.#waiting = null;
    this.#running?.stop.abort();
  }

  #start(wish: T): Promise<void> {
    const stop = new AbortController();
    const done = this.#run(wish, stop.signal);
    this.#running = { wish, done, stop };
    return done;
  }

  async #run(wish: T, overtaken: AbortSignal): Promise<void> {
    let failure: { readonly cause: unknown } | null = null;
    try {
      // One tick later, so that `#running` is set before the work begins.
      await Promise.resolve();
      if (!overtaken.aborted) await this.#carryOut(wish, overtaken);
    } catch (cause) {
      failure = { cause };
    }
    this.#running = null;
    const next = this.#takeNext();
    if (overtaken.aborted) return next;
    if (failure) throw failure.cause;
  }

  #takeNext(): Promise<void> | undefined {
    const waiting = this.#waiting;
    if (!waiting) return undefined;
    this.#waiting = null;
    waiting.settle(this.#start(waiting.wish));
    return waiting.settled;
  }
}

function waitingFor<T>(wish: T): Waiting<T> {
  let settle: Waiting<T>['settle'] = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  return { wish, settled, settle };
}
