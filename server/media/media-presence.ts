import { mediaIdentity } from '../../src/protocol/index.ts';
import type { SessionId, UserId } from '../../src/protocol/index.ts';
import type { Reach } from '../calls/presence-rules.ts';

/** Which sessions are, or were, in a media room. A hint that lasts no longer than the process. */
export class MediaPresence {
  readonly #seen = new Map<string, 'here' | 'gone'>();

  of(userId: UserId, sessionId: SessionId): Reach['media'] {
    return this.#seen.get(mediaIdentity(userId, sessionId)) ?? 'unknown';
  }

  /** What a look into a room says about one of its members; true when it is news. */
  note(identity: string, here: boolean): boolean {
    const before = this.#seen.get(identity);
    // Who has never come in has not gone either.
    if (!here && before === undefined) return false;
    const after = here ? 'here' : 'gone';
    this.#seen.set(identity, after);
    return before !== after;
  }

  forget(identity: string): void {
    this.#seen.delete(identity);
  }
}
