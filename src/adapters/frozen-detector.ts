/** A pause this long is seen by everyone, and shorter ones come with every change of layers. */
const FROZEN_AFTER_MS = 3_000;

interface Watched {
  frames: number;
  movedAt: number;
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
  readonly #watched = new Map<User, Watched>();

  /** `moving`: frames decoded so far of every picture that should move now. */
  sample(nowMs: number, moving: ReadonlyMap<User, number>): readonly FrozenChange<User>[] {
    const changes: FrozenChange<User>[] = [];
    for (const [userId, watched] of this.#watched) {
      if (moving.has(userId)) continue;
      this.#watched.delete(userId);
      if (watched.frozen) changes.push({ userId, frozen: false });
    }
    for (const [userId, frames] of moving) {
      const watched = this.#watched.get(userId) ?? { frames, movedAt: nowMs, frozen: false };
      this.#watched.set(userId, watched);
      if (frames !== watched.frames) Object.assign(watched, { frames, movedAt: nowMs });
      const frozen = nowMs - watched.movedAt >= FROZEN_AFTER_MS;
      if (frozen !== watched.frozen) changes.push({ userId, frozen });
      watched.frozen = frozen;
    }
    return changes;
  }
}
