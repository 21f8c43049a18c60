import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Store } from '../store.ts';
import type { LiveCalls } from '../live-calls.ts';

/** After a crash, the last-seen time of a member is accurate to this interval. */
const HEARTBEAT_INTERVAL_MS = 5_000;

/** Records that the server is running, while there are live calls. Owns one timer; ends with stop(). */
export class Heartbeat {
  readonly #dependencies: { store: Store; clock: Clock; live: LiveCalls; log: Log };
  #cancel: () => void = () => undefined;

  constructor(dependencies: { store: Store; clock: Clock; live: LiveCalls; log: Log }) {
    this.#dependencies = dependencies;
  }

  /** Writes the first heartbeat immediately, so that a crash shortly after start is detectable. */
  start(): void {
    this.#write().catch((error: unknown) => {
      this.#dependencies.log.error({ err: error }, 'heartbeat could not be written');
    });
    this.#cancel = this.#dependencies.clock.after(HEARTBEAT_INTERVAL_MS, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  async #write(): Promise<void> {
    const { store, clock, live } = this.#dependencies;
    // Without live calls, correcting the clock cannot shorten a ring.
    if (live.size === 0) clock.anchor();
    else await store.transaction((tx) => tx.saveServerSeenAt(clock.now()), 'repeatable');
  }
}
