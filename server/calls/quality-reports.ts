import type { CommandOf, SessionIdentity } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { CallService } from './call-service.ts';
import { memberOf } from './model/call.ts';
import type { Store } from './store.ts';

export interface QualityReportDependencies {
  readonly store: Store;
  readonly calls: Pick<CallService, 'call'>;
  readonly clock: Clock;
}

/** A report that comes later after the end is refused: the record does not change any more. */
const QUALITY_REPORT_MS = 5 * 60_000;

/**
 * Stores what the members report of their connections. The server cannot check the figures: they are shown with
 * the record of the call, and nothing depends on them.
 */
export class QualityReports {
  readonly #dependencies: QualityReportDependencies;

  constructor(dependencies: QualityReportDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * A later report of a member replaces the one before.
   *
   * @throws {CommandError} call-not-found | wrong-state if the session was never in the call, or the call ended long ago.
   */
  async save(
    { callId, quality }: CommandOf<'report-quality'>,
    { userId, sessionId }: SessionIdentity,
  ): Promise<void> {
    const { store, calls, clock } = this.#dependencies;
    const call = await calls.call(callId, userId);
    const member = memberOf(call, userId);
    if (member === null || member.sessionId !== sessionId || member.joinedAt === null)
      throw new CommandError('wrong-state', 'This session was not in the call.');
    if (call.endedAt !== null && clock.now() > call.endedAt + QUALITY_REPORT_MS)
      throw new CommandError('wrong-state', 'The call ended too long ago.');
    const { measuredMs, poorMs, reconnections, roundTripMs, lossPercent } = quality;
    // Named one by one: a client may send more fields.
    const known = { measuredMs, poorMs, reconnections, roundTripMs, lossPercent };
    await store.transaction(
      (tx) => tx.saveQuality(callId, userId, JSON.stringify(known)),
      'repeatable',
    );
  }
}
