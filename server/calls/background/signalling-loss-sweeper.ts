import type { CallId } from '../../../src/protocol/index.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { CallService } from '../call-service.ts';
import type { LiveCalls } from '../live-calls.ts';

const CHECK_INTERVAL_MS = 30_000;

export interface SignallingLossSweeperDependencies {
  readonly live: LiveCalls;
  readonly calls: Pick<CallService, 'endIfSignallingLost'>;
  /** Does this node look after that call? Each call has one such node. */
  readonly isOurs: (callId: CallId) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Periodically ends calls in which no member has signalling. Keeps no state of its own: all times are in
 * the calls. Owns one timer; ends with stop().
 */
export class SignallingLossSweeper {
  readonly #dependencies: SignallingLossSweeperDependencies;
  #cancel: () => void = () => undefined;

  constructor(dependencies: SignallingLossSweeperDependencies) {
    this.#dependencies = dependencies;
  }

  start(): void {
    this.#cancel = this.#dependencies.clock.after(CHECK_INTERVAL_MS, () => {
      const { live, isOurs } = this.#dependencies;
      for (const { callId } of live.all()) if (isOurs(callId)) this.#check(callId);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  #check(callId: CallId): void {
    this.#dependencies.calls.endIfSignallingLost(callId).catch((error: unknown) => {
      this.#dependencies.log.error(
        { err: error },
        'signalling loss of a call could not be checked',
      );
    });
  }
}
