import type { Kysely } from 'kysely';
import type { Call } from '../calls/model/call.ts';
import { toCall } from './call-rows.ts';
import type { CallRow, Schema } from './schema.ts';
import { membersOf } from './statements.ts';

/** These calls with their members. */
export async function withMembers(
  db: Kysely<Schema>,
  rows: readonly CallRow[],
): Promise<readonly Call[]> {
  if (rows.length === 0) return [];
  const { rows: members } = await membersOf(
    db,
    rows.map((row) => row.call_id),
  );
  const ofCall = new Map<string, typeof members>();
  for (const one of members) ofCall.set(one.call_id, [...(ofCall.get(one.call_id) ?? []), one]);
  return rows.map((row) => toCall(row, ofCall.get(row.call_id) ?? []));
}
