import type { EndReason, MemberStatus, UserId } from '../../../src/protocol/index.ts';
import { memberOf } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';

/** What has just happened to a call, for the question whether it is over. */
export interface Cause {
  /** Someone hung up, was lost, an invitation ended (answered, timed out, busy), or a back end did it. */
  readonly kind: 'hangup' | 'offline' | 'invitation' | 'server';
  /** Whose act it was; null: nobody's. */
  readonly by: UserId | null;
  readonly at: number;
}

/**
 * Ends the call if it is over (spec §3). It is, when
 *
 *     ringing:  the caller is gone, or nobody rings any more
 *     active:   nobody is joined, or one is and nobody rings
 *
 * The contract lets a ring go on when everyone has left an active call. It ends too: who answers would come into
 * an empty room, and nobody is left to take back a ring without a limit.
 */
export function endIfOver(call: Call, cause: Cause): Call {
  const joined = count(call, 'joined');
  const ringing = count(call, 'ringing');
  if (call.status === 'ringing') {
    if (memberOf(call, call.callerId)?.status !== 'joined') {
      return endCall(call, REASON[cause.kind] ?? 'cancelled', cause);
    }
    if (ringing > 0) return call;
    return endCall(
      call,
      cause.kind === 'server' ? 'ended-by-server' : unansweredReason(call),
      cause,
    );
  }
  if (call.status === 'active' && (joined === 0 || (joined === 1 && ringing === 0))) {
    return endCall(call, REASON[cause.kind] ?? 'hangup', cause);
  }
  return call;
}

const REASON: { readonly [K in Cause['kind']]?: EndReason } = {
  offline: 'offline',
  server: 'ended-by-server',
};

/** A member's part in its call ends, in this version of the call. */
export function endParticipation(
  call: Call,
  userId: UserId,
  status: MemberStatus,
  at: number,
): Call {
  const members = call.members.map((one) =>
    one.userId === userId ? endedMember(one, call, status, at) : one,
  );
  return { ...call, members };
}

/** Someone may be found lost since before they joined: nobody leaves earlier than they came. */
function endedMember(member: Member, call: Call, status: MemberStatus, at: number): Member {
  return {
    ...member,
    status,
    statusVersion: call.version,
    leftAt: Math.max(at, member.joinedAt ?? at),
    ringUntil: null,
    graceUntil: null,
    away: false,
    held: false,
    leaving: false,
  };
}

/** The call is over, in this version of it: whoever is in it leaves, whoever rings is let go. */
export function endCall(call: Call, reason: EndReason, { by, at }: Cause): Call {
  const endedAt = Math.max(at, call.createdAt, ...call.members.flatMap(timesInCall));
  const last = (one: Member): Member => {
    if (one.status === 'joined') return endedMember(one, call, 'left', endedAt);
    return one.status === 'ringing' ? endedMember(one, call, 'cancelled', endedAt) : one;
  };
  return {
    ...call,
    status: 'ended',
    endedAt,
    endReason: reason,
    endedBy: by,
    members: call.members.map(last),
  };
}

/** Someone may be found lost after others came and went: the end lies before none of that. */
function timesInCall({ joinedAt, leftAt }: Member): readonly number[] {
  return joinedAt === null ? [] : [joinedAt, leftAt ?? joinedAt];
}

/** Why a call that nobody joined is over, from what became of the invitations. */
function unansweredReason(call: Call): EndReason {
  const invited = call.members.filter((one) => one.userId !== call.callerId);
  if (invited.every((one) => one.status === 'rejected')) return 'rejected';
  if (invited.every((one) => one.status === 'busy')) return 'line-busy';
  return 'no-response';
}

function count(call: Call, status: MemberStatus): number {
  return call.members.filter((one) => one.status === status).length;
}
