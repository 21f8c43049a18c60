import type { Kysely } from 'kysely';
import type { CallId, SessionId, UserId } from '../../src/protocol/index.ts';
import type { PushRing, PushTables, StoredPushTarget } from '../push/push-store.ts';
import { MAX_PURGED_ROWS } from './old-rows.ts';
import { jobsOfUsers } from './statements.ts';
import type { PushRingRow, PushTargetRow, Schema } from './schema.ts';

/** The tables of devices that are notified of rings, in the SQL that both databases understand. */
export class PushRows implements PushTables {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async saveJobs(callId: CallId, userIds: readonly UserId[], dueAt: number): Promise<boolean> {
    const { rows } = await jobsOfUsers(this.#db, { callId, userIds, dueAt });
    return rows.length > 0;
  }

  async deleteTargets(userId: UserId, sessionId: SessionId | null): Promise<void> {
    let found = this.#db
      .selectFrom('push_targets')
      .select('target_id')
      .where('user_id', '=', userId);
    if (sessionId !== null) found = found.where('session_id', '=', sessionId);
    await this.#delete(await found.execute());
  }

  /** Deletes up to MAX_PURGED_ROWS devices whose userSig has expired. Returns how many. */
  async purge(expiredBefore: number): Promise<number> {
    const found = await this.#db
      .selectFrom('push_targets')
      .select('target_id')
      .where('expires_at', '<=', expiredBefore)
      .orderBy('expires_at')
      .limit(MAX_PURGED_ROWS)
      .execute();
    await this.#delete(found);
    return found.length;
  }

  async #delete(found: readonly { readonly target_id: string }[]): Promise<void> {
    for (const row of found) await this.deleteTarget(row.target_id);
  }

  async saveTarget(target: StoredPushTarget): Promise<void> {
    const { target_id: targetId, ...rest } = targetRow(target);
    await this.#db
      .insertInto('push_targets')
      .values({ target_id: targetId, ...rest })
      .onConflict((conflict) => conflict.column('target_id').doUpdateSet(rest))
      .execute();
  }

  async target(targetId: string): Promise<StoredPushTarget | null> {
    const row = await this.#db
      .selectFrom('push_targets')
      .selectAll()
      .where('target_id', '=', targetId)
      .executeTakeFirst();
    return row === undefined ? null : toTarget(row);
  }

  async targetsOf(userId: UserId): Promise<readonly StoredPushTarget[]> {
    const rows = await this.#db
      .selectFrom('push_targets')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('used_at', 'desc')
      .orderBy('target_id')
      .execute();
    return rows.map(toTarget);
  }

  async deleteTarget(targetId: string): Promise<void> {
    await this.#db.deleteFrom('push_rings').where('target_id', '=', targetId).execute();
    await this.#db.deleteFrom('push_targets').where('target_id', '=', targetId).execute();
  }

  async extendTargets(userId: UserId, sessionId: SessionId, expiresAt: number): Promise<void> {
    await this.#db
      .updateTable('push_targets')
      .set({ expires_at: expiresAt })
      .where('user_id', '=', userId)
      .where('session_id', '=', sessionId)
      .execute();
  }

  async ringsOf(callId: CallId, userId: UserId): Promise<readonly PushRing[]> {
    const rows = await this.#db
      .selectFrom('push_rings')
      .selectAll()
      .where('call_id', '=', callId)
      .where('user_id', '=', userId)
      .orderBy('target_id')
      .execute();
    return rows.map(toRing);
  }

  async ringByToken(tokenHash: string): Promise<PushRing | null> {
    const row = await this.#db
      .selectFrom('push_rings')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst();
    return row === undefined ? null : toRing(row);
  }

  async saveRing(ring: PushRing): Promise<void> {
    const row = ringRow(ring);
    await this.#db
      .insertInto('push_rings')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['call_id', 'user_id', 'target_id']).doUpdateSet(row),
      )
      .execute();
  }

  async setRingState(ring: PushRing, state: PushRing['state']): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('push_rings')
      .set({ state })
      .where('token_hash', '=', ring.tokenHash)
      .where('state', '!=', 'declined')
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async deleteRing(ring: PushRing): Promise<void> {
    await this.#db.deleteFrom('push_rings').where('token_hash', '=', ring.tokenHash).execute();
  }
}

function targetRow(target: StoredPushTarget): PushTargetRow {
  const { platform, address, p256dh, auth, echo } = target;
  return {
    target_id: target.targetId,
    user_id: target.userId,
    session_id: target.sessionId,
    ...{ platform, address, p256dh, auth, echo },
    created_at: target.createdAt,
    used_at: target.usedAt,
    expires_at: target.expiresAt,
  };
}

/** The casts are safe because only targetRow writes the columns. */
function toTarget(row: PushTargetRow): StoredPushTarget {
  const { platform, address, p256dh, auth, echo } = row;
  return {
    targetId: row.target_id,
    userId: row.user_id as UserId,
    sessionId: row.session_id as SessionId,
    ...{ platform, address, p256dh, auth, echo },
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
  };
}

function ringRow(ring: PushRing): PushRingRow {
  return {
    call_id: ring.callId,
    user_id: ring.userId,
    target_id: ring.targetId,
    invited_version: ring.invitedVersion,
    token_hash: ring.tokenHash,
    state: ring.state,
  };
}

/** The casts are safe because only ringRow writes the columns. */
function toRing(row: PushRingRow): PushRing {
  return {
    callId: row.call_id as CallId,
    userId: row.user_id as UserId,
    targetId: row.target_id,
    invitedVersion: row.invited_version,
    tokenHash: row.token_hash,
    state: row.state as PushRing['state'],
  };
}
