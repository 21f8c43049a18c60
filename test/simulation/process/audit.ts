import { durationOf } from '../../../server/calls/history/usage.ts';
import { isLive, type Call } from '../../../server/calls/model/call.ts';
import type {
  Answer,
  CallView,
  Command,
  CommandType,
  UserId,
} from '../../../src/protocol/index.ts';
import { must } from '../../model-check/model/violation.ts';
import type { Records } from '../../fault-injection/support/records.ts';

/** One command that the server has acknowledged, as the client received it. */
export interface Acknowledged {
  readonly userId: UserId;
  readonly command: Command;
  readonly answer: Answer;
  /** When the command was sent, in scaled epoch ms, as the server's times are. */
  readonly sentAt: number;
}

/** Commands that leave a row. `alerted` can be repeated at any time; the others change no call. */
const RECORDED: ReadonlySet<CommandType> = new Set([
  ...(['call', 'cancel', 'accept', 'reject', 'hangup', 'invite'] as const),
  ...(['join', 'join-group', 'hold', 'switch-media-type'] as const),
]);

/** I8: the database contains each acknowledged command and contradicts none of them. */
export function checkAcknowledged(acks: readonly Acknowledged[], records: Records): void {
  for (const { userId, command, answer } of acks) {
    if (!answer.ok || !RECORDED.has(command.type)) continue;
    const lost = contradiction(userId, command, answer, records);
    must(lost === null, `I8: ${userId} ${command.type} ${command.id} was acknowledged: ${lost}`);
  }
}

function contradiction(
  userId: UserId,
  command: Command,
  answer: Answer,
  { commands, calls }: Records,
): string | null {
  const row = commands.get(`${userId} ${command.id}`);
  if (row === undefined) return 'it has no row';
  if (row.type !== command.type) return `its row is of type ${row.type}`;
  const view = answer.ok && 'call' in answer ? answer.call : null;
  if (view === null) return row.call_id === null ? null : 'its row names a call';
  if (row.call_id !== view.callId) return 'its row names another call';
  const call = calls.get(view.callId);
  return call === undefined ? 'its call has no row' : regression(view, call);
}

/** A record is never behind a view that the server sent. */
function regression(view: CallView, call: Call): string | null {
  if (call.version < view.version) return `version ${view.version} was rolled back`;
  if (view.status === 'ended' && view.endReason !== call.endReason) return 'it ended otherwise';
  if (view.startedAt !== null && view.startedAt !== call.startedAt) return 'it began otherwise';
  for (const one of view.members) {
    const member = call.members.find(({ userId }) => userId === one.userId);
    if (member === undefined) return `member ${one.userId} is gone`;
    if (member.statusVersion < one.statusVersion) return `${one.userId} was rolled back`;
    // The removal of a member who has left keeps the version at which they left.
    const hadLeft = one.status !== 'ringing' && one.status !== 'joined';
    const isSame = member.status === one.status || (member.status === 'removed' && hadLeft);
    if (member.statusVersion === one.statusVersion && !isSame) {
      return `${one.userId} is ${member.status}, not ${one.status}`;
    }
  }
  return null;
}

/** A recent call that had ended when its user deleted it stays deleted. */
export function checkDeleted(acks: readonly Acknowledged[], { calls, recents }: Records): void {
  const listed = new Set(recents.map((row) => `${row.user_id} ${row.call_id}`));
  for (const { userId, command, answer, sentAt } of acks) {
    if (!answer.ok || command.type !== 'delete-recent-calls') continue;
    for (const callId of command.callIds) {
      const endedBefore = (calls.get(callId)?.endedAt ?? Infinity) < sentAt;
      const isListed = listed.has(`${userId} ${callId}`);
      must(!endedBefore || !isListed, `I8: ${userId} deleted ${callId}, which is listed again`);
    }
  }
}

/** Every call has one end, after its start, and a recorded command started it. */
export function checkSettled({ calls, commands, usage }: Records): void {
  for (const call of calls.values()) checkUsage(call, usage);
  const rows = [...commands.values()];
  const started = new Set(rows.filter(({ type }) => type === 'call').map((row) => row.call_id));
  for (const { callId, status, endReason, endedAt, createdAt, members } of calls.values()) {
    must(status === 'ended' && endReason !== null, `I1: ${callId} has no end`);
    must(endedAt !== null && endedAt >= createdAt, `I1: ${callId} ended before it was created`);
    must(!members.some(isLive), `I11: ${callId} has ended and has a live member`);
    must(started.has(callId), `I8: ${callId} was started by no recorded command`);
  }
}

/** The usage of each member is the duration in the record of the call. */
function checkUsage(call: Call, usage: Records['usage']): void {
  for (const member of call.members) {
    const own = usage.filter((row) => row.call_id === call.callId && row.user_id === member.userId);
    const name = `usage of ${member.userId} in ${call.callId}`;
    must(!own.some((row) => row.ended_at === null), `${name} has not ended`);
    const sum = own.reduce((all, row) => all + (row.ended_at ?? 0) - row.started_at, 0);
    must(
      sum === durationOf(member),
      `${name} is ${sum} ms, in the record ${durationOf(member)} ms`,
    );
  }
}
