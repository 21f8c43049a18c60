/** A pause this long is seen by everyone, and shorter ones come with every change of layers. */
const FROZEN_AFTER_MS = 3_000;

interface TrackedVideo {
  frames: number;
  lastFrameAt: number;
  frozen: boolean;
}

export interface FrozenChange<User> {
  readonly userId: User;
  readonly frozen: boolean;
}

/**
 * Tells which pictures stand still. LiveKit has no event for it: with the media cut for 20 s, its
 * room says nothing at all.
 */
export class FrozenDetector<User extends string> {
  readonly #tracked = new Map<User, TrackedVideo>();

  /** `moving`: frames decoded so far of every picture that should move now. */
  sample(nowMs: number, expected: ReadonlyMap<User, number>): readonly FrozenChange<User>[] {
    const changes: FrozenChange<User>[] = [];
    for (const [userId, tracked] of this.#tracked) {
      if (expected.has(userId)) continue;
      this.#tracked.delete(userId);
      if (tracked.frozen) changes.push({ userId, frozen: false });
    }
    for (const [userId, frames] of expected) {
      const tracked = this.#tracked.get(userId) ?? { frames, lastFrameAt: nowMs, frozen: false };
      this.#tracked.set(userId, tracked);
      if (frames !== tracked.frames) Object.assign(tracked, { frames, lastFrameAt: nowMs });
      const frozen = nowMs - tracked.lastFrameAt >= FROZEN_AFTER_MS;
      if (frozen !== tracked.frozen) changes.push({ userId, frozen });
      tracked.frozen = frozen;
    }
    return changes;
  }
}
