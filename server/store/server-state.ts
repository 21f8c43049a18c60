import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** What the call server records about itself, in SQL. */

const SERVER_SEEN_AT = 'server-seen-at';

export async function serverSeenAt(db: Kysely<Schema>): Promise<number | null> {
  const row = await db
    .selectFrom('server_state')
    .select('value')
    .where('name', '=', SERVER_SEEN_AT)
    .executeTakeFirst();
  return row?.value ?? null;
}

export async function saveServerSeenAt(db: Kysely<Schema>, at: number): Promise<void> {
  const row = { name: SERVER_SEEN_AT, value: at };
  await db
    .insertInto('server_state')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: at }))
    .execute();
}
