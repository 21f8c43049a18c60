import { sql } from 'kysely';
import type { CallId, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Call } from '../calls/model/call.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import type { Eviction } from '../calls/shared-sessions.ts';

/** Rows of sessions that disconnected earlier are deleted. */
const LEFT_KEPT_MS = 60_000;
const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** A seat in a live call whose session was connected to a node that is dead. */
export interface OrphanedSeat {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly callId: CallId;
}

/** What the nodes read in the database about each other's work. */
export class ClusterRows {
  readonly #store: PostgresStore;
  readonly #nodeId: string;

  constructor(store: PostgresStore, nodeId: string) {
    this.#store = store;
    this.#nodeId = nodeId;
  }

  /** The calls that have not ended → their versions. */
  async liveVersions(): Promise<ReadonlyMap<CallId, number>> {
    const { rows } = await this.#store.query((db) =>
      sql<{ call_id: CallId; version: number }>`
        select call_id, version from calls where ended_at is null`.execute(db),
    );
    return new Map(rows.map((row) => [row.call_id, row.version]));
  }

  calls(callIds: readonly CallId[]): Promise<readonly Call[]> {
    return this.#store.transaction(async (tx) => {
      const calls: Call[] = [];
      for (const callId of callIds) {
        const call = await tx.call(callId);
        if (call !== null) calls.push(call);
      }
      return calls;
    });
  }

  /** The orders to close connections of this node. */
  async evictions(): Promise<readonly Eviction[]> {
    const { rows } = await this.#store.query((db) =>
      sql<{
        connection_id: string;
        user_id: UserId;
        session_id: SessionId;
        reason: Eviction['reason'];
      }>`select connection_id, user_id, session_id, reason from evictions
        where node_id = ${this.#nodeId}`.execute(db),
    );
    return rows.map((row) => ({
      nodeId: this.#nodeId,
      connectionId: row.connection_id,
      userId: row.user_id,
      sessionId: row.session_id,
      reason: row.reason,
    }));
  }

  /** The connection is closed. */
  async deleteEviction({ connectionId }: Eviction): Promise<void> {
    await this.#store.query((db) =>
      sql`delete from evictions where connection_id = ${connectionId}`.execute(db),
    );
  }

  async nextJobAt(): Promise<number | null> {
    return this.#store.transaction((tx) => tx.nextJobAt());
  }

  async seatsOf(deadNodeId: string): Promise<readonly OrphanedSeat[]> {
    const { rows } = await this.#store.query((db) =>
      sql<{ user_id: UserId; session_id: SessionId; call_id: CallId }>`
        select s.user_id, s.session_id, m.call_id from sessions s
        join members m on m.user_id = s.user_id and m.session_id = s.session_id
        where s.node_id = ${deadNodeId} and m.live = 1 and m.status = 'joined'`.execute(db),
    );
    return rows.map((row) => ({
      userId: row.user_id,
      sessionId: row.session_id,
      callId: row.call_id,
    }));
  }

  /** Nothing of this node is left: what it had claimed is due again. */
  async forget(deadNodeId: string): Promise<void> {
    await this.#store.query(async (db) => {
      await sql`update jobs set due_at = 0, claimed_by = null where claimed_by = ${deadNodeId}`.execute(
        db,
      );
      await sql`update deliveries set due_at = 0, claimed_by = null
        where claimed_by = ${deadNodeId} and status = 'pending'`.execute(db);
      await sql`delete from sessions where node_id = ${deadNodeId}`.execute(db);
      await sql`delete from evictions where node_id = ${deadNodeId}`.execute(db);
      await sql`delete from nodes where node_id = ${deadNodeId}`.execute(db);
    });
  }

  /** For a node that is alone: whatever else is written down is dead. */
  async forgetOthers(): Promise<void> {
    await this.#store.query(async (db) => {
      await sql`update jobs set due_at = 0, claimed_by = null
        where claimed_by <> ${this.#nodeId}`.execute(db);
      await sql`update deliveries set due_at = 0, claimed_by = null
        where claimed_by <> ${this.#nodeId} and status = 'pending'`.execute(db);
      await sql`delete from sessions where node_id <> ${this.#nodeId}`.execute(db);
      await sql`delete from evictions where node_id <> ${this.#nodeId}`.execute(db);
      await sql`delete from nodes where node_id <> ${this.#nodeId}`.execute(db);
    });
  }

  async purgeSessions(): Promise<void> {
    await this.#store.query((db) =>
      sql`delete from sessions
        where node_id is null and left_at < ${NOW} - ${LEFT_KEPT_MS}`.execute(db),
    );
  }
}
