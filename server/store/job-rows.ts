import type { Kysely } from 'kysely';
import type { Job, JobKind } from '../calls/store.ts';
import type { Schema } from './schema.ts';

const MAX_CLAIMED_JOBS = 50;

/** Claims due jobs where one process alone uses the database. */
export async function claimJobs(
  db: Kysely<Schema>,
  now: number,
  leaseUntil: number,
): Promise<readonly Job[]> {
  const rows = await db
    .updateTable('jobs')
    .set((expression) => ({
      due_at: leaseUntil,
      attempts: expression('attempts', '+', 1),
    }))
    .where((expression) =>
      expression(
        expression.refTuple('kind', 'subject'),
        'in',
        expression
          .selectFrom('jobs')
          .select(['kind', 'subject'])
          .where('due_at', '<=', now)
          .orderBy('due_at')
          .limit(MAX_CLAIMED_JOBS)
          .$asTuple('kind', 'subject'),
      ),
    )
    .returningAll()
    .execute();
  return rows.map(({ kind, subject, due_at: dueAt, attempts }) => ({
    kind: kind as JobKind,
    subject,
    dueAt,
    attempts,
  }));
}
