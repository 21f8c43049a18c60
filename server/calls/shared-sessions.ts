import type { KickReason, SessionId, SessionIdentity, UserId } from '../../src/protocol/index.ts';

/** Whether a session is connected, to any node. */
export interface SessionState {
  readonly isConnected: boolean;
  /** Time since its leave beacon, in ms; null: there was none. */
  readonly leavingForMs: number | null;
}

/** One connection of one session on one node. */
export interface SessionConnectionRow extends SessionIdentity {
  readonly nodeId: string;
  readonly connectionId: string;
}

/** A connection that its node has to close. */
export interface Eviction extends SessionConnectionRow {
  readonly reason: KickReason;
}

/** The sessions of all nodes. Lives as long as its transaction. */
export interface SharedSessions {
  state(userId: UserId, sessionId: SessionId): Promise<SessionState>;
  connection(session: SessionIdentity): Promise<SessionConnectionRow | null>;
  /** The user's sessions that are connected to a node that runs. */
  connected(userId: UserId): Promise<readonly SessionId[]>;
  countOthers(userId: UserId, sessionId: SessionId): Promise<number>;
  saveConnected(row: SessionConnectionRow): Promise<void>;
  saveDisconnected(session: SessionIdentity): Promise<void>;
  /** Until the session connects again. */
  saveCannotAnswer(session: SessionIdentity): Promise<void>;
  /** Whether a connected session of this user has not reported that it cannot answer. */
  canAnswer(userId: UserId): Promise<boolean>;
  saveLeaving(session: SessionIdentity): Promise<void>;
  others(userId: UserId, sessionId: SessionId | null): Promise<readonly SessionConnectionRow[]>;
  saveEviction(eviction: Eviction): Promise<void>;
  /** Whether its node has yet to close this connection. */
  isEvicted(connectionId: string): Promise<boolean>;
}
