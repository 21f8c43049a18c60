import type { CallId } from '../../src/protocol/index.ts';
import type { Committed } from '../calls/call-service.ts';
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
  /** Looks who is in this call's room. */
  readonly reconcile: (callId: CallId) => Promise<void>;
}

/** Nobody waits longer for LiveKit to hear of a new media type; the next look sets it right. */
const ALLOW_TIMEOUT_MS = 1_000;
/** LiveKit does not find a participant who is just coming in: a removal is looked after once. */
const RECONCILE_AFTER_REMOVAL_MS = 1_000;

/** Brings the media rooms after what was committed. A failure is logged; watch and look set it right. */
export class RoomService {
  readonly #dependencies: RoomServiceDependencies;

  constructor(dependencies: RoomServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /** Before a switch is told, LiveKit lets the members publish what they are about to. */
  async beforePublish({ changes }: Committed): Promise<void> {
    const switched = changes.filter(
      ({ before, after }) => before !== null && before.mediaType !== after.mediaType,
    );
    if (switched.length === 0) return;
    const allowed = Promise.all(switched.map(({ after }) => this.#allow(after)));
    await withTimeout(this.#dependencies.clock, ALLOW_TIMEOUT_MS, allowed).catch(() => undefined);
  }

  /** Rooms for new calls, and the way out for who is not in theirs any more. */
  afterPublish({ changes }: Committed): void {
    for (const change of changes) {
      if (change.before === null && change.after.status !== 'ended') {
        this.#try('make a room', this.#dependencies.rooms.ensure(change.after.roomName));
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
      // With the call's end the room itself is deleted.
      if (after.status === 'ended') continue;
      const removal = this.#dependencies.server.removeParticipant(after.roomName, identity);
      this.#try('remove a participant', removal);
      this.#dependencies.clock.after(RECONCILE_AFTER_REMOVAL_MS, () => {
        this.#try('say who is in a room', this.#dependencies.reconcile(after.callId));
      });
    }
  }

  async #allow(call: Call): Promise<void> {
    const { server, log } = this.#dependencies;
    const all = [...allowedSessions(call).keys()].map((identity) =>
      server.allow(call.roomName, identity, call.mediaType),
    );
    for (const one of await Promise.allSettled(all)) {
      if (one.status === 'rejected')
        log.warn({ err: one.reason }, 'LiveKit did not set permissions');
    }
  }

  #try(what: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#dependencies.log.warn({ err: error }, `LiveKit did not ${what}`);
    });
  }
}
