import type { SessionId, SessionIdentity, UserId } from '../../src/protocol/index.ts';
import type { Transaction } from './store.ts';
import type { Reachability } from './rules/presence.ts';

/** How sessions reach the server, on this node or on any. */
export interface Presence {
  /** The connection of this session on this node, where that is written down for other nodes; else null. */
  here(userId: UserId, sessionId: SessionId): object | null;
  /** Writes down whether the session is connected here. Returns the sessions that it replaces. */
  note(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<readonly SessionIdentity[]>;
  reach(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<Reachability>;
  /** How many other sessions of this user are connected. */
  countOthers(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<number>;
  /** The user's connected sessions. */
  sessionsOf(tx: Transaction, userId: UserId): Promise<readonly SessionId[]>;
  /** Has every session of this user on other nodes closed. */
  evict(tx: Transaction, userId: UserId): Promise<void>;
}

/** Presence where this process is the only node: it knows every session by itself. */
export function onlyNodePresence(
  reachability: (userId: UserId, sessionId: SessionId) => Reachability,
  sessionsOf: (userId: UserId) => readonly SessionId[] = () => [],
): Presence {
  return {
    here: () => null,
    note: async () => [],
    reach: async (_tx, userId, sessionId) => reachability(userId, sessionId),
    countOthers: async (_tx, userId, sessionId) =>
      sessionsOf(userId).filter((one) => one !== sessionId).length,
    sessionsOf: async (_tx, userId) => sessionsOf(userId),
    evict: async () => undefined,
  };
}

/** No signalling and no media of the session reaches the server. */
export function isUnreachable({ signalling, media }: Reachability): boolean {
  return !signalling && media !== 'here';
}
