import { DatabaseSync } from 'node:sqlite';
import type { Call } from '../../../server/calls/model/call.ts';
import { toCall } from '../../../server/store/call-rows.ts';
import type {
  CallRow,
  CommandRow,
  MemberRow,
  MissedRow,
  RecentRow,
  UsageRow,
} from '../../../server/store/schema.ts';

/** The content of the database file, of all users or of these, read by a process other than the server. */
export interface Records {
  readonly calls: ReadonlyMap<string, Call>;
  /** `userId commandId` → its row. */
  readonly commands: ReadonlyMap<string, CommandRow>;
  readonly missed: readonly MissedRow[];
  /** The recent calls of every user. */
  readonly recents: readonly RecentRow[];
  readonly usage: readonly UsageRow[];
}

export function readRecords(file: string, users?: readonly string[]): Records {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    // A consistent snapshot of the file, also while a server writes it.
    database.exec('begin');
    const ids = JSON.stringify(users ?? null);
    const rows = <Row>(sql: string) => database.prepare(sql).all({ ids }) as Row[];
    const theirs = `(:ids = 'null' or user_id in (select value from json_each(:ids)))`;
    const theirCalls = `call_id in (select call_id from members where ${theirs})`;
    const members = new Map<string, MemberRow[]>();
    for (const row of rows<MemberRow>(
      `select * from members where ${theirCalls} order by position`,
    )) {
      members.set(row.call_id, [...(members.get(row.call_id) ?? []), row]);
    }
    const calls = rows<CallRow>(`select * from calls where ${theirCalls} order by created_at`).map(
      (row) => toCall(row, members.get(row.call_id) ?? []),
    );
    return {
      calls: new Map(calls.map((call) => [call.callId, call])),
      commands: new Map(
        rows<CommandRow>(`select * from commands where ${theirs}`).map((row) => [
          `${row.user_id} ${row.command_id}`,
          row,
        ]),
      ),
      missed: rows<MissedRow & { seq: number }>(
        `select * from missed where ${theirs} order by seq`,
      ),
      recents: rows<RecentRow>(`select * from recents where ${theirs}`),
      usage: rows<UsageRow>(`select * from usage where ${theirs}`),
    };
  } finally {
    database.close();
  }
}
