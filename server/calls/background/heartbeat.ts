import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Store } from '../../store/store.ts';
import type { LiveCalls } from '../live-calls.ts';

/** After a crash, whoever was in a call counts as last seen this exactly. */
const HEARTBEAT_INTERVAL_MS = 5_000;

/** Writes down that the server runs, while anyone is in a call. Owns one timer; ends with stop(). */
export class Heartbeat {
  readonly #dependencies: { store: Store; clock: Clock; live: LiveCalls; log: Log };
  #cancel: () => void = () => undefined;

  constructor(dependencies: { store: Store; clock: Clock; live: LiveCalls; log: Log }) {
    this.#dependencies = dependencies;
  }

  /** The first time at once: a server that dies young has been there, too. */
  start(): void {
    this.#write().catch((error: unknown) => {
      this.#dependencies.log.error({ err: error }, 'the database did not take the pulse');
    });
    this.#cancel = this.#dependencies.clock.after(HEARTBEAT_INTERVAL_MS, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  async #write(): Promise<void> {
    const { store, clock, live } = this.#dependencies;
    // With nobody in a call no ring can be cut short by the clock being set right.
    if (live.size === 0) clock.anchor();
    else await store.transaction((tx) => tx.saveServerSeenAt(clock.now()), 'repeatable');
  }
}
