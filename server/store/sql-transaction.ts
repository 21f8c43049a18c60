import { sql } from 'kysely';
import type { Kysely, SqlBool } from 'kysely';
import type {
  CallId,
  CommandId,
  CommandType,
  MissedCall,
  UserId,
} from '../../src/protocol/index.ts';
import type { Profile } from '../auth/profile.ts';
import { memberOf, nextDeadline } from '../calls/model/call.ts';
import type { Call, Missed } from '../calls/model/call.ts';
import type { Change } from '../calls/model/decision.ts';
import type { RecentPosition } from '../calls/history/recent-cursor.ts';
import type { ApiTransaction } from '../api/api-store.ts';
import type { Recent } from '../calls/history/recent.ts';
import type { UsageChange } from '../calls/history/usage.ts';
import { ApiRows } from './api-rows.ts';
import { blockedBy, blockersOf, saveBlocked } from './blocked-rows.ts';
import { callRow, changingCallRow, memberRow, toMissed } from './call-rows.ts';
import { deleteOld, MAX_PURGED_CALLS, MAX_PURGED_ROWS } from './old-rows.ts';
import { CallbackRows } from './callback-rows.ts';
import type { CallbackRowsOptions } from './callback-rows.ts';
import { withMembers } from './calls-with-members.ts';
import { PushRows } from './push-rows.ts';
import { saveQuality } from './quality-rows.ts';
import type { CallRow, Schema } from './schema.ts';
import { saveServerSeenAt, serverSeenAt } from './server-state.ts';
import {
  accessTo,
  callById,
  callsByIds,
  commandById,
  deleteJob,
  endUsage,
  finishJob,
  insertCall,
  insertCommand,
  insertMissed,
  insertUsage,
  jobsUntil,
  liveCallIdsOf,
  replaceJob,
  replaceRecent,
  saveMembers,
  updateCall,
  usersByIds,
} from './statements.ts';
import type {
  Job,
  JobKind,
  MissedSince,
  StoredCommand,
  StoreRules,
  PurgeTimes,
  RecentItem,
} from '../calls/store.ts';

/** Maximum missed calls per sync; the newest ones are returned. */
const MAX_MISSED = 100;
const MAX_CLAIMED_JOBS = 50;

/** The Transaction port in SQL. Valid until the transaction ends. */
export class SqlTransaction implements ApiTransaction {
  readonly api: ApiRows;
  readonly callbacks: CallbackRows;
  readonly push: PushRows;
  readonly #db: Kysely<Schema>;
  readonly #callWaiting: boolean;

  constructor(
    db: Kysely<Schema>,
    { callWaiting }: StoreRules,
    claims: CallbackRowsOptions = { nodeId: 'this', isShared: false },
  ) {
    this.#db = db;
    this.callbacks = new CallbackRows(db, claims);
    this.api = new ApiRows(db, this.callbacks);
    this.push = new PushRows(db);
    this.#callWaiting = callWaiting;
  }

  call(callId: CallId): Promise<Call | null> {
    return this.readCall(callId);
  }

  /** A call that is only shown. */
  protected async readCall(callId: CallId): Promise<Call | null> {
    const [row] = (await callById(this.#db, [callId])).rows;
    return row === undefined ? null : ((await this.whole([row]))[0] ?? null);
  }

  async mayAccess(callId: CallId, userId: UserId, groups: readonly string[]): Promise<boolean> {
    const { rows } = await accessTo(this.#db, { callId, userId, groups: ['', ...groups] });
    return rows.length > 0;
  }

  async liveCallsOf(userIds: readonly UserId[]): Promise<readonly Call[]> {
    const live = await liveCallIdsOf(this.#db, userIds);
    if (live.rows.length === 0) return [];
    const ids = live.rows.map((row) => row.call_id);
    return this.whole((await callsByIds(this.#db, ids)).rows);
  }

  async liveCallOfGroup(groupId: string): Promise<Call | null> {
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('group_id', '=', groupId)
      .where('ended_at', 'is', null)
      .where('group_proven', '=', sql.lit(1))
      .execute();
    return (await this.whole(rows))[0] ?? null;
  }

  async liveCalls(): Promise<readonly Call[]> {
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('ended_at', 'is', null)
      .execute();
    const calls: Call[] = [];
    for (const row of rows) calls.push(...(await this.whole([row])));
    return calls;
  }

  async endedRooms(rooms: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('calls')
      .select('room_name')
      .where('room_name', 'in', [...rooms])
      .where('ended_at', 'is not', null)
      .execute();
    return rows.map((row) => row.room_name);
  }

  /** These calls with their members. */
  protected whole(rows: readonly CallRow[]): Promise<readonly Call[]> {
    return withMembers(this.#db, rows);
  }

  async saveChange({ before, after }: Change): Promise<void> {
    await this.#saveCallRow(before, after);
    const rows = after.members.flatMap((one, position) =>
      before !== null && memberOf(before, one.userId) === one
        ? []
        : [memberRow(after.callId, one, position, this.#callWaiting)],
    );
    if (rows.length > 0) await saveMembers(this.#db, rows);
    await this.#saveCallJobs(before, after);
  }

  async #saveCallRow(before: Call | null, after: Call): Promise<void> {
    if (before === null) await insertCall(this.#db, callRow(after));
    else if (after.version > before.version) {
      const { callId, version } = before;
      const row = changingCallRow(after);
      const { numAffectedRows } = await updateCall(this.#db, { row, callId, version });
      if (numAffectedRows !== 1n) throw new Error('the call was changed concurrently');
    }
  }

  async #saveCallJobs(before: Call | null, after: Call): Promise<void> {
    const dueBefore = before === null ? null : nextDeadline(before);
    const dueAt = nextDeadline(after);
    const job = { kind: 'call-due' as const, subject: after.callId };
    if (dueAt !== null && dueAt !== dueBefore) await this.saveJob({ ...job, dueAt, attempts: 0 });
    if (dueAt === null && dueBefore !== null) await this.deleteJob(job);
    if (after.endedAt !== null && (before === null || before.endedAt === null)) {
      // Immediately, even if the end lies in the past.
      const room = { kind: 'delete-room' as const, subject: after.roomName };
      await this.saveJob({ ...room, dueAt: 0, attempts: 0 });
    }
  }

  async command(userId: UserId, commandId: CommandId): Promise<StoredCommand | null> {
    const [row] = (await commandById(this.#db, [userId, commandId])).rows;
    if (row === undefined) return null;
    const { type, call_id: callId, at } = row;
    return { userId, commandId, type: type as CommandType, callId: callId as CallId | null, at };
  }

  async saveCommand({ userId, commandId, type, callId, at }: StoredCommand): Promise<void> {
    const row = { user_id: userId, command_id: commandId, type, call_id: callId, at };
    await insertCommand(this.#db, row);
  }

  async profiles(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Profile>> {
    const { rows } = await usersByIds(this.#db, userIds);
    const known = new Map(rows.map((row) => [row.user_id, row]));
    return new Map(
      userIds.map((userId) => {
        const { nickname = '', avatar = '' } = known.get(userId) ?? {};
        return [userId, { nickname, avatar }];
      }),
    );
  }

  async saveProfile(userId: UserId, { nickname, avatar }: Profile): Promise<void> {
    const row = { user_id: userId, nickname, avatar };
    await this.#db
      .insertInto('users')
      .values(row)
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ nickname, avatar }))
      .execute();
  }

  async hasServerProfile(userId: UserId): Promise<boolean> {
    const row = await this.#db
      .selectFrom('users')
      .select('set_by_server')
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.set_by_server === 1;
  }

  saveQuality(callId: CallId, userId: UserId, quality: string): Promise<void> {
    return saveQuality(this.#db, { callId, userId, quality });
  }

  async saveUsage({ callId, userId, groupId, endedAt, begins }: UsageChange): Promise<void> {
    if (endedAt !== null) await endUsage(this.#db, { callId, userId, endedAt });
    if (begins === null) return;
    await insertUsage(this.#db, {
      call_id: callId,
      user_id: userId,
      group_id: groupId,
      media_type: begins.mediaType,
      started_at: begins.at,
    });
  }

  async saveMissed({ userId, call, reason, at }: Missed): Promise<MissedCall> {
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
    const [numbered] = (await insertMissed(this.#db, row)).rows;
    if (numbered === undefined) throw new Error('SQLite returned no number for a missed call');
    return toMissed({ ...row, seq: numbered.seq });
  }

  async missedSince(userId: UserId, since: MissedSince): Promise<readonly MissedCall[]> {
    const [column, value] =
      'seq' in since ? (['seq', since.seq] as const) : (['at', since.at] as const);
    const rows = await this.#db
      .selectFrom('missed')
      .selectAll()
      .where('user_id', '=', userId)
      .where(column, '>', value)
      .orderBy('seq', 'desc')
      .limit(MAX_MISSED)
      .execute();
    return rows.reverse().map(toMissed);
  }

  async lastMissedSeq(userId: UserId): Promise<number> {
    const row = await this.#db
      .selectFrom('missed')
      .select((expression) => expression.fn.max('seq').as('seq'))
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row?.seq ?? 0;
  }

  async claimJobs(now: number, leaseUntil: number): Promise<readonly Job[]> {
    const { rows } = await jobsUntil(this.#db, { until: now, limit: MAX_CLAIMED_JOBS });
    const claimed = rows.map(({ kind, subject, attempts }) => ({
      kind: kind as JobKind,
      subject,
      dueAt: leaseUntil,
      attempts: attempts + 1,
    }));
    for (const job of claimed) await this.saveJob(job);
    return claimed;
  }

  async nextJobAt(): Promise<number | null> {
    const { rows } = await jobsUntil(this.#db, { until: Number.MAX_SAFE_INTEGER, limit: 1 });
    return rows[0]?.due_at ?? null;
  }

  async saveJob({ kind, subject, dueAt, attempts }: Job): Promise<void> {
    await replaceJob(this.#db, { kind, subject, due_at: dueAt, attempts });
  }

  async deleteJob({ kind, subject }: Pick<Job, 'kind' | 'subject'>): Promise<void> {
    await deleteJob(this.#db, [kind, subject]);
  }

  async finishJob({ kind, subject, dueAt, attempts }: Job): Promise<void> {
    await finishJob(this.#db, { kind, subject, due_at: dueAt, attempts });
  }

  async postponeJob(claimed: Job, dueAt: number): Promise<void> {
    await this.#db
      .updateTable('jobs')
      .set({ due_at: dueAt })
      .where('kind', '=', claimed.kind)
      .where('subject', '=', claimed.subject)
      .where('due_at', '=', claimed.dueAt)
      .where('attempts', '=', claimed.attempts)
      .execute();
  }

  async saveRecent({ userId, call, at }: Recent): Promise<void> {
    await replaceRecent(this.#db, { user_id: userId, call_id: call.callId, at });
  }

  async recentCalls(
    userId: UserId,
    after: RecentPosition | null,
    limit: number,
  ): Promise<readonly RecentItem[]> {
    const all = this.#db
      .selectFrom('recents')
      .select(['call_id', 'at'])
      .where('user_id', '=', userId);
    const page = after === null ? all : all.where(isAfter(after));
    const rows = await page.orderBy('at', 'desc').orderBy('call_id', 'desc').limit(limit).execute();
    const lines: RecentItem[] = [];
    for (const { call_id: id, at } of rows) {
      const call = await this.readCall(id as CallId);
      if (call !== null) lines.push({ call, at });
    }
    return lines;
  }

  async deleteRecentCalls(userId: UserId, callIds: readonly CallId[]): Promise<void> {
    await this.#db
      .deleteFrom('recents')
      .where('user_id', '=', userId)
      .where('call_id', 'in', [...callIds])
      .execute();
  }

  async blockersOf(userId: UserId, among: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    return blockersOf(this.#db, userId, among);
  }

  async blockedBy(userId: UserId, after: UserId | null, limit: number): Promise<readonly UserId[]> {
    return blockedBy(this.#db, { userId, after, limit });
  }

  async saveBlocked(userId: UserId, otherId: UserId, on: boolean): Promise<void> {
    await saveBlocked(this.#db, { user_id: userId, other_id: otherId }, on);
  }

  async purge(before: PurgeTimes): Promise<boolean> {
    const deleted = [
      await deleteOld(this.#db, 'recents', before.recents),
      await deleteOld(this.#db, 'commands', before.commands),
      await deleteOld(this.#db, 'missed', before.missed),
      await deleteOld(this.#db, 'idempotency', before.requests),
      await this.callbacks.purge(before.deliveries),
      await this.push.purge(before.pushTargets),
    ];
    const hasMore = deleted.some((count) => count === MAX_PURGED_ROWS);
    if (before.endedCalls === null) return hasMore;
    const count = await this.api.purgeRecords(before.endedCalls, MAX_PURGED_CALLS);
    return hasMore || count === MAX_PURGED_CALLS;
  }

  serverSeenAt(): Promise<number | null> {
    return serverSeenAt(this.#db);
  }

  async saveServerSeenAt(at: number): Promise<void> {
    await saveServerSeenAt(this.#db, at);
  }
}

function isAfter({ at, callId }: RecentPosition) {
  return sql<SqlBool>`(at, call_id) < (${at}, ${callId})`;
}
