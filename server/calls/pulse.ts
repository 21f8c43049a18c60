import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { LiveCalls } from './live-calls.ts';

/** After a crash, whoever was in a call counts as last seen this exactly. */
const BEAT_MS = 5_000;

/** Writes down that the server runs, while anyone is in a call. Owns one timer; ends with stop(). */
export class Pulse {
  readonly #parts: { store: Store; clock: Clock; live: LiveCalls; log: Log };
  #cancel: () => void = () => undefined;

  constructor(parts: { store: Store; clock: Clock; live: LiveCalls; log: Log }) {
    this.#parts = parts;
  }

  /** The first time at once: a server that dies young has been there, too. */
  start(): void {
    this.#beat().catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'the database did not take the pulse');
    });
    this.#cancel = this.#parts.clock.after(BEAT_MS, () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  async #beat(): Promise<void> {
    const { store, clock, live } = this.#parts;
    // With nobody in a call no ring can be cut short by the clock being set right.
    if (live.size === 0) clock.anchor();
    else await store.transaction((tx) => tx.saveServerSeenAt(clock.now()), 'repeatable');
  }
}
