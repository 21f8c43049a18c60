import { createHash, ECDH } from 'node:crypto';
import { LIMITS } from '../../src/protocol/index.ts';
import type { PushTarget, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { PushStore, StoredPushTarget } from './push-store.ts';
import type { PushConfig } from './vapid.ts';

/** The session that registers a device. */
export interface Registrant {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** When its userSig expires, by the wall clock. */
  readonly expiresAt: number;
}

export interface PushTargetsDependencies {
  readonly store: PushStore;
  readonly clock: Clock;
  readonly config: { readonly push: PushConfig };
  /** Whether the server may send to this URL; the reason why not, or null. */
  readonly problemOf: (url: string) => string | null;
}

/** The name of the platform of browsers. */
export const WEB = 'web';
const AUTH_BYTES = 16;

/** The devices of users that are notified of rings: at most `LIMITS.pushTargets` of each user. */
export class PushTargets {
  readonly #dependencies: PushTargetsDependencies;

  constructor(dependencies: PushTargetsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Registers the device, or takes it over from the user who was signed in there before. Beyond the limit the device
   * that was registered the longest time ago is removed.
   *
   * @throws {CommandError} invalid-parameter | not-supported-here
   */
  async register(target: PushTarget, registrant: Registrant): Promise<void> {
    this.#check(target);
    const { store, clock } = this.#dependencies;
    const { userId } = registrant;
    const targetId = targetIdOf(target);
    const now = clock.now();
    await store.transaction(async (tx) => {
      const known = await tx.push.target(targetId);
      // The rings of another user end with it.
      if (known !== null && known.userId !== userId) await tx.push.deleteTarget(targetId);
      const createdAt = known?.userId === userId ? known.createdAt : now;
      await tx.push.saveTarget({ ...target, ...registrant, targetId, createdAt, usedAt: now });
      const all = await tx.push.targetsOf(userId);
      for (const old of all.slice(LIMITS.pushTargets)) await tx.push.deleteTarget(old.targetId);
    });
  }

  /** Idempotent. */
  async remove(target: PushTarget, userId: UserId): Promise<void> {
    const targetId = targetIdOf(target);
    await this.#dependencies.store.transaction(async (tx) => {
      const known = await tx.push.target(targetId);
      if (known?.userId === userId) await tx.push.deleteTarget(targetId);
    });
  }

  /** The session has a new userSig. */
  async extend({ userId, sessionId, expiresAt }: Registrant): Promise<void> {
    await this.#dependencies.store.transaction((tx) =>
      tx.push.extendTargets(userId, sessionId, expiresAt),
    );
  }

  /** The devices of a user, without those whose userSig has expired. */
  async list(userId: UserId): Promise<readonly StoredPushTarget[]> {
    const { store, clock } = this.#dependencies;
    const all = await store.transaction((tx) => tx.push.targetsOf(userId), 'repeatable');
    return all.filter(({ expiresAt }) => expiresAt > clock.wall());
  }

  #check({ platform, address, p256dh, auth }: PushTarget): void {
    if (platform !== WEB) {
      if (p256dh === '' && auth === '') return;
      throw new CommandError('invalid-parameter', 'a token has no keys');
    }
    if (this.#dependencies.config.push.vapid === null) {
      throw new CommandError(
        'not-supported-here',
        'This server sends no Web Push: it has no TUI_CALL_VAPID_PUBLIC.',
      );
    }
    if (Buffer.from(auth, 'base64url').length !== AUTH_BYTES || !isPublicKey(p256dh)) {
      throw new CommandError('invalid-parameter', 'the keys of the subscription are malformed');
    }
    const problem = this.#dependencies.problemOf(address);
    if (problem !== null) {
      throw new CommandError('invalid-parameter', `the endpoint is refused: ${problem}`);
    }
  }
}

/** Whether it is a point of P-256. */
function isPublicKey(text: string): boolean {
  try {
    const point = ECDH.convertKey(text, 'prime256v1', 'base64url', 'base64url', 'uncompressed');
    return point === text;
  } catch {
    return false;
  }
}

function targetIdOf({ platform, address }: PushTarget): string {
  return createHash('sha256').update(`${platform} ${address}`).digest('base64url');
}
