import { parseCallId } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import { IDEMPOTENCY_RETENTION_MS } from '../api/idempotency.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { RingPushes } from '../push/ring-pushes.ts';
import type { RoomRegistry } from '../media/room-registry.ts';
import type { Store } from '../calls/store.ts';
import { JobRunner } from './job-runner.ts';

export interface JobDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly calls: Pick<CallService, 'applyDueDeadlines'>;
  readonly rooms: Pick<RoomRegistry, 'delete'>;
  readonly pushes: Pick<RingPushes, 'execute'>;
  readonly config: Pick<Config, 'retentionMs'>;
}

const HOUR_MS = 3600_000;
const PURGE_PAUSE_MS = 1_000;
/** A command repeated later than this is executed again. */
const COMMAND_RETENTION_MS = 24 * HOUR_MS;
const MISSED_RETENTION_MS = 30 * 24 * HOUR_MS;
const RECENTS_RETENTION_MS = 90 * 24 * HOUR_MS;
const DELIVERIES_RETENTION_MS = 7 * 24 * HOUR_MS;

/** The job runner with the handlers of all job kinds. */
export function createJobs({
  store,
  clock,
  log,
  calls,
  rooms,
  pushes,
  config: { retentionMs },
}: JobDependencies): JobRunner {
  /** What says who called whom may have to be deleted earlier. */
  const atMost = (ms: number) => Math.min(ms, retentionMs ?? Infinity);
  return new JobRunner(
    { store, clock, log },
    {
      'call-due': async ({ subject }) => {
        const callId = parseCallId(subject);
        if (callId !== null) await calls.applyDueDeadlines(callId);
      },
      'delete-room': ({ subject }) => rooms.delete(subject),
      push: (job) => pushes.execute(job),
      purge: async () => {
        const now = clock.now();
        await store.transaction(async (tx) => {
          const hasMore = await tx.purge({
            commands: now - COMMAND_RETENTION_MS,
            missed: now - atMost(MISSED_RETENTION_MS),
            recents: now - RECENTS_RETENTION_MS,
            pushTargets: clock.wall(),
            requests: now - IDEMPOTENCY_RETENTION_MS,
            deliveries: { now, before: now - atMost(DELIVERIES_RETENTION_MS) },
            endedCalls: retentionMs === null ? null : now - retentionMs,
          });
          const dueAt = now + (hasMore ? PURGE_PAUSE_MS : HOUR_MS);
          await tx.saveJob({ kind: 'purge', subject: '', dueAt, attempts: 0 });
        });
      },
    },
  );
}
