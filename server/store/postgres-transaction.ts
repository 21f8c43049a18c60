import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CallId, CommandId, MissedCall, UserId } from '../../src/protocol/index.ts';
import { isLiveFor, memberOf } from '../calls/model/call.ts';
import type { Call, Missed } from '../calls/model/call.ts';
import { toMissed } from './call-rows.ts';
import type { PostgresLocks } from './postgres-locks.ts';
import type { Schema } from './schema.ts';
import { SessionRows } from './session-rows.ts';
import { SqlTransaction } from './sql-transaction.ts';
import { liveCallIdsOf } from './statements.ts';
import type { Job, JobKind, StoredCommand, StoreRules } from '../calls/store.ts';

/** What a transaction is made of, besides its connection. */
export interface PostgresTransactionParts {
  readonly rules: StoreRules;
  readonly nodeId: string;
  readonly locks: PostgresLocks;
}

const JOBS_AT_ONCE = 50;

/** What differs in Postgres from the SQL that both databases understand. */
export class PostgresTransaction extends SqlTransaction {
  readonly #db: Kysely<Schema>;
  readonly #nodeId: string;
  readonly #locks: PostgresLocks;
  readonly sessions: SessionRows;

  constructor(db: Kysely<Schema>, { rules, nodeId, locks }: PostgresTransactionParts) {
    super(db, rules, { nodeId, isShared: true });
    this.#db = db;
    this.#nodeId = nodeId;
    this.#locks = locks;
    this.sessions = new SessionRows(db, locks);
  }

  /** A call that has ended does not change any more: it is read without a lock. */
  override async call(callId: CallId): Promise<Call | null> {
    const [row] = await this.#locks.calls([callId]);
    if (row === undefined) return this.readCall(callId);
    return (await this.whole([row]))[0] ?? null;
  }

  override async liveCallsOf(userIds: readonly UserId[]): Promise<readonly Call[]> {
    // Read by a statement of its own, after the lock is given.
    const [, { rows }] = await Promise.all([
      this.#locks.users(userIds),
      liveCallIdsOf(this.#db, userIds),
    ]);
    if (rows.length === 0) return [];
    // Until it was locked a member may have left it, or it may have ended.
    const calls = await this.whole(await this.#locks.calls(rows.map((row) => row.call_id)));
    return calls.filter((call) => userIds.some((userId) => isLiveFor(memberOf(call, userId))));
  }

  override async liveCallOfGroup(groupId: string): Promise<Call | null> {
    await this.#locks.group(groupId);
    const { rows } = await sql<{ call_id: string }>`
      select call_id from calls
      where group_id = ${groupId} and ended_at is null and group_proven = 1`.execute(this.#db);
    if (rows.length === 0) return null;
    const locked = await this.#locks.calls(rows.map((row) => row.call_id));
    return (await this.whole(locked))[0] ?? null;
  }

  override async liveCalls(): Promise<readonly Call[]> {
    const { rows } = await sql<{ call_id: string }>`
      select call_id from calls where ended_at is null`.execute(this.#db);
    const calls: Call[] = [];
    const locked = await this.#locks.calls(rows.map((row) => row.call_id));
    for (const row of locked) calls.push(...(await this.whole([row])));
    return calls;
  }

  /** A user's commands are done one after the other. */
  override async command(userId: UserId, commandId: CommandId): Promise<StoredCommand | null> {
    const [, command] = await Promise.all([
      this.#locks.users([userId]),
      super.command(userId, commandId),
    ]);
    return command;
  }

  override async saveMissed({ userId, call, reason, at }: Missed): Promise<MissedCall> {
    const caller = memberOf(call, call.callerId);
    const row = {
      user_id: userId,
      call_id: call.callId,
      caller_id: call.callerId,
      caller_nickname: caller?.nickname ?? '',
      caller_avatar: caller?.avatar ?? '',
      media_type: call.mediaType,
      group_id: call.groupId,
      reason,
      at,
    };
    const { rows } = await sql<{ seq: number }>`
      insert into missed_numbers as number (user_id, seq) values (${userId}, 1)
      on conflict (user_id) do update set seq = number.seq + 1 returning seq`.execute(this.#db);
    const seq = rows[0]?.seq;
    if (seq === undefined) throw new Error('Postgres returned no number for a missed call');
    await sql`insert into missed (user_id, seq, call_id, caller_id, caller_nickname, caller_avatar,
        media_type, group_id, reason, at)
      values (${row.user_id}, ${seq}, ${row.call_id}, ${row.caller_id}, ${row.caller_nickname},
        ${row.caller_avatar}, ${row.media_type}, ${row.group_id}, ${row.reason}, ${row.at})`.execute(
      this.#db,
    );
    return toMissed({ ...row, seq });
  }

  override async lastMissedSeq(userId: UserId): Promise<number> {
    const { rows } = await sql<{ seq: number }>`
      select seq from missed_numbers where user_id = ${userId}`.execute(this.#db);
    return rows[0]?.seq ?? 0;
  }

  /** Skips jobs that another node is just claiming. */
  override async claimJobs(now: number, leaseUntil: number): Promise<readonly Job[]> {
    const { rows } = await sql<{ kind: string; subject: string; due_at: number; attempts: number }>`
      update jobs set due_at = ${leaseUntil}, attempts = attempts + 1, claimed_by = ${this.#nodeId}
      where (kind, subject) in (
        select kind, subject from jobs where due_at <= ${now}
        order by due_at limit ${sql.lit(JOBS_AT_ONCE)} for update skip locked)
      returning kind, subject, due_at, attempts`.execute(this.#db);
    return rows.map(({ kind, subject, due_at: dueAt, attempts }) => ({
      kind: kind as JobKind,
      subject,
      dueAt,
      attempts,
    }));
  }
}
