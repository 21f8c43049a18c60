import { mediaIdentity } from '../../src/protocol/index.ts';
import type { SessionId, UserId } from '../../src/protocol/index.ts';
import type { Reachability } from '../calls/rules/presence.ts';

/** Which sessions are, or were, in a media room. Kept in memory only. */
export class MediaPresence {
  readonly #presence = new Map<string, 'here' | 'gone'>();

  of(userId: UserId, sessionId: SessionId): Reachability['media'] {
    return this.#presence.get(mediaIdentity(userId, sessionId)) ?? 'unknown';
  }

  /** Records whether a session is in its room; returns whether that changed. */
  update(identity: string, here: boolean): boolean {
    const before = this.#presence.get(identity);
    // A session that never joined has not left.
    if (!here && before === undefined) return false;
    const after = here ? 'here' : 'gone';
    this.#presence.set(identity, after);
    return before !== after;
  }

  forget(identity: string): void {
    this.#presence.delete(identity);
  }
}
