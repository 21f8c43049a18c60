import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Rows of one table that a transaction deletes at most: no ring waits for longer than for these. */
export const MAX_PURGED_ROWS = 1_000;
/** Each call has rows in several tables. */
export const MAX_PURGED_CALLS = 100;

/** Tables whose rows have a time `at`, with the columns that identify a row. */
const KEYS = {
  recents: ['user_id', 'at', 'call_id'],
  commands: ['user_id', 'command_id'],
  missed: ['user_id', 'seq'],
  idempotency: ['key_id', 'idempotency_key'],
} as const;

/** Deletes the oldest rows before this time, up to a limit. Returns how many. */
export async function deleteOld(
  db: Kysely<Schema>,
  name: keyof typeof KEYS,
  before: number,
): Promise<number> {
  const table = sql.table(name);
  const key = sql.join(KEYS[name].map((column) => sql.ref(column)));
  const { numAffectedRows } = await sql`
    delete from ${table} where (${key}) in (
      select ${key} from ${table} where at < ${before}
      order by at limit ${sql.lit(MAX_PURGED_ROWS)})`.execute(db);
  return Number(numAffectedRows);
}
