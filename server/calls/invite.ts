import type { CommandOf, UserId } from '../../src/protocol/index.ts';
import { isLive, liveMembers, memberOf, nextVersion, partOf } from './call.ts';
import type { Call } from './call.ts';
import { changed, refuse, unchanged } from './decision.ts';
import type { Actor, Decision } from './decision.ts';
import { settle } from './ending.ts';
import { invited } from './invitation.ts';
import type { InvitationContext } from './invitation.ts';

export interface InviteContext extends InvitationContext {
  readonly maxMembers: number;
}

/** `invite`: rings more users into the call, which is a group call from then on. */
export function invite(
  call: Call,
  ask: Pick<CommandOf<'invite'>, 'userIds' | 'timeout'>,
  actor: Actor,
  context: InviteContext,
): Decision {
  const part = partOf(call, actor.userId);
  if (part === null) return refuse('call-not-found');
  if (call.status === 'ended') return unchanged(call);
  if (part.status !== 'joined' || part.sessionId !== actor.sessionId) {
    return refuse('wrong-state', 'Only a session that is in the call can invite.');
  }
  const userIds = newcomers(call, ask.userIds);
  if (ask.userIds.includes(actor.userId)) return refuse('self-call');
  if (userIds.length === 0) return unchanged(call);
  if (userIds.some((userId) => memberOf(call, userId)?.status === 'removed')) {
    return refuse('blocked', 'The server has taken this user out of the call.');
  }
  if (liveMembers(call).length + userIds.length > context.maxMembers) return refuse('call-full');
  const group = { ...nextVersion(call), isGroup: true };
  const rung = invited(group, { by: actor.userId, userIds, timeout: ask.timeout }, context);
  return changed(call, settle(rung, { kind: 'invitation', by: null, at: context.now }));
}

/** Whoever rings or is in the call already stays as they are. */
function newcomers(call: Call, userIds: readonly UserId[]): readonly UserId[] {
  return [...new Set(userIds)].filter((userId) => !isLive(memberOf(call, userId)));
}
