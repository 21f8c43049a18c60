import type { EndReason, MemberStatus, UserId } from '../../../src/protocol/index.ts';
import { isLive, memberOf, nextVersion } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';

/** The event that may end a call. */
export interface Cause {
  /** A hang-up, a lost member, the end of an invitation (answered, timed out, busy), or the REST API. */
  readonly kind: 'hangup' | 'offline' | 'invitation' | 'server';
  /** The user who acted; null if none did. */
  readonly by: UserId | null;
  readonly at: number;
}

/**
 * Ends the call if one of these conditions is true (docs/contract.md, "Call states"):
 *
 *     ringing:  the caller has left or does not answer, or no invitation of a callee is pending
 *     active:   nobody is joined, or one member is joined and no invitation is pending
 *
 * An active call that everyone has left ends even with a pending invitation: the callee would enter an empty
 * room, and nobody could cancel an invitation without a time limit.
 */
export function endIfOver(call: Call, cause: Cause): Call {
  const joined = count(call, 'joined');
  const ringing = count(call, 'ringing');
  if (call.status === 'ringing') {
    const caller = memberOf(call, call.callerId);
    if (!isLive(caller)) {
      return endCall(call, REASON[cause.kind] ?? reasonWithoutCaller(caller), cause);
    }
    // The back end started the call, and the caller is rung as well.
    const callees = caller.status === 'ringing' ? ringing - 1 : ringing;
    if (callees > 0) return call;
    return endCall(
      call,
      cause.kind === 'server' ? 'ended-by-server' : unansweredReason(call),
      cause,
    );
  }
  if (call.status === 'active' && (joined === 0 || (joined === 1 && ringing === 0))) {
    const caller = memberOf(call, call.callerId);
    const reason = neverCame(call, caller) ? reasonWithoutCaller(caller) : 'hangup';
    return endCall(call, REASON[cause.kind] ?? reason, cause);
  }
  return call;
}

const REASON: { readonly [K in Cause['kind']]?: EndReason } = {
  offline: 'offline',
  server: 'ended-by-server',
};

/** The member's ring ends without an answer. */
export function withoutResponse(before: Call, userId: UserId, at: number): Call {
  const call = endParticipation(nextVersion(before), userId, 'no-response', at);
  return endIfOver(call, { kind: 'invitation', by: null, at });
}

/** The server rang the caller, who was never in the call, and that ring has just ended. */
function neverCame(call: Call, caller: Member | null): boolean {
  const isFirstRing = caller?.joinedAt === null && caller.previousParticipation === null;
  return isFirstRing && caller.statusVersion === call.version;
}

/** A caller whom the server rings may reject or not answer; any other one has hung up. */
function reasonWithoutCaller(caller: Member | null): EndReason {
  if (caller?.status === 'rejected' || caller?.status === 'no-response') return caller.status;
  return 'cancelled';
}

/** Ends a member's participation, in the current version of the call. */
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

/** A member may be found offline as of a time before they joined: `leftAt` is never before `joinedAt`. */
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

/** Ends the call in its current version: joined members become left, ringing ones cancelled. */
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

/** The end is never before a join or leave that has already happened. */
function timesInCall({ joinedAt, leftAt }: Member): readonly number[] {
  return joinedAt === null ? [] : [joinedAt, leftAt ?? joinedAt];
}

/** The end reason of an unanswered call, derived from the outcome of its invitations. */
function unansweredReason(call: Call): EndReason {
  const invited = call.members.filter((one) => one.userId !== call.callerId);
  if (invited.every((one) => one.status === 'rejected')) return 'rejected';
  if (invited.every((one) => one.status === 'busy')) return 'line-busy';
  return 'no-response';
}

function count(call: Call, status: MemberStatus): number {
  return call.members.filter((one) => one.status === status).length;
}
