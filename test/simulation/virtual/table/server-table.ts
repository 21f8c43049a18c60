import { memberOf, type Call } from '../../../../server/calls/model/call.ts';
import type {
  CallStatus,
  CommandType,
  MemberStatus,
  SessionId,
  UserId,
} from '../../../../src/protocol/index.ts';

/**
 * The table of the server: the status of a session in a call × the commands it may send about it. Made from the
 * names of the protocol: a new name adds a row or column. Each pair is tried, or is impossible for a given reason.
 */

const keysOf = <K extends string>(all: Readonly<Record<K, true>>): readonly K[] =>
  Object.keys(all) as K[];

export const COMMANDS: readonly CommandType[] = keysOf<CommandType>({
  ...{ call: true, cancel: true, accept: true, reject: true, hangup: true, invite: true },
  ...{ join: true, 'join-group': true, hold: true, 'switch-media-type': true, alerted: true },
  ...{
    'media-access': true,
    'media-failed': true,
    'report-quality': true,
    sync: true,
    'recent-calls': true,
    'delete-recent-calls': true,
  },
  ...{ 'renew-user-sig': true, 'set-self-info': true, 'set-push-target': true },
});

const MEMBER_STATUSES: readonly MemberStatus[] = keysOf<MemberStatus>({
  ...{ ringing: true, joined: true, left: true, rejected: true, busy: true, 'no-response': true },
  ...{ cancelled: true, offline: true, removed: true },
});

const CALL_STATUSES = keysOf<CallStatus>({ ringing: true, active: true, ended: true });

/** A joined member has one seat, on this session or another, and talks or holds the call. */
const SEATS = ['joined here', 'joined elsewhere', 'held here', 'held elsewhere'] as const;

export type Part =
  Exclude<MemberStatus, 'joined'> | (typeof SEATS)[number] | 'non-member' | 'suppressed';

/** `non-member`: not a member; `suppressed`: a suppressed invitation, because the user has blocked the caller. */
const PARTS: readonly Part[] = [
  ...(['non-member', 'suppressed'] as const),
  ...MEMBER_STATUSES.flatMap((status) => (status === 'joined' ? SEATS : [status])),
];

export interface Row {
  readonly part: Part;
  /** null: the command refers to no call, or to one that does not exist. */
  readonly status: CallStatus | null;
}

const NO_CALL: Row = { part: 'non-member', status: null };

const ROWS: readonly Row[] = [
  NO_CALL,
  ...CALL_STATUSES.flatMap((status) => PARTS.map((part) => ({ part, status }))),
];

export function rowOf(
  call: Call | null,
  { userId, sessionId }: { readonly userId: UserId; readonly sessionId: SessionId },
): Row {
  if (call === null) return NO_CALL;
  return { part: partOf(call, userId, sessionId), status: call.status };
}

function partOf(call: Call, userId: UserId, sessionId: SessionId): Part {
  const member = memberOf(call, userId);
  if (member === null) return 'non-member';
  if (member.suppressed) return 'suppressed';
  if (member.status !== 'joined') return member.status;
  const isHere = member.sessionId === sessionId;
  if (member.held) return isHere ? 'held here' : 'held elsewhere';
  return isHere ? 'joined here' : 'joined elsewhere';
}

export function nameOf({ part, status }: Row): string {
  return status === null ? 'no call' : `${part}, ${status}`;
}

export function pairOf(row: Row, command: CommandType): string {
  return `${command}: ${nameOf(row)}`;
}

/** Commands without a call: they use the row of the call that the user is in, or was in last. */
const OF_NO_CALL: readonly CommandType[] = [
  ...(['call', 'recent-calls', 'renew-user-sig', 'set-self-info', 'set-push-target'] as const),
];

/** Why this row, or this command in it, is impossible; null: it has to be tried. */
export function impossible({ part, status }: Row, command: CommandType): string | null {
  const live: readonly Part[] = ['ringing', ...SEATS];
  const held: readonly Part[] = ['held here', 'held elsewhere'];
  if (status === null) return null;
  if (status === 'ended') {
    if (live.includes(part)) return 'nobody is live in a call that has ended';
    if (command === 'join-group') return 'a group has its live call only';
  }
  if (status === 'ringing') {
    if (held.includes(part)) return 'only a call that has begun can be held';
    if (part === 'left' || part === 'offline')
      return 'it ends when the caller leaves, and is active when another member joins';
    if (command === 'cancel' && part !== 'joined here' && part !== 'joined elsewhere')
      return 'who called into it is its caller, or has begun it by that';
  }
  if (part === 'cancelled' && status !== 'ended') return 'only the end of a call cancels rings';
  if (part === 'non-member') {
    if (OF_NO_CALL.includes(command)) return 'it is sent in a call of its sender only';
    if (command === 'cancel') return 'who called, or joined, has a part in that call';
  }
  return null;
}

/** All pairs that have to be tried. */
export const POSSIBLE: readonly string[] = ROWS.flatMap((row) =>
  COMMANDS.filter((command) => impossible(row, command) === null).map((one) => pairOf(row, one)),
);
