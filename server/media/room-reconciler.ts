import { mediaIdentity } from '../../src/protocol/index.ts';
import type { CallId, SessionIdentity } from '../../src/protocol/index.ts';
import type { CallService } from '../calls/call-service.ts';
import { isTalking, memberOf } from '../calls/model/call.ts';
import type { Call } from '../calls/model/call.ts';
import type { LiveCalls } from '../calls/live-calls.ts';
import type { Clock } from '../shared/clock.ts';
import { TOKEN_VALIDITY_MS } from './outstanding-token.ts';
import type { MediaPresence } from './media-presence.ts';
import type { MediaServer } from './media-server.ts';

export interface RoomReconcilerDependencies {
  readonly server: MediaServer;
  readonly live: LiveCalls;
  readonly presence: MediaPresence;
  readonly calls: CallService;
  readonly clock: Clock;
}

/**
 * Compares the participants of a call's room with its members: removes everyone who is not the joined session
 * of a member, corrects permissions and updates presence. Webhooks only trigger it, because they may be lost,
 * duplicated or reordered.
 */
export class RoomReconciler {
  readonly #dependencies: RoomReconcilerDependencies;
  /** A request during a run causes one more run after it. */
  readonly #running = new Map<CallId, { again: boolean; done: Promise<void> }>();
  /** Time of the last eviction: LiveKit renewed the token when that participant joined. */
  readonly #evictedAt = new Map<CallId, number>();

  constructor(dependencies: RoomReconcilerDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether an evicted participant may still hold a valid token. */
  recentlyEvicted(callId: CallId): boolean {
    const at = this.#evictedAt.get(callId);
    return at !== undefined && this.#dependencies.clock.now() < at + TOKEN_VALIDITY_MS;
  }

  reconcile(callId: CallId): Promise<void> {
    const current = this.#running.get(callId);
    if (current !== undefined) {
      current.again = true;
      return current.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    this.#running.set(callId, entry);
    entry.done = this.#repeat(callId, entry).finally(() => this.#running.delete(callId));
    return entry.done;
  }

  async #repeat(callId: CallId, entry: { again: boolean }): Promise<void> {
    do {
      entry.again = false;
      await this.#reconcileOnce(callId);
    } while (entry.again);
  }

  async #reconcileOnce(callId: CallId): Promise<void> {
    const { server, live, presence, calls } = this.#dependencies;
    const room = live.get(callId)?.roomName;
    if (room === undefined) return;
    const participants = await server.participants(room);
    // The call may have changed while LiveKit responded.
    const call = live.get(callId);
    if (call === null) return;
    const sessions = allowedSessions(call);
    for (const { identity, allowed } of participants) {
      if (!sessions.has(identity)) {
        this.#noteEviction(callId);
        await server.removeParticipant(room, identity);
      } else if (allowed !== call.mediaType) await server.allow(room, identity, call.mediaType);
    }
    const presentIdentities = new Set(participants.map(({ identity }) => identity));
    for (const [identity, { userId, sessionId }] of sessions) {
      const changed = presence.update(identity, presentIdentities.has(identity));
      // Another node, which did not see them in the room, may have started their grace time.
      const isCounting = memberOf(call, userId)?.graceUntil != null;
      // Also without a change: an absence may not have been recorded yet.
      if (changed || isCounting || !presentIdentities.has(identity))
        await calls.presenceChanged(userId, sessionId);
    }
  }

  #noteEviction(callId: CallId): void {
    const { live, clock } = this.#dependencies;
    for (const id of this.#evictedAt.keys()) if (live.get(id) === null) this.#evictedAt.delete(id);
    this.#evictedAt.set(callId, clock.now());
  }
}

/** The sessions that may be in the room, by media identity. */
export function allowedSessions(call: Call): ReadonlyMap<string, SessionIdentity> {
  const sessions = new Map<string, SessionIdentity>();
  for (const member of call.members) {
    const { userId, sessionId } = member;
    if (isTalking(member) && sessionId !== null) {
      sessions.set(mediaIdentity(userId, sessionId), { userId, sessionId });
    }
  }
  return sessions;
}
