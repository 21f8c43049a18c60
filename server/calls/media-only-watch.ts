import type { CallId } from '../../src/protocol/index.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { CallService } from './call-service.ts';
import type { LiveCalls } from './live-calls.ts';

const LOOK_EVERY_MS = 30_000;

export interface MediaOnlyWatchParts {
  readonly live: LiveCalls;
  readonly calls: Pick<CallService, 'mediaOnlyPassed'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Looks for calls in which nobody has signalling any more. All that it goes by is in the calls themselves,
 * so that nothing is lost with it. Owns one timer; ends with stop().
 */
export class MediaOnlyWatch {
  readonly #parts: MediaOnlyWatchParts;
  #cancel: () => void = () => undefined;

  constructor(parts: MediaOnlyWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      for (const { callId } of this.#parts.live.all()) this.#look(callId);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  #look(callId: CallId): void {
    this.#parts.calls.mediaOnlyPassed(callId).catch((error: unknown) => {
      this.#parts.log.error({ err: error }, 'a call that may be over was not looked at');
    });
  }
}
