import type { CallId, PushTarget, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Durability, PushHooks, Store, Transaction } from '../calls/store.ts';

/** A store that also holds the devices that are notified of rings. */
export interface PushStore extends Store {
  transaction<T>(work: (tx: PushTransaction) => Promise<T>, durability?: Durability): Promise<T>;
}

export interface PushTransaction extends Transaction {
  readonly push: PushTables;
}

/** The part of a transaction for devices that are notified of rings. Lives as long as its transaction. */
export interface PushTables extends PushHooks {
  /** Replaces the same device, also one of another user. */
  saveTarget(target: StoredPushTarget): Promise<void>;
  target(targetId: string): Promise<StoredPushTarget | null>;
  /** The devices of a user, the one registered last first; also expired ones. */
  targetsOf(userId: UserId): Promise<readonly StoredPushTarget[]>;
  /** Also deletes its rings. */
  deleteTarget(targetId: string): Promise<void>;
  /** The userSig of this session was renewed. */
  extendTargets(userId: UserId, sessionId: SessionId, expiresAt: number): Promise<void>;

  /** The rings of this call of which devices of the user were notified. */
  ringsOf(callId: CallId, userId: UserId): Promise<readonly PushRing[]>;
  ringByToken(tokenHash: string): Promise<PushRing | null>;
  /** Replaces the ring of the same call on the same device. */
  saveRing(ring: PushRing): Promise<void>;
  /** Only if the ring still has this token and is not declined. Returns whether that is so. */
  setRingState(ring: PushRing, state: PushRing['state']): Promise<boolean>;
  deleteRing(ring: PushRing): Promise<void>;
}

/** A device of a user, registered by a session. */
export interface StoredPushTarget extends PushTarget {
  readonly targetId: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly createdAt: number;
  /** When it was last registered. */
  readonly usedAt: number;
  /** When the userSig of the session expires, by the wall clock. */
  readonly expiresAt: number;
}

/** A ring of which a device is notified. */
export interface PushRing {
  readonly callId: CallId;
  readonly userId: UserId;
  readonly targetId: string;
  /** Identifies the invitation. */
  readonly invitedVersion: number;
  /** SHA-256 of the token that declines this ring on this device, hex. */
  readonly tokenHash: string;
  /** `new`: the notification is not known to be sent. */
  readonly state: 'new' | 'sent' | 'declined';
}
