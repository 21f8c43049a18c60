import type { Kysely } from 'kysely';
import type { UserId } from '../../src/protocol/index.ts';
import type { BlockedRow, Schema } from './schema.ts';
import { blockersAmong } from './statements.ts';

/** The block list in SQL. The casts are safe because only saveBlocked writes the rows. */

export async function blockersOf(
  db: Kysely<Schema>,
  otherId: UserId,
  among: readonly UserId[],
): Promise<ReadonlySet<UserId>> {
  const { rows } = await blockersAmong(db, { among, otherId });
  return new Set(rows.map((row) => row.user_id as UserId));
}

export async function blockedBy(
  db: Kysely<Schema>,
  page: { readonly userId: UserId; readonly after: UserId | null; readonly limit: number },
): Promise<readonly UserId[]> {
  const rows = await db
    .selectFrom('blocked')
    .select('other_id')
    .where('user_id', '=', page.userId)
    .where('other_id', '>', page.after ?? '')
    .orderBy('other_id')
    .limit(page.limit)
    .execute();
  return rows.map((row) => row.other_id as UserId);
}

export async function saveBlocked(db: Kysely<Schema>, row: BlockedRow, on: boolean): Promise<void> {
  if (on) {
    await db
      .insertInto('blocked')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return;
  }
  await db
    .deleteFrom('blocked')
    .where('user_id', '=', row.user_id)
    .where('other_id', '=', row.other_id)
    .execute();
}
