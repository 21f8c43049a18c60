import { mediaIdentity } from '../../src/protocol/index.ts';
import type { SessionId, UserId } from '../../src/protocol/index.ts';
import type { Reachability } from '../calls/rules/presence.ts';
import type { Participant } from './media-server.ts';

/** Which sessions are, or were, in a media room. Kept in memory only. */
export class MediaPresence {
  /** `failed`: the session reported that its media does not connect. */
  readonly #presence = new Map<string, 'here' | 'gone' | 'failed'>();

  of(userId: UserId, sessionId: SessionId): Reachability['media'] {
    const known = this.#presence.get(mediaIdentity(userId, sessionId)) ?? 'unknown';
    return known === 'failed' ? 'gone' : known;
  }

  /** Records whether a session is in its room (null: it is not); returns whether that changed. */
  update(identity: string, participant: Pick<Participant, 'connected'> | null): boolean {
    const before = this.#presence.get(identity);
    // A session that never joined has not left.
    if (participant === null && before === undefined) return false;
    // A session whose media does not connect enters the room with each attempt, and leaves it again.
    if (before === 'failed' && participant?.connected !== true) return false;
    const after = participant === null ? 'gone' : 'here';
    this.#presence.set(identity, after);
    return before !== after;
  }

  /** Records that the media of a session does not connect, until LiveKit lists it as connected. */
  fail(identity: string): void {
    this.#presence.set(identity, 'failed');
  }

  forget(identity: string): void {
    this.#presence.delete(identity);
  }
}
