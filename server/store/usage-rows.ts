import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CallId, MediaType, UserId } from '../../src/protocol/index.ts';
import type { UsagePage, UsageTime } from '../api/api-store.ts';
import type { Schema, UsageRow } from './schema.ts';

/** Times of members in calls, in the SQL that both databases understand. */

/** Those that run now are few: all of them, then the others in pages, the latest end first. */
export async function usageTimes(
  db: Kysely<Schema>,
  { from, now, before, limit }: UsagePage,
): Promise<readonly UsageTime[]> {
  const all = db.selectFrom('usage').selectAll();
  if (before === null) {
    const rows = await all
      .where((is) => is.or([is('ended_at', 'is', null), is('ended_at', '>', now)]))
      .execute();
    return rows.map(toTime).sort((one, other) => (other.endedAt ?? now) - (one.endedAt ?? now));
  }
  const { endedAt, callId, userId, startedAt } = before;
  let page = all.where('ended_at', '>', from).where('ended_at', '<=', endedAt);
  if (callId !== null) {
    page = page.where(
      sql<boolean>`(ended_at, call_id, user_id, started_at) < (${endedAt}, ${callId}, ${userId}, ${startedAt})`,
    );
  }
  const rows = await page
    .orderBy('ended_at', 'desc')
    .orderBy('call_id', 'desc')
    .orderBy('user_id', 'desc')
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toTime);
}

/** The casts are safe because only values of these types are written. */
function toTime(row: UsageRow): UsageTime {
  return {
    callId: row.call_id as CallId,
    userId: row.user_id as UserId,
    groupId: row.group_id,
    mediaType: row.media_type as MediaType,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
