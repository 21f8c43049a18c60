import type { CallView, MemberView, SessionIdentity } from '../../src/protocol/index.ts';
import { memberOf } from './call.ts';
import type { Call, Member } from './call.ts';

/** The call as one session is told it. `members` may be given where many sessions are told at once. */
export function callView(
  call: Call,
  { userId, sessionId }: SessionIdentity,
  now: number,
  members: readonly MemberView[] = call.members.map(memberView),
): CallView {
  const part = memberOf(call, userId);
  return {
    callId: call.callId,
    version: call.version,
    status: call.status,
    mediaType: call.mediaType,
    groupId: call.groupId,
    isGroup: call.isGroup,
    callerId: call.callerId,
    roomId: hasBeenIn(part) ? call.roomName : '',
    mediaEpoch: call.mediaEpoch,
    userData: call.userData,
    members,
    self: {
      userId,
      session: part?.sessionId == null ? 'none' : part.sessionId === sessionId ? 'this' : 'other',
      ringRemainingMs: part?.ringUntil == null ? null : Math.max(0, part.ringUntil - now),
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

/** The caller is in the call from the start, before it is active. */
function hasBeenIn(part: Member | null): boolean {
  if (part === null) return false;
  return part.status === 'joined' || part.joinedAt !== null || part.invitedBy === null;
}
