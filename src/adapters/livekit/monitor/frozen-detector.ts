/** Shorter pauses occur with each change of simulcast layers. */
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
 * Detects frozen videos. LiveKit has no event for them: with media cut for 20 s, a room of livekit-client
 * 2.23 emits nothing (measured).
 */
export class FrozenDetector<User extends string> {
  readonly #tracked = new Map<User, TrackedVideo>();

  /** `moving`: decoded frames of each video that should be moving. */
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
