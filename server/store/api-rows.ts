import { sql } from 'kysely';
import type { Kysely, Selectable, SelectQueryBuilder } from 'kysely';
import type { CallId, UserId } from '../../src/protocol/index.ts';
import type { Scope, StoredApiKey } from '../api/api-key.ts';
import type {
  ApiTables,
  IdempotentRequest,
  RecordQuery,
  StoredRecord,
  UsagePage,
  UsageTime,
} from '../api/api-store.ts';
import type { Profile } from '../auth/profile.ts';
import type { Call } from '../calls/model/call.ts';
import type { CallbackRows } from './callback-rows.ts';
import { withMembers } from './calls-with-members.ts';
import { PushRows } from './push-rows.ts';
import { qualitiesOf } from './quality-rows.ts';
import { usageTimes } from './usage-rows.ts';
import type { ApiKeyRow, CallRow, IdempotencyRow, Schema } from './schema.ts';

/** The tables of the REST API, in the SQL that both databases understand. */
export class ApiRows implements ApiTables {
  readonly #db: Kysely<Schema>;
  readonly #callbacks: CallbackRows;

  constructor(db: Kysely<Schema>, callbacks: CallbackRows) {
    this.#db = db;
    this.#callbacks = callbacks;
  }

  async saveApiKey(key: StoredApiKey): Promise<void> {
    await this.#db.insertInto('api_keys').values(apiKeyRow(key)).execute();
  }

  async apiKey(keyId: string): Promise<StoredApiKey | null> {
    const row = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .where('key_id', '=', keyId)
      .executeTakeFirst();
    return row === undefined ? null : toApiKey(row);
  }

  async apiKeys(): Promise<readonly StoredApiKey[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('created_at')
      .orderBy('key_id')
      .execute();
    return rows.map(toApiKey);
  }

  async deleteApiKey(keyId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('api_keys')
      .where('key_id', '=', keyId)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  async saveApiKeyUse(keyId: string, at: number): Promise<void> {
    await this.#db
      .updateTable('api_keys')
      .set({ last_used_at: at })
      .where('key_id', '=', keyId)
      .execute();
  }

  async idempotent(keyId: string, idempotencyKey: string): Promise<IdempotentRequest | null> {
    const row = await this.#db
      .selectFrom('idempotency')
      .selectAll()
      .where('key_id', '=', keyId)
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    return row === undefined ? null : toIdempotentRequest(row);
  }

  async addIdempotent(request: IdempotentRequest): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('idempotency')
      .values(idempotencyRow(request))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  async replaceIdempotent(known: IdempotentRequest, request: IdempotentRequest): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('idempotency')
      .set(idempotencyRow(request))
      .where('key_id', '=', known.keyId)
      .where('idempotency_key', '=', known.idempotencyKey)
      .where('at', '=', known.at)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  async saveResponse({ keyId, idempotencyKey, ...rest }: IdempotentRequest): Promise<void> {
    await this.#db
      .updateTable('idempotency')
      .set({ status: rest.status, body: rest.body, at: rest.at })
      .where('key_id', '=', keyId)
      .where('idempotency_key', '=', idempotencyKey)
      .execute();
  }

  async deleteIdempotent(keyId: string, idempotencyKey: string): Promise<void> {
    await this.#db
      .deleteFrom('idempotency')
      .where('key_id', '=', keyId)
      .where('idempotency_key', '=', idempotencyKey)
      .execute();
  }

  async shownCall(callId: CallId): Promise<Call | null> {
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('call_id', '=', callId)
      .execute();
    return (await withMembers(this.#db, rows))[0] ?? null;
  }

  async liveCallsAfter(callId: CallId | null, limit: number): Promise<readonly Call[]> {
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('ended_at', 'is', null)
      .where('call_id', '>', callId ?? '')
      .orderBy('call_id')
      .limit(limit)
      .execute();
    return withMembers(this.#db, rows);
  }

  async record(callId: CallId): Promise<StoredRecord | null> {
    const rows = await this.#db
      .selectFrom('calls')
      .selectAll()
      .where('call_id', '=', callId)
      .where('ended_at', 'is not', null)
      .execute();
    return (await this.#recordsOf(rows))[0] ?? null;
  }

  async records(query: RecordQuery): Promise<readonly StoredRecord[]> {
    const { from, to, userId, groupId, endReason, mediaType, after, limit } = query;
    let all = this.#callsOf(userId).where('ended_at', 'is not', null);
    if (from !== null) all = all.where('created_at', '>=', from);
    if (to !== null) all = all.where('created_at', '<', to);
    if (groupId !== null) all = all.where('group_id', '=', groupId);
    // Says what the index of groups contains.
    if (groupId) all = all.where('group_id', '<>', sql.lit(''));
    if (endReason !== null) all = all.where('end_reason', '=', endReason);
    if (mediaType !== null) all = all.where('media_type', '=', mediaType);
    if (after !== null) {
      all = all.where(sql<boolean>`(created_at, calls.call_id) < (${after.at}, ${after.callId})`);
    }
    const rows = await all
      .orderBy('created_at', 'desc')
      .orderBy('calls.call_id', 'desc')
      .limit(limit)
      .execute();
    return this.#recordsOf(rows);
  }

  /** All calls, or those of a user, whom SQLite looks up first: it does not reorder a cross join. */
  #callsOf(
    userId: UserId | null,
  ): SelectQueryBuilder<Schema, 'calls', Selectable<Schema['calls']>> {
    if (userId === null) return this.#db.selectFrom('calls').selectAll('calls');
    return this.#db
      .selectFrom('members')
      .crossJoin('calls')
      .selectAll('calls')
      .whereRef('calls.call_id', '=', 'members.call_id')
      .where('members.user_id', '=', userId);
  }

  async #recordsOf(
    rows: readonly (CallRow & { rating: number | null })[],
  ): Promise<readonly StoredRecord[]> {
    if (rows.length === 0) return [];
    const calls = await withMembers(this.#db, rows);
    const qualities = await qualitiesOf(
      this.#db,
      rows.map((row) => row.call_id),
    );
    return calls.map((call, index) => ({
      call,
      rating: rows[index]?.rating ?? null,
      quality: qualities.get(call.callId) ?? new Map<UserId, string>(),
    }));
  }

  usageTimes(page: UsagePage): Promise<readonly UsageTime[]> {
    return usageTimes(this.#db, page);
  }

  async saveServerProfile(userId: UserId, { nickname, avatar }: Profile): Promise<void> {
    const profile = { nickname, avatar, set_by_server: 1 };
    await this.#db
      .insertInto('users')
      .values({ user_id: userId, ...profile })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(profile))
      .execute();
  }

  async eraseUser(userId: UserId, replacement: UserId): Promise<void> {
    const db = this.#db;
    await this.#callbacks.eraseUser(userId, replacement);
    // A user who called, invited or ended a call is a member of it, which finds the calls: members change last.
    const own = db.selectFrom('members').select('call_id').where('user_id', '=', userId);
    await db
      .updateTable('calls')
      .set({ caller_id: replacement, user_data: '' })
      .where('call_id', 'in', own)
      .where('caller_id', '=', userId)
      .execute();
    await db
      .updateTable('calls')
      .set({ ended_by: replacement })
      .where('call_id', 'in', own)
      .where('ended_by', '=', userId)
      .execute();
    await db
      .updateTable('members')
      .set({ invited_by: replacement })
      .where('call_id', 'in', own)
      .where('invited_by', '=', userId)
      .execute();
    const nobody = { user_id: replacement, nickname: '', avatar: '', session_id: null };
    await db.updateTable('members').set(nobody).where('user_id', '=', userId).execute();
    await db
      .updateTable('missed')
      .set({ caller_id: replacement, caller_nickname: '', caller_avatar: '' })
      .where('caller_id', '=', userId)
      .execute();
    await db
      .updateTable('usage')
      .set({ user_id: replacement })
      .where('user_id', '=', userId)
      .execute();
    await this.#deleteOwn(userId);
  }

  async #deleteOwn(userId: UserId): Promise<void> {
    const db = this.#db;
    await new PushRows(db).deleteTargets(userId, null);
    for (const table of ['missed', 'recents', 'commands', 'users'] as const) {
      await db.deleteFrom(table).where('user_id', '=', userId).execute();
    }
    await db
      .deleteFrom('blocked')
      .where((is) => is.or([is('user_id', '=', userId), is('other_id', '=', userId)]))
      .execute();
  }

  /** Deletes up to `limit` calls that ended before this time, with their usage. Returns how many. */
  async purgeRecords(endedBefore: number, limit: number): Promise<number> {
    const rows = await this.#db
      .selectFrom('calls')
      .select('call_id')
      .where('ended_at', '<', endedBefore)
      .orderBy('ended_at')
      .limit(limit)
      .execute();
    const ids = rows.map((row) => row.call_id);
    if (ids.length === 0) return 0;
    await this.#db.deleteFrom('recents').where('call_id', 'in', ids).execute();
    await this.#db.deleteFrom('members').where('call_id', 'in', ids).execute();
    await this.#db.deleteFrom('usage').where('call_id', 'in', ids).execute();
    await this.#db.deleteFrom('calls').where('call_id', 'in', ids).execute();
    return ids.length;
  }
}

function apiKeyRow(key: StoredApiKey): ApiKeyRow {
  return {
    key_id: key.keyId,
    name: key.name,
    hash: key.hash,
    scopes: key.scopes.join(' '),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
  };
}

/** The casts are safe because only apiKeyRow writes the columns. */
function toApiKey(row: ApiKeyRow): StoredApiKey {
  return {
    keyId: row.key_id,
    name: row.name,
    hash: row.hash,
    scopes: row.scopes.split(' ') as Scope[],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

function idempotencyRow({ keyId, idempotencyKey, ...rest }: IdempotentRequest): IdempotencyRow {
  return { key_id: keyId, idempotency_key: idempotencyKey, ...rest };
}

function toIdempotentRequest(row: IdempotencyRow): IdempotentRequest {
  const { key_id: keyId, idempotency_key: idempotencyKey, request, status, body, at } = row;
  return { keyId, idempotencyKey, request, status, body, at };
}
