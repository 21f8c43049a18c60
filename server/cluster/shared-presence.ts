import type { SessionId, SessionIdentity, UserId } from '../../src/protocol/index.ts';
import type { Presence } from '../calls/presence.ts';
import type { Reachability } from '../calls/rules/presence.ts';
import type { MediaPresence } from '../media/media-presence.ts';
import { randomId } from '../shared/random-id.ts';
import { LEAVING_TTL_MS } from '../signalling/hub.ts';
import type { ConnectedSession, Hub } from '../signalling/hub.ts';
import type { SessionConnectionRow, SharedSessions } from '../calls/shared-sessions.ts';
import type { Transaction } from '../calls/store.ts';

export interface SharedPresenceParts {
  readonly nodeId: string;
  readonly hub: Hub;
  readonly media: MediaPresence;
  /** A user's newer session replaces the older ones. */
  readonly isSingle: boolean;
  /** Other nodes have connections to close. Called before the commit: a hint. */
  readonly onEvicted: (nodeIds: readonly string[]) => void;
}

/**
 * Presence where several nodes share a database: each node records the sessions that are connected to
 * it, in the transaction that decides by them. A session counts as connected while its node's heartbeat is
 * recent.
 */
export class SharedPresence implements Presence {
  readonly #dependencies: SharedPresenceParts;
  readonly #ids = new WeakMap<ConnectedSession, string>();
  readonly #evicted = new WeakSet<ConnectedSession>();

  constructor(dependencies: SharedPresenceParts) {
    this.#dependencies = dependencies;
  }

  here(userId: UserId, sessionId: SessionId): ConnectedSession | null {
    return this.#dependencies.hub.connection(userId, sessionId);
  }

  async record(
    tx: Pick<Transaction, 'sessions'>,
    userId: UserId,
    sessionId: SessionId,
  ): Promise<readonly SessionIdentity[]> {
    const sessions = rowsOf(tx);
    const session = { userId, sessionId };
    const connection = this.here(userId, sessionId);
    const row = await sessions.connection(session);
    if (connection !== null) return this.#connected(sessions, connection, row);
    if (row?.nodeId === this.#dependencies.nodeId) await sessions.saveDisconnected(session);
    if (this.#dependencies.hub.isLeaving(userId, sessionId)) await sessions.saveLeaving(session);
    return [];
  }

  async #connected(
    sessions: SharedSessions,
    connection: ConnectedSession,
    row: SessionConnectionRow | null,
  ): Promise<readonly SessionIdentity[]> {
    const { nodeId, isSingle } = this.#dependencies;
    const { userId, sessionId } = connection;
    const connectionId = this.idOf(connection);
    if (row?.connectionId === connectionId) return [];
    // Another connection has replaced it: it must not replace that one before it is closed.
    if ((await sessions.isEvicted(connectionId)) || this.#evicted.has(connection)) return [];
    if (row !== null && row.nodeId !== nodeId) {
      await sessions.saveEviction({ ...row, reason: 'same-session' });
    }
    await sessions.saveConnected({ userId, sessionId, nodeId, connectionId });
    const replaced = isSingle ? await sessions.others(userId, sessionId) : [];
    for (const other of replaced) {
      await sessions.saveEviction({ ...other, reason: 'newer-session' });
      await sessions.saveDisconnected(other);
    }
    this.#hint(row === null ? replaced : [row, ...replaced]);
    return replaced;
  }

  async reach(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<Reachability> {
    const { isConnected, leavingForMs } = await rowsOf(tx).state(userId, sessionId);
    return {
      signalling: isConnected,
      leaving: leavingForMs !== null && leavingForMs <= LEAVING_TTL_MS,
      media: this.#dependencies.media.of(userId, sessionId),
    };
  }

  countOthers(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<number> {
    return rowsOf(tx).countOthers(userId, sessionId);
  }

  async cannotAnswer(tx: Transaction, userId: UserId, sessionId: SessionId): Promise<boolean> {
    const sessions = rowsOf(tx);
    await sessions.saveCannotAnswer({ userId, sessionId });
    return sessions.canAnswer(userId);
  }

  sessionsOf(tx: Transaction, userId: UserId): Promise<readonly SessionId[]> {
    return rowsOf(tx).connected(userId);
  }

  async evict(tx: Transaction, userId: UserId): Promise<void> {
    const sessions = rowsOf(tx);
    const all = await sessions.others(userId, null);
    for (const one of all) {
      await sessions.saveEviction({ ...one, reason: 'removed-by-server' });
      await sessions.saveDisconnected(one);
    }
    this.#hint(all);
  }

  /** This connection is being closed. Called before its eviction is deleted. */
  evicted(connection: ConnectedSession): void {
    this.#evicted.add(connection);
  }

  /** Names this connection to other nodes. */
  idOf(connection: ConnectedSession): string {
    const id = this.#ids.get(connection) ?? randomId();
    this.#ids.set(connection, id);
    return id;
  }

  #hint(rows: readonly SessionConnectionRow[]): void {
    const { nodeId, onEvicted } = this.#dependencies;
    const others = new Set(rows.map((row) => row.nodeId));
    others.delete(nodeId);
    if (others.size > 0) onEvicted([...others]);
  }
}

function rowsOf({ sessions }: Pick<Transaction, 'sessions'>): SharedSessions {
  if (sessions === undefined) throw new Error('this store is not made for several nodes');
  return sessions;
}
