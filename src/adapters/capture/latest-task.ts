interface PendingTask<T> {
  value: T;
  readonly settled: Promise<void>;
  readonly settle: (outcome: void | Promise<void>) => void;
}

/**
 * Runs one task at a time; the newest value wins. A newer value aborts the signal of the running task and
 * replaces a waiting one. The promise of a superseded value settles with the outcome of the newest.
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

  /** Aborts the running task and drops the waiting one; their promises resolve. */
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
      // One microtask later, so that `#running` is set before the task begins.
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
