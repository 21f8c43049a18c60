interface PendingTask<T> {
  value: T;
  readonly settled: Promise<void>;
  readonly settle: (outcome: void | Promise<void>) => void;
}

/**
 * Carries out one wish at a time, and the newest one last. A newer wish tells the one under way to
 * give up (its signal) and takes the place of a waiting one; whoever asked for an overtaken wish is
 * answered with the outcome of the newest.
 */
export class LatestTask<T> {
  readonly #run: (value: T, superseded: AbortSignal) => Promise<void>;
  #running: {
    readonly value: T;
    readonly done: Promise<void>;
    readonly stop: AbortController;
  } | null = null;
  #pending: PendingTask<T> | null = null;

  constructor(run: (value: T, superseded: AbortSignal) => Promise<void>) {
    this.#run = run;
  }

  set(value: T): Promise<void> {
    const running = this.#running;
    if (running === null) return this.#start(value);
    if (running.value === value && !running.stop.signal.aborted) return running.done;
    running.stop.abort();
    if (this.#pending) this.#pending.value = value;
    else this.#pending = pendingTask(value);
    return this.#pending.settled;
  }

  /** Gives up whatever is under way or waiting; those who asked are answered without an error. */
  drop(): void {
    this.#pending?.settle();
    this.#pending = null;
    this.#running?.stop.abort();
  }

  #start(value: T): Promise<void> {
    const stop = new AbortController();
    const done = this.#execute(value, stop.signal);
    this.#running = { value, done, stop };
    return done;
  }

  async #execute(value: T, superseded: AbortSignal): Promise<void> {
    let failure: { readonly cause: unknown } | null = null;
    try {
      // One tick later, so that `#running` is set before the work begins.
      await Promise.resolve();
      if (!superseded.aborted) await this.#run(value, superseded);
    } catch (cause) {
      failure = { cause };
    }
    this.#running = null;
    const next = this.#startNext();
    if (superseded.aborted) return next;
    if (failure) throw failure.cause;
  }

  #startNext(): Promise<void> | undefined {
    const waiting = this.#pending;
    if (!waiting) return undefined;
    this.#pending = null;
    waiting.settle(this.#start(waiting.value));
    return waiting.settled;
  }
}

function pendingTask<T>(value: T): PendingTask<T> {
  let settle: PendingTask<T>['settle'] = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  return { value, settled, settle };
}
