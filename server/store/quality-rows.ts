import type { Kysely } from 'kysely';
import type { CallId, UserId } from '../../src/protocol/index.ts';
import type { Schema } from './schema.ts';

/** What members reported of their connection, in SQL; it is no part of the call, which clients get. */

export interface StoredQuality {
  readonly callId: CallId;
  readonly userId: UserId;
  /** In JSON. */
  readonly quality: string;
}

export async function saveQuality(
  db: Kysely<Schema>,
  { callId, userId, quality }: StoredQuality,
): Promise<void> {
  await db
    .updateTable('members')
    .set({ quality })
    .where('call_id', '=', callId)
    .where('user_id', '=', userId)
    .execute();
}

/** By call, then user. */
export async function qualitiesOf(
  db: Kysely<Schema>,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<UserId, string>>> {
  const rows = await db
    .selectFrom('members')
    .select(['call_id', 'user_id', 'quality'])
    .where('call_id', 'in', [...callIds])
    .where('quality', 'is not', null)
    .execute();
  const qualities = new Map<string, Map<UserId, string>>();
  for (const { call_id: callId, user_id: userId, quality } of rows) {
    const ofCall = qualities.get(callId) ?? new Map<UserId, string>();
    qualities.set(callId, ofCall.set(userId as UserId, quality ?? ''));
  }
  return qualities;
}
