import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { SessionId, SessionIdentity, UserId } from '../../src/protocol/index.ts';
import type {
  Eviction,
  SessionConnectionRow,
  SessionState,
  SharedSessions,
} from '../calls/shared-sessions.ts';
import { NODE_ALIVE_MS } from './postgres-schema.ts';
import type { PostgresLocks } from './postgres-locks.ts';
import type { Schema } from './schema.ts';

const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** A node that runs: its heartbeat is recent. */
const LIVE_NODES = sql`(select node_id from nodes where seen_at > ${NOW} - ${sql.lit(NODE_ALIVE_MS)})`;

/** The sessions of all nodes, in SQL. Lives as long as its transaction. */
export class SessionRows implements SharedSessions {
  readonly #db: Kysely<Schema>;
  readonly #locks: PostgresLocks;

  constructor(db: Kysely<Schema>, locks: PostgresLocks) {
    this.#db = db;
    this.#locks = locks;
  }

  async state(userId: UserId, sessionId: SessionId): Promise<SessionState> {
    const { rows } = await sql<{ connected: boolean; leaving_for: number | null }>`
      select coalesce(node_id in ${LIVE_NODES}, false) as connected,
        ${NOW} - leaving_at as leaving_for
      from sessions where user_id = ${userId} and session_id = ${sessionId}`.execute(this.#db);
    const [row] = rows;
    if (row === undefined) return { isConnected: false, leavingForMs: null };
    return { isConnected: row.connected, leavingForMs: row.leaving_for };
  }

  /**
   * The connection that is written down for this session, whether its node runs or not. No other node writes
   * down anything else of this user before the end of the transaction.
   */
  async connection({ userId, sessionId }: SessionIdentity): Promise<SessionConnectionRow | null> {
    await this.#locks.users([userId]);
    const { rows } = await sql<{ node_id: string | null; connection_id: string | null }>`
      select node_id, connection_id from sessions
      where user_id = ${userId} and session_id = ${sessionId}`.execute(this.#db);
    const { node_id: nodeId = null, connection_id: connectionId = null } = rows[0] ?? {};
    if (nodeId === null || connectionId === null) return null;
    return { userId, sessionId, nodeId, connectionId };
  }

  /** How many other sessions of this user are connected. */
  async countOthers(userId: UserId, sessionId: SessionId): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from sessions
      where user_id = ${userId} and session_id <> ${sessionId}
        and node_id in ${LIVE_NODES}`.execute(this.#db);
    return rows[0]?.count ?? 0;
  }

  async connected(userId: UserId): Promise<readonly SessionId[]> {
    const { rows } = await sql<{ session_id: SessionId }>`
      select session_id from sessions
      where user_id = ${userId} and node_id in ${LIVE_NODES} order by session_id`.execute(this.#db);
    return rows.map((row) => row.session_id);
  }

  async saveConnected({
    userId,
    sessionId,
    nodeId,
    connectionId,
  }: SessionConnectionRow): Promise<void> {
    await sql`
      insert into sessions (user_id, session_id, node_id, connection_id)
      values (${userId}, ${sessionId}, ${nodeId}, ${connectionId})
      on conflict (user_id, session_id) do update
      set node_id = excluded.node_id, connection_id = excluded.connection_id, left_at = null,
        leaving_at = null, can_answer = true`.execute(this.#db);
  }

  async saveDisconnected({ userId, sessionId }: SessionIdentity): Promise<void> {
    await sql`
      update sessions set node_id = null, connection_id = null, left_at = ${NOW}
      where user_id = ${userId} and session_id = ${sessionId}`.execute(this.#db);
  }

  async saveCannotAnswer({ userId, sessionId }: SessionIdentity): Promise<void> {
    await this.#locks.users([userId]);
    await sql`
      update sessions set can_answer = false
      where user_id = ${userId} and session_id = ${sessionId}`.execute(this.#db);
  }

  async canAnswer(userId: UserId): Promise<boolean> {
    const { rows } = await sql<{ can: boolean }>`
      select exists (
        select from sessions where user_id = ${userId} and can_answer and node_id in ${LIVE_NODES}
      ) as can`.execute(this.#db);
    return rows[0]?.can ?? false;
  }

  /** Records a leave beacon. */
  async saveLeaving({ userId, sessionId }: SessionIdentity): Promise<void> {
    await sql`
      insert into sessions (user_id, session_id, left_at, leaving_at)
      values (${userId}, ${sessionId}, ${NOW}, ${NOW})
      on conflict (user_id, session_id) do update set leaving_at = ${NOW}`.execute(this.#db);
  }

  /** The other connections of this user. */
  async others(
    userId: UserId,
    sessionId: SessionId | null,
  ): Promise<readonly SessionConnectionRow[]> {
    await this.#locks.users([userId]);
    const { rows } = await sql<{ session_id: SessionId; node_id: string; connection_id: string }>`
      select session_id, node_id, connection_id from sessions
      where user_id = ${userId} and session_id <> ${sessionId ?? ''}
        and node_id is not null and connection_id is not null`.execute(this.#db);
    return rows.map((row) => ({
      userId,
      sessionId: row.session_id,
      nodeId: row.node_id,
      connectionId: row.connection_id,
    }));
  }

  async isEvicted(connectionId: string): Promise<boolean> {
    const { rows } = await sql`
      select from evictions where connection_id = ${connectionId}`.execute(this.#db);
    return rows.length > 0;
  }

  /** Its node closes it as soon as it sees this. */
  async saveEviction({ nodeId, connectionId, userId, sessionId, reason }: Eviction): Promise<void> {
    await sql`
      insert into evictions (connection_id, node_id, user_id, session_id, reason)
      values (${connectionId}, ${nodeId}, ${userId}, ${sessionId}, ${reason})
      on conflict do nothing`.execute(this.#db);
  }
}
