import type { CallId } from '../../src/protocol/index.ts';
import type { Committed } from '../calls/call-service.ts';
import type { Call } from '../calls/call.ts';
import type { Change } from '../calls/decision.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { within } from '../within.ts';
import type { MediaPresence } from './media-presence.ts';
import type { MediaServer } from './media-server.ts';
import type { RoomKeeper } from './room-keeper.ts';
import { seatsOf } from './room-look.ts';

export interface RoomServiceParts {
  readonly server: MediaServer;
  readonly rooms: RoomKeeper;
  readonly presence: MediaPresence;
  readonly clock: Clock;
  readonly log: Log;
  /** Looks who is in this call's room. */
  readonly look: (callId: CallId) => Promise<void>;
}

/** Nobody waits longer for LiveKit to hear of a new media type; the next look sets it right. */
const ALLOW_WITHIN_MS = 1_000;
/** LiveKit does not find a participant who is just coming in: a removal is looked after once. */
const LOOK_AFTER_REMOVAL_MS = 1_000;

/** Brings the media rooms after what was committed. A failure is logged; watch and look set it right. */
export class RoomService {
  readonly #parts: RoomServiceParts;

  constructor(parts: RoomServiceParts) {
    this.#parts = parts;
  }

  /** Before a switch is told, LiveKit lets the members publish what they are about to. */
  async beforeTelling({ changes }: Committed): Promise<void> {
    const switched = changes.filter(
      ({ before, after }) => before !== null && before.mediaType !== after.mediaType,
    );
    if (switched.length === 0) return;
    const allowed = Promise.all(switched.map(({ after }) => this.#allow(after)));
    await within(this.#parts.clock, ALLOW_WITHIN_MS, allowed).catch(() => undefined);
  }

  /** Rooms for new calls, and the way out for who is not in theirs any more. */
  afterTelling({ changes }: Committed): void {
    for (const change of changes) {
      if (change.before === null && change.after.status !== 'ended') {
        this.#try('make a room', this.#parts.rooms.ensure(change.after.roomName));
      }
      this.#letGo(change);
    }
  }

  #letGo({ before, after }: Change): void {
    if (before === null) return;
    const seats = seatsOf(after);
    for (const identity of seatsOf(before).keys()) {
      if (seats.has(identity)) continue;
      this.#parts.presence.forget(identity);
      // With the call's end the room itself is deleted.
      if (after.status === 'ended') continue;
      const removal = this.#parts.server.removeParticipant(after.roomName, identity);
      this.#try('remove a participant', removal);
      this.#parts.clock.after(LOOK_AFTER_REMOVAL_MS, () => {
        this.#try('say who is in a room', this.#parts.look(after.callId));
      });
    }
  }

  async #allow(call: Call): Promise<void> {
    const { server, log } = this.#parts;
    const all = [...seatsOf(call).keys()].map((identity) =>
      server.allow(call.roomName, identity, call.mediaType),
    );
    for (const one of await Promise.allSettled(all)) {
      if (one.status === 'rejected')
        log.warn({ err: one.reason }, 'LiveKit did not set permissions');
    }
  }

  #try(what: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, `LiveKit did not ${what}`);
    });
  }
}
