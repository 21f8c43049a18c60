import type { CallId } from '../../src/protocol/index.ts';
import type { Committed } from '../calls/change-writer.ts';
import type { Call } from '../calls/model/call.ts';
import type { Change } from '../calls/model/decision.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { withTimeout } from '../shared/with-timeout.ts';
import type { MediaPresence } from './media-presence.ts';
import type { MediaServer } from './media-server.ts';
import type { RoomRegistry } from './room-registry.ts';
import { allowedSessions } from './room-reconciler.ts';

export interface RoomServiceDependencies {
  readonly server: MediaServer;
  readonly rooms: RoomRegistry;
  readonly presence: MediaPresence;
  readonly clock: Clock;
  readonly log: Log;
  /** Reconciles the room of this call. */
  readonly reconcile: (callId: CallId) => Promise<void>;
}

/** Publishing waits for new permissions at most this long; the next reconciliation corrects them. */
const ALLOW_TIMEOUT_MS = 1_000;
/** LiveKit does not find a participant who is just joining: reconciles once more after a removal. */
const RECONCILE_AFTER_REMOVAL_MS = 1_000;

/** Applies committed changes to the media rooms. Failures are logged; monitor and reconciler correct them. */
export class RoomService {
  readonly #dependencies: RoomServiceDependencies;

  constructor(dependencies: RoomServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /** Before a new media type or a muted member is published, sets what the members may publish. */
  async beforePublish({ changes }: Committed): Promise<void> {
    const switched = changes.filter(changesPublishing);
    if (switched.length === 0) return;
    const allowed = Promise.all(switched.map(({ after }) => this.#allow(after)));
    await withTimeout(this.#dependencies.clock, ALLOW_TIMEOUT_MS, allowed).catch(() => undefined);
  }

  /** Creates rooms of new calls and removes former members from their rooms. */
  afterPublish({ changes }: Committed): void {
    for (const change of changes) {
      if (change.before === null && change.after.status !== 'ended') {
        this.#try(
          'media room could not be created',
          this.#dependencies.rooms.ensure(change.after.roomName),
        );
      }
      this.#evictDeparted(change);
    }
  }

  #evictDeparted({ before, after }: Change): void {
    if (before === null) return;
    const sessions = allowedSessions(after);
    for (const identity of allowedSessions(before).keys()) {
      if (sessions.has(identity)) continue;
      this.#dependencies.presence.forget(identity);
      // The room of an ended call is deleted.
      if (after.status === 'ended') continue;
      const removal = this.#dependencies.server.removeParticipant(after.roomName, identity);
      this.#try('participant could not be removed', removal);
      this.#dependencies.clock.after(RECONCILE_AFTER_REMOVAL_MS, () => {
        const reconciled = this.#dependencies.reconcile(after.callId);
        this.#try('participants of a media room could not be reconciled', reconciled);
      });
    }
  }

  async #allow(call: Call): Promise<void> {
    const { server, log } = this.#dependencies;
    const all = [...allowedSessions(call)].map(([identity, { publishing }]) =>
      server.allow(call.roomName, identity, publishing),
    );
    for (const one of await Promise.allSettled(all)) {
      if (one.status === 'rejected')
        log.warn({ err: one.reason }, 'permissions of a participant could not be set');
    }
  }

  #try(failure: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#dependencies.log.warn({ err: error }, failure);
    });
  }
}

/** Whether a session that stays in the room may publish something else now. */
function changesPublishing({ before, after }: Change): boolean {
  if (before === null) return false;
  const known = allowedSessions(before);
  return [...allowedSessions(after)].some(
    ([identity, { publishing }]) => (known.get(identity)?.publishing ?? publishing) !== publishing,
  );
}
