import { sql } from 'kysely';
import { MEMBER_COLUMNS } from './call-rows.ts';
import type { ChangingCallRow } from './call-rows.ts';
import { compileOnce } from './compile-once.ts';
import type {
  CallRow,
  CommandRow,
  JobRow,
  MemberRow,
  MissedRow,
  RecentRow,
  UsageRow,
} from './schema.ts';

/** Statements on the path of frequent commands; each adds to the time to ring. */

export const callById = compileOnce((db, [callId]: [string]) =>
  db.selectFrom('calls').selectAll().where('call_id', '=', callId),
);

/** A row of the member, unless only a suppressed invitation, or of a call of one of the groups ('' is none). */
export const accessTo = compileOnce(
  (db, given: { callId: string; userId: string; groups: readonly string[] }) =>
    db
      .selectFrom('members')
      .select('call_id')
      .where('call_id', '=', given.callId)
      .where('user_id', '=', given.userId)
      .where((is) =>
        is.or([is('suppressed', '=', sql.lit(0)), is('previous_outcome', 'is not', null)]),
      )
      .unionAll(
        db
          .selectFrom('calls')
          .select('call_id')
          .where('call_id', '=', given.callId)
          .where('group_id', '!=', sql.lit(''))
          .where('group_id', 'in', [...given.groups]),
      ),
);

export const callsByIds = compileOnce((db, callIds: readonly string[]) =>
  db
    .selectFrom('calls')
    .selectAll()
    .where('call_id', 'in', [...callIds]),
);

export const membersOf = compileOnce((db, callIds: readonly string[]) =>
  db
    .selectFrom('members')
    .selectAll()
    .where('call_id', 'in', [...callIds])
    .orderBy('position'),
);

export const liveCallIdsOf = compileOnce((db, userIds: readonly string[]) =>
  db
    .selectFrom('members')
    .select('call_id')
    .distinct()
    .where('user_id', 'in', [...userIds])
    .where('live', '=', sql.lit(1)),
);

export const insertCall = compileOnce((db, row: Row<CallRow>) =>
  db.insertInto('calls').values(row),
);

/** Updates this version only: changes no row after a concurrent change. */
export const updateCall = compileOnce(
  (db, given: { row: Row<ChangingCallRow>; callId: string; version: number }) =>
    db
      .updateTable('calls')
      .set(given.row)
      .where('call_id', '=', given.callId)
      .where('version', '=', given.version),
);

/** For an upsert: these columns take the values of the row that was to be inserted. */
function newValuesOf(columns: readonly string[]) {
  return Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)]));
}

const ALL_OF_THE_NEW_ROW = newValuesOf(MEMBER_COLUMNS);

/** Not `replace`, which would delete the row of another live call instead of failing. */
export const saveMembers = compileOnce((db, rows: readonly Row<MemberRow>[]) =>
  db
    .insertInto('members')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['call_id', 'user_id']).doUpdateSet(ALL_OF_THE_NEW_ROW),
    ),
);

export const commandById = compileOnce((db, [userId, commandId]: [string, string]) =>
  db
    .selectFrom('commands')
    .selectAll()
    .where('user_id', '=', userId)
    .where('command_id', '=', commandId),
);

export const insertCommand = compileOnce((db, row: Row<CommandRow>) =>
  db.insertInto('commands').values(row),
);

export const usersByIds = compileOnce((db, userIds: readonly string[]) =>
  db
    .selectFrom('users')
    .selectAll()
    .where('user_id', 'in', [...userIds]),
);

export const blockersAmong = compileOnce(
  (db, { among, otherId }: { among: readonly string[]; otherId: string }) =>
    db
      .selectFrom('blocked')
      .select('user_id')
      .where('user_id', 'in', [...among])
      .where('other_id', '=', otherId),
);

export const replaceJob = compileOnce((db, row: Row<JobRow>) =>
  db
    .insertInto('jobs')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).doUpdateSet(newValuesOf(['due_at', 'attempts'])),
    ),
);

/** The jobs that are due until then, in their order. */
export const jobsUntil = compileOnce((db, { until, limit }: { until: number; limit: number }) =>
  db.selectFrom('jobs').selectAll().where('due_at', '<=', until).orderBy('due_at').limit(limit),
);

/** Only as it was claimed: a job that was saved again for the same time has 0 attempts and stays. */
export const finishJob = compileOnce((db, row: Row<JobRow>) =>
  db
    .deleteFrom('jobs')
    .where('kind', '=', row.kind)
    .where('subject', '=', row.subject)
    .where('due_at', '=', row.due_at)
    .where('attempts', '=', row.attempts),
);

export const insertMissed = compileOnce((db, row: Row<Omit<MissedRow, 'seq'>>) =>
  db.insertInto('missed').values(row).returning('seq'),
);

/** A job `push` for each of these users who has a device that is notified of rings. */
export const jobsOfUsers = compileOnce(
  (db, given: { callId: string; userIds: readonly string[]; dueAt: number }) =>
    db
      .insertInto('jobs')
      .columns(['kind', 'subject', 'due_at', 'attempts'])
      .expression(
        db
          .selectFrom('push_targets')
          .select((is) => [
            sql.lit('push').as('kind'),
            sql<string>`${is.val(given.callId)} || ' ' || user_id`.as('subject'),
            is.cast<number>(is.val(given.dueAt), 'bigint').as('due_at'),
            sql.lit(0).as('attempts'),
          ])
          .where('user_id', 'in', [...given.userIds])
          .groupBy('user_id'),
      )
      .onConflict((conflict) =>
        conflict.columns(['kind', 'subject']).doUpdateSet(newValuesOf(['due_at', 'attempts'])),
      )
      .returning('subject'),
);

export const deleteJob = compileOnce((db, [kind, subject]: [string, string]) =>
  db.deleteFrom('jobs').where('kind', '=', kind).where('subject', '=', subject),
);

export const replaceRecent = compileOnce((db, row: Row<RecentRow>) =>
  db
    .insertInto('recents')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['call_id', 'user_id']).doUpdateSet(newValuesOf(['at'])),
    ),
);

/** Also a time that ended later: a member counts as gone since they were last seen. */
export const endUsage = compileOnce(
  (db, { endedAt, callId, userId }: { endedAt: number; callId: string; userId: string }) =>
    db
      .updateTable('usage')
      .set((is) => ({
        ended_at: is
          .case()
          .when('started_at', '>', endedAt)
          .then(is.ref('started_at'))
          .else(endedAt)
          .end(),
      }))
      .where('call_id', '=', callId)
      .where('user_id', '=', userId)
      .where((is) => is.or([is('ended_at', 'is', null), is('ended_at', '>', endedAt)])),
);

export const insertUsage = compileOnce((db, row: Row<Omit<UsageRow, 'ended_at'>>) =>
  db.insertInto('usage').values({ ...row, ended_at: sql.lit(null) }),
);

/** An interface as a type with an implicit index signature. */
type Row<T> = { [K in keyof T]: T[K] };
