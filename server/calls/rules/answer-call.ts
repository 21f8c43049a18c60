import { liveMembers, memberOf, participationOf, nextVersion, withMember } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';
import { endParticipation, endIfOver } from './ending.ts';
import { participationRecord } from '../model/participation.ts';

/** `accept`: the first session to answer gets the call; every later one is told who did. */
export function accept(call: Call, actor: Actor, now: number): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  return member.status === 'ringing'
    ? changed(call, withJoined(call, actor, now))
    : unchanged(call);
}

/** `reject`: heard only while nobody of the user's sessions has answered. */
export function reject(call: Call, actor: Actor, now: number): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  return member.status === 'ringing'
    ? changed(call, withRejected(call, actor, now))
    : unchanged(call);
}

export interface JoinContext {
  readonly now: number;
  readonly maxMembers: number;
  /** The user is engaged in another call. */
  readonly isBusy: boolean;
}

/**
 * `join`: into a running group call, for who was in it or belongs to its group; and from another session of
 * who is in it, any call: the seat moves to that one. From the very session, what is on hold is taken up.
 */
export function join(call: Call, actor: Actor, context: JoinContext): Decision {
  const member = participationOf(call, actor.userId);
  const wasIn = memberOf(call, actor.userId)?.previousParticipation != null;
  const mayJoin = wasIn || (call.groupId !== '' && actor.groups.includes(call.groupId));
  // To a stranger a call that exists looks like one that does not.
  if (member === null && !mayJoin) return refuse('call-not-found');
  if (member?.status === 'ringing') return accept(call, actor, context.now);
  if (member?.status === 'joined') return moveSession(call, member, actor);
  if (member !== null && call.status === 'ended') return unchanged(call);
  if (call.status === 'ended') return refuse('call-not-found');
  // Also who was put out of a call in which they never heard a ring.
  if (memberOf(call, actor.userId)?.status === 'removed') return refuse('not-a-member');
  if (!call.isGroup) return refuse('wrong-state', 'Only a group call can be joined.');
  if (context.isBusy) return refuse('wrong-state', 'This user is in another call.');
  if (liveMembers(call).length >= context.maxMembers) return refuse('call-full');
  return changed(call, withJoined(withMemberEntry(call, actor), actor, context.now));
}

/** The seat is this session's from now on; to the others the member was in the call all the time. */
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
      // How the former session reached the server says nothing about this one.
      away: false,
      leaving: false,
      graceUntil: null,
    }),
  );
}

/** The member is in the call with this session; the first one to come in begins it. */
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

/** A place in the call: one of before, or a new one for someone nobody invited. */
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
