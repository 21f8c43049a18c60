import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Job, JobKind, Store, Transaction } from '../calls/store.ts';

/** Executes a job. A rejection postpones it. */
export type JobHandler = (job: Job) => Promise<void>;

/** A job claimed by a process that crashed is due again after this time. */
const LEASE_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** Fallback in case a wake-up is lost. */
const POLL_INTERVAL_MS = 15_000;
/** Jobs that wait for other hosts: the jobs after them do not wait for them. */
const IN_BACKGROUND: ReadonlySet<JobKind> = new Set(['push', 'delete-room']);

/**
 * Executes due jobs. The database rows are authoritative; the timer only makes execution prompt.
 * Owns that timer; ends with stop().
 */
export class JobRunner {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #handlers: Readonly<Record<JobKind, JobHandler>>;
  #timer: { readonly at: number; readonly cancel: () => void } | null = null;
  #running: Promise<void> | null = null;
  readonly #background = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    dependencies: { store: Store; clock: Clock; log: Log },
    handlers: Readonly<Record<JobKind, JobHandler>>,
  ) {
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
    this.#handlers = handlers;
  }

  /** Ensures that the runner checks for due jobs at this time. */
  wake(at: number): void {
    if (this.#stopped || (this.#timer !== null && this.#timer.at <= at)) return;
    this.#timer?.cancel();
    const cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#timer = null;
      this.#running ??= this.#run().finally(() => (this.#running = null));
    });
    this.#timer = { at, cancel };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    await Promise.all(this.#background);
  }

  async #run(): Promise<void> {
    let next: number;
    try {
      const now = this.#clock.now();
      const [jobs, dueAt] = await this.#store.transaction(
        async (tx) => [await tx.claimJobs(now, now + LEASE_MS), await nextJobAt(tx)] as const,
        'repeatable',
      );
      for (const job of jobs) if (IN_BACKGROUND.has(job.kind)) this.#doInBackground(job);
      const inTurn = jobs.filter(({ kind }) => !IN_BACKGROUND.has(kind));
      next = Math.min(dueAt, ...(await Promise.all(inTurn.map((job) => this.#do(job)))));
    } catch (error) {
      this.#log.error({ err: error }, 'due jobs could not be read');
      next = this.#clock.now() + FIRST_RETRY_MS;
    }
    // wake() may have set an earlier timer meanwhile; it stays.
    this.wake(Math.min(next, this.#clock.now() + POLL_INTERVAL_MS));
  }

  #doInBackground(job: Job): void {
    const done = this.#do(job)
      .then(
        (next) => this.wake(next),
        (error: unknown) => {
          // It is due again when its lease ends.
          this.#log.error({ err: error }, 'a job could not be finished');
        },
      )
      .finally(() => this.#background.delete(done));
    this.#background.add(done);
  }

  /** Returns when the next job is due. */
  async #do(job: Job): Promise<number> {
    try {
      await this.#handlers[job.kind](job);
      return await this.#saved((tx) => tx.finishJob(job));
    } catch (error) {
      const delay = Math.min(FIRST_RETRY_MS * 2 ** (job.attempts - 1), MAX_RETRY_MS);
      this.#log.warn({ err: error, job: job.kind, attempts: job.attempts }, 'job failed');
      const dueAt = this.#clock.now() + delay;
      return this.#saved((tx) => tx.postponeJob(job, dueAt));
    }
  }

  /** Returns when the next job is due after this change. */
  #saved(change: (tx: Transaction) => Promise<void>): Promise<number> {
    return this.#store.transaction(async (tx) => {
      await change(tx);
      return nextJobAt(tx);
    }, 'repeatable');
  }
}

async function nextJobAt(tx: Transaction): Promise<number> {
  return (await tx.nextJobAt()) ?? Infinity;
}
