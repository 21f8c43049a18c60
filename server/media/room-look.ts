import { mediaIdentity } from '../../src/protocol/index.ts';
import type { CallId, SessionIdentity } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import { isTalking } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../clock.ts';
import { TOKEN_KEPT_MS } from './kept-token.ts';
import type { MediaPresence } from './media-presence.ts';
import type { MediaServer } from './media-server.ts';

export interface RoomLookParts {
  readonly server: MediaServer;
  readonly live: LiveCalls;
  readonly presence: MediaPresence;
  readonly calls: CallService;
  readonly clock: Clock;
}

/**
 * Looks who is in a call's room: puts out whoever is not the joined session of a member, sets right what
 * they may publish, and notes who has come and gone. Webhooks only say when to look: they get lost,
 * doubled and reordered.
 */
export class RoomLook {
  readonly #parts: RoomLookParts;
  /** A look asked for during a look comes after it, once. */
  readonly #looking = new Map<CallId, { again: boolean; done: Promise<void> }>();
  /** When someone was last put out: LiveKit had made their token anew as they came in. */
  readonly #putOutAt = new Map<CallId, number>();

  constructor(parts: RoomLookParts) {
    this.#parts = parts;
  }

  /** Not long ago: they may come again. */
  putSomeoneOut(callId: CallId): boolean {
    const at = this.#putOutAt.get(callId);
    return at !== undefined && this.#parts.clock.now() < at + TOKEN_KEPT_MS;
  }

  look(callId: CallId): Promise<void> {
    const current = this.#looking.get(callId);
    if (current !== undefined) {
      current.again = true;
      return current.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    this.#looking.set(callId, entry);
    entry.done = this.#repeat(callId, entry).finally(() => this.#looking.delete(callId));
    return entry.done;
  }

  async #repeat(callId: CallId, entry: { again: boolean }): Promise<void> {
    do {
      entry.again = false;
      await this.#once(callId);
    } while (entry.again);
  }

  async #once(callId: CallId): Promise<void> {
    const { server, live, presence, calls } = this.#parts;
    const room = live.get(callId)?.roomName;
    if (room === undefined) return;
    const participants = await server.participants(room);
    // The call may have moved on while LiveKit answered.
    const call = live.get(callId);
    if (call === null) return;
    const seats = seatsOf(call);
    for (const { identity, allowed } of participants) {
      if (!seats.has(identity)) {
        this.#notePutOut(callId);
        await server.removeParticipant(room, identity);
      } else if (allowed !== call.mediaType) await server.allow(room, identity, call.mediaType);
    }
    const here = new Set(participants.map(({ identity }) => identity));
    for (const [identity, { userId, sessionId }] of seats) {
      const news = presence.note(identity, here.has(identity));
      // Also without news: who is not here may have been lost in a way nobody noted.
      if (news || !here.has(identity)) await calls.reachChanged(userId, sessionId);
    }
  }

  #notePutOut(callId: CallId): void {
    const { live, clock } = this.#parts;
    for (const id of this.#putOutAt.keys()) if (live.get(id) === null) this.#putOutAt.delete(id);
    this.#putOutAt.set(callId, clock.now());
  }
}

/** Who may be in the room, by media identity. */
export function seatsOf(call: Call): ReadonlyMap<string, SessionIdentity> {
  const seats = new Map<string, SessionIdentity>();
  for (const member of call.members) {
    const { userId, sessionId } = member;
    if (isTalking(member) && sessionId !== null) {
      seats.set(mediaIdentity(userId, sessionId), { userId, sessionId });
    }
  }
  return seats;
}
