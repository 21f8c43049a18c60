import type { MissedCall, UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { RandomId } from '../shared/random-id.ts';
import type { CallbackEvent } from '../webhooks/delivery.ts';
import { recentsOf } from './history/recent.ts';
import { usageOf } from './history/usage.ts';
import { missedOf, ringChangesOf } from './model/decision.ts';
import type { Change } from './model/decision.ts';
import { writeDeliveries } from './outbox.ts';
import type { Transaction } from './store.ts';

/** The result of a committed transaction, passed to each listener. */
export interface Committed {
  readonly changes: readonly Change[];
  readonly missed: readonly { readonly userId: UserId; readonly missed: MissedCall }[];
  /** How many deliveries of callbacks were written. */
  readonly deliveries: number;
  /** A job was saved that is due now. */
  readonly hasPush: boolean;
}

export interface ChangeWriterDependencies {
  readonly clock: Clock;
  readonly randomId: RandomId;
  /** What back ends are notified of. */
  readonly eventsOf: (change: Change, now: number) => readonly CallbackEvent[];
}

/** Writes changes of calls and everything that follows from them, in one transaction. */
export async function writeChanges(
  tx: Transaction,
  decided: readonly Change[],
  { clock, randomId, eventsOf }: ChangeWriterDependencies,
): Promise<Committed> {
  const changes = decided.filter(({ before, after }) => before !== after);
  const missed: { userId: UserId; missed: MissedCall }[] = [];
  const now = clock.now();
  let hasPush = false;
  for (const change of changes) {
    await tx.saveChange(change);
    for (const recent of recentsOf(change)) await tx.saveRecent(recent);
    for (const usage of usageOf(change, now)) await tx.saveUsage(usage);
    for (const one of missedOf(change)) {
      missed.push({ userId: one.userId, missed: await tx.saveMissed(one) });
    }
    const rung = ringChangesOf(change);
    if (rung.length > 0 && (await tx.push.saveJobs(change.after.callId, rung, now))) hasPush = true;
  }
  const events = changes.flatMap((change) => eventsOf(change, now));
  const deliveries = await writeDeliveries(tx, events, { now, randomId });
  return { changes, missed, deliveries, hasPush };
}
