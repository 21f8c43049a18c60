import type { CallView, MemberView, SessionIdentity } from '../../src/protocol/index.ts';
import { asLastSeenBy, hasLeftForGood, memberOf } from './model/call.ts';
import type { Call, Member } from './model/call.ts';

/**
 * The view of a call for one session. Pass `members` to reuse them for several sessions. A member who was removed or
 * has rejected gets the call as it was then, whichever command asks for it.
 */
export function callView(
  current: Call,
  { userId, sessionId }: SessionIdentity,
  now: number,
  currentMembers?: readonly MemberView[],
): CallView {
  const member = memberOf(current, userId);
  const isOver = member !== null && hasLeftForGood(member, current);
  const call = isOver ? asLastSeenBy(member, current) : current;
  const members = isOver ? undefined : currentMembers;
  return {
    callId: call.callId,
    version: call.version,
    status: call.status,
    mediaType: call.mediaType,
    groupId: call.groupId,
    isGroup: call.isGroup,
    callerId: call.callerId,
    roomId: hasBeenIn(member) ? call.roomName : '',
    mediaEpoch: call.mediaEpoch,
    userData: call.userData,
    members: members ?? call.members.map(memberView),
    self: {
      userId,
      session:
        member?.sessionId == null ? 'none' : member.sessionId === sessionId ? 'this' : 'other',
      ringRemainingMs: member?.ringUntil == null ? null : Math.max(0, member.ringUntil - now),
    },
    serverNow: now,
    createdAt: call.createdAt,
    startedAt: call.startedAt,
    endedAt: call.endedAt,
    endReason: call.endReason,
    endedBy: call.endedBy,
  };
}

export function memberView(member: Member): MemberView {
  const { userId, nickname, avatar, role, status, statusVersion } = member;
  const { invitedBy, invitedVersion, alerted, away, held, joinedAt, leftAt } = member;
  return {
    userId,
    nickname,
    avatar,
    role,
    status,
    statusVersion,
    invitedBy,
    invitedVersion,
    alerted,
    away,
    held,
    joinedAt,
    leftAt,
  };
}

/** The caller is in the call from its start, before it becomes active. */
function hasBeenIn(member: Member | null): boolean {
  if (member === null) return false;
  return member.status === 'joined' || member.joinedAt !== null || member.invitedBy === null;
}
