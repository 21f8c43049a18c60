import { parseCallId } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RoomKeeper } from '../media/room-keeper.ts';
import type { Store } from '../store/store.ts';
import { JobRunner } from './job-runner.ts';

export interface JobParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly calls: Pick<CallService, 'timePassed'>;
  readonly rooms: Pick<RoomKeeper, 'delete'>;
}

const HOUR_MS = 3600_000;
/** A command said again after this long is a new one. */
const COMMANDS_KEPT_MS = 24 * HOUR_MS;
const MISSED_KEPT_MS = 30 * 24 * HOUR_MS;
const RECENTS_KEPT_MS = 90 * 24 * HOUR_MS;

/** What there is to do when its time has come. */
export function createJobs({ store, clock, log, calls, rooms }: JobParts): JobRunner {
  return new JobRunner(
    { store, clock, log },
    {
      'call-due': async ({ subject }) => {
        const callId = parseCallId(subject);
        if (callId !== null) await calls.timePassed(callId);
      },
      'delete-room': ({ subject }) => rooms.delete(subject),
      purge: async () => {
        const now = clock.now();
        await store.transaction(async (tx) => {
          await tx.purge({
            commands: now - COMMANDS_KEPT_MS,
            missed: now - MISSED_KEPT_MS,
            recents: now - RECENTS_KEPT_MS,
          });
          await tx.saveJob({ kind: 'purge', subject: '', dueAt: now + HOUR_MS, attempts: 0 });
        });
      },
    },
  );
}
