import { liveMembers, memberOf, participationOf, nextVersion, withMember } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';
import { endParticipation, endIfOver, withoutResponse } from './ending.ts';
import { participationRecord } from '../model/participation.ts';

/** `accept`: the first session gets the seat; a later one succeeds without effect and sees who has it. */
export function accept(call: Call, actor: Actor, now: number): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  return member.status === 'ringing'
    ? changed(call, withJoined(call, actor, now))
    : unchanged(call);
}

/** `reject`: takes effect only while no session of the user has answered. */
export function reject(call: Call, actor: Actor, now: number): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  return member.status === 'ringing'
    ? changed(call, withRejected(call, actor, now))
    : unchanged(call);
}

/** `alerted` with `canAnswer: false`: ends the ring unless another connected session of the user can answer. */
export function unanswerable(
  call: Call,
  { userId }: Actor,
  { now, canAnswer }: { readonly now: number; readonly canAnswer: boolean },
): Decision {
  const member = participationOf(call, userId);
  if (member === null) return refuse('call-not-found');
  return member.status === 'ringing' && !canAnswer
    ? changed(call, withoutResponse(call, userId, now))
    : unchanged(call);
}

export interface JoinContext {
  readonly now: number;
  readonly maxMembers: number;
  /** The user is engaged in another call. */
  readonly isBusy: boolean;
}

/**
 * `join`: enters a running group call as an earlier member or a proven member of its group. From another
 * session of a joined user it moves the seat to that session. From the session with the seat it ends a hold.
 */
export function join(call: Call, actor: Actor, context: JoinContext): Decision {
  const member = participationOf(call, actor.userId);
  const wasIn = memberOf(call, actor.userId)?.previousParticipation != null;
  const mayJoin = wasIn || (call.groupId !== '' && actor.groups.includes(call.groupId));
  // A non-member must not learn whether the call exists.
  if (member === null && !mayJoin) return refuse('call-not-found');
  if (member?.status === 'ringing') return accept(call, actor, context.now);
  if (member?.status === 'joined') return moveSession(call, member, actor);
  if (member !== null && call.status === 'ended') return unchanged(call);
  if (call.status === 'ended') return refuse('call-not-found');
  // Also for a removed member whose invitation was suppressed.
  if (memberOf(call, actor.userId)?.status === 'removed') return refuse('not-a-member');
  if (!call.isGroup) return refuse('wrong-state', 'Only a group call can be joined.');
  if (context.isBusy) return refuse('wrong-state', 'This user is in another call.');
  if (liveMembers(call).length >= context.maxMembers) return refuse('call-full');
  return changed(call, withJoined(withMemberEntry(call, actor), actor, context.now));
}

/** Moves the seat to this session; the other members see no change. */
function moveSession(call: Call, { userId, sessionId, held }: Member, actor: Actor): Decision {
  if (sessionId === actor.sessionId) {
    return held
      ? changed(call, withMember(nextVersion(call), userId, { held: false }))
      : unchanged(call);
  }
  return changed(
    call,
    withMember(nextVersion(call), userId, {
      sessionId: actor.sessionId,
      held: false,
      // The former session's reachability does not apply to this one.
      away: false,
      leaving: false,
      graceUntil: null,
    }),
  );
}

/** The member joins with this session; the first callee to join makes the call active. */
export function withJoined(before: Call, actor: Actor, now: number): Call {
  const call = withMember(nextVersion(before), actor.userId, {
    nickname: actor.nickname,
    avatar: actor.avatar,
    status: 'joined',
    statusVersion: before.version + 1,
    sessionId: actor.sessionId,
    held: false,
    suppressed: false,
    joinedAt: now,
    leftAt: null,
    ringUntil: null,
  });
  if (call.status === 'active') return call;
  return withMember({ ...call, status: 'active', startedAt: now }, call.callerId, {
    joinedAt: now,
  });
}

export function withRejected(before: Call, actor: Actor, now: number): Call {
  const call = endParticipation(nextVersion(before), actor.userId, 'rejected', now);
  const named = withMember(call, actor.userId, { sessionId: actor.sessionId });
  return endIfOver(named, { kind: 'invitation', by: actor.userId, at: now });
}

/** The member's existing entry, or a new one for a user nobody invited. */
function withMemberEntry(call: Call, { userId, nickname, avatar }: Actor): Call {
  const known = memberOf(call, userId);
  if (known !== null)
    return withMember(call, userId, { previousParticipation: participationRecord(call, known) });
  const newcomer = {
    userId,
    nickname,
    avatar,
    role: 'callee' as const,
    status: 'left' as const,
    statusVersion: call.version,
    invitedBy: null,
    invitedVersion: call.version,
    alerted: false,
    away: false,
    held: false,
    joinedAt: null,
    leftAt: null,
    sessionId: null,
    ringUntil: null,
    graceUntil: null,
    lastSeenAt: null,
    leaving: false,
    suppressed: false,
    previousParticipation: null,
  };
  return { ...call, members: [...call.members, newcomer] };
}
