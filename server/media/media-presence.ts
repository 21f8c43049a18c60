import { mediaIdentity } from '../../src/protocol/index.ts';
import type { SessionId, UserId } from '../../src/protocol/index.ts';
import type { Reachability } from '../calls/rules/presence.ts';

/** Which sessions are, or were, in a media room. A hint that lasts no longer than the process. */
export class MediaPresence {
  readonly #presence = new Map<string, 'here' | 'gone'>();

  of(userId: UserId, sessionId: SessionId): Reachability['media'] {
    return this.#presence.get(mediaIdentity(userId, sessionId)) ?? 'unknown';
  }

  /** What a look into a room says about one of its members; true when it is news. */
  update(identity: string, here: boolean): boolean {
    const before = this.#presence.get(identity);
    // Who has never come in has not gone either.
    if (!here && before === undefined) return false;
    const after = here ? 'here' : 'gone';
    this.#presence.set(identity, after);
    return before !== after;
  }

  forget(identity: string): void {
    this.#presence.delete(identity);
  }
}
