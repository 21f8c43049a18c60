import type { MemberView, UserId } from '../../protocol/index.ts';
import type { Account, CallDetails } from '../state/call-state.ts';
import type { IntentOf } from '../state/events.ts';

/** The call as it is shown until the server has answered. */
export function dialingDetails(account: Account, intent: IntentOf<'call'>): CallDetails {
  const { userIds, mediaType, groupId, userData } = intent;
  const { userId, nickname, avatar } = account;
  const self: MemberView = {
    ...placeholderMember(userId, null),
    nickname,
    avatar,
    status: 'joined',
  };
  const callees = userIds.map((id) => placeholderMember(id, userId));
  return {
    callId: null,
    mediaType,
    groupId,
    isGroup: groupId !== '' || userIds.length > 1,
    callerId: userId,
    userData,
    members: [self, ...callees],
    self: { userId },
  };
}

function placeholderMember(userId: UserId, invitedBy: UserId | null): MemberView {
  return {
    userId,
    nickname: '',
    avatar: '',
    role: invitedBy === null ? 'caller' : 'callee',
    status: 'ringing',
    statusVersion: 0,
    invitedBy,
    invitedVersion: 0,
    alerted: false,
    away: false,
    held: false,
    joinedAt: null,
    leftAt: null,
  };
}
