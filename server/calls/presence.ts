import type { SessionId, SessionIdentity, UserId } from '../../src/protocol/index.ts';
import type { Transaction } from './store.ts';
import type { Reachability } from './rules/presence.ts';

/** How sessions reach the server, on this node or on any. */
export interface Presence {
  /** The connection of this session to this node, if it is recorded for other nodes; otherwise null. */
  here(userId: UserId, sessionId: SessionId): object | null;
  /** Records whether the session is connected here. Returns the sessions that it replaces. */
  record(
    tx: Transaction,
    userId: UserId,
    sessionId: SessionId,
  ): Promise<readonly SessionIdentity[]>;
  reach(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<Reachability>;
  /** How many other sessions of this user are connected. */
  countOthers(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<number>;
  /** Records that this session cannot answer. Returns whether another connected session of the user can. */
  cannotAnswer(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<boolean>;
  /** Closes every session of this user on other nodes. */
  evict(tx: Transaction, userId: UserId): Promise<void>;
}

/** Presence where this process is the only node: it knows every session. */
export function onlyNodePresence(
  reachability: (userId: UserId, sessionId: SessionId) => Reachability,
  countOthers: (userId: UserId, sessionId: SessionId) => number = () => 0,
  canAnswer: (userId: UserId) => boolean = () => true,
): Presence {
  return {
    here: () => null,
    record: async () => [],
    reach: async (_tx, userId, sessionId) => reachability(userId, sessionId),
    countOthers: async (_tx, userId, sessionId) => countOthers(userId, sessionId),
    cannotAnswer: async (_tx, userId) => canAnswer(userId),
    evict: async () => undefined,
  };
}
