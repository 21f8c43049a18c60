import type { CommandOf, UserId } from '../../../src/protocol/index.ts';
import { isLive, liveMembers, memberOf, nextVersion, participationOf } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';
import { endIfOver } from './ending.ts';
import { withInvitations } from './invitation.ts';
import type { Invitation, InvitationContext } from './invitation.ts';

export interface InviteContext extends InvitationContext {
  readonly maxMembers: number;
}

/** `invite`: invites more users; the call becomes a group call. */
export function invite(
  call: Call,
  request: Pick<CommandOf<'invite'>, 'userIds' | 'timeout'>,
  actor: Actor,
  context: InviteContext,
): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  if (call.status === 'ended') return unchanged(call);
  if (member.status !== 'joined' || member.sessionId !== actor.sessionId) {
    return refuse('wrong-state', 'Only a session that is in the call can invite.');
  }
  if (request.userIds.includes(actor.userId)) return refuse('self-call');
  const userIds = notInCall(call, request.userIds);
  if (userIds.some((userId) => memberOf(call, userId)?.status === 'removed')) {
    return refuse('blocked', 'The back end has removed this user from the call.');
  }
  return inviteUsers(call, { by: actor.userId, userIds, timeout: request.timeout }, context);
}

/** The server invites independently of who is in the call; also a member that it has removed. */
export function inviteByServer(
  call: Call,
  request: Pick<CommandOf<'invite'>, 'userIds' | 'timeout'>,
  context: InviteContext,
): Decision {
  if (call.status === 'ended') return refuse('wrong-state', 'The call has ended.');
  const userIds = notInCall(call, request.userIds);
  return inviteUsers(call, { by: null, userIds, timeout: request.timeout }, context);
}

function inviteUsers(call: Call, invitation: Invitation, context: InviteContext): Decision {
  const { userIds } = invitation;
  if (userIds.length === 0) return unchanged(call);
  if (liveMembers(call).length + userIds.length > context.maxMembers) return refuse('call-full');
  const group = { ...nextVersion(call), isGroup: true };
  const invited = withInvitations(group, invitation, context);
  return changed(call, endIfOver(invited, { kind: 'invitation', by: null, at: context.now }));
}

/** Users who are ringing or joined already are left out. */
function notInCall(call: Call, userIds: readonly UserId[]): readonly UserId[] {
  return [...new Set(userIds)].filter((userId) => !isLive(memberOf(call, userId)));
}
