import { toCall } from '../../../server/store/call-rows.ts';
import { parsePostgresAddress } from '../../../server/store/postgres-address.ts';
import { PostgresConnection } from '../../../server/store/postgres-connection.ts';
import type {
  CallRow,
  CommandRow,
  MemberRow,
  MissedRow,
  RecentRow,
} from '../../../server/store/schema.ts';
import type { Records } from '../../fault-injection/support/records.ts';

/** The contents of the Postgres database at one moment, read independently of the servers. */
export async function readPostgresRecords(url: string): Promise<Records> {
  const connection = await PostgresConnection.open(parsePostgresAddress(url));
  const rows = async <Row>(sql: string) => {
    const { rows: found } = await connection.query(sql);
    return found as Row[];
  };
  try {
    await connection.query('begin isolation level repeatable read');
    const members = new Map<string, MemberRow[]>();
    for (const row of await rows<MemberRow>('select * from members order by position')) {
      members.set(row.call_id, [...(members.get(row.call_id) ?? []), row]);
    }
    const calls = (await rows<CallRow>('select * from calls order by created_at')).map((row) =>
      toCall(row, members.get(row.call_id) ?? []),
    );
    const commands = await rows<CommandRow>('select * from commands');
    return {
      calls: new Map(calls.map((call) => [call.callId, call])),
      commands: new Map(commands.map((row) => [`${row.user_id} ${row.command_id}`, row])),
      missed: await rows<MissedRow & { seq: number }>('select * from missed order by user_id, seq'),
      recents: await rows<RecentRow>('select * from recents'),
    };
  } finally {
    await connection.close();
  }
}
