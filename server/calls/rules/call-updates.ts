import type { MediaType, UserId } from '../../../src/protocol/index.ts';
import type { Profile } from '../../auth/profile.ts';
import { isLiveFor, memberOf, nextVersion, participationOf, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Actor, Decision } from '../model/decision.ts';

/** `switch-media-type`: changes the media type of the whole call; allowed for any joined session. */
export function switchMediaType(call: Call, mediaType: MediaType, actor: Actor): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  if (call.status === 'ended') return unchanged(call);
  if (member.status !== 'joined' || member.sessionId !== actor.sessionId) {
    return refuse('wrong-state', 'Only a session that is in the call can switch its media type.');
  }
  if (call.mediaType === mediaType) return unchanged(call);
  return changed(call, { ...nextVersion(call), mediaType });
}

/** `alerted`: one of the callee's devices reports that it rings. */
export function alerted(call: Call, actor: Actor): Decision {
  const member = participationOf(call, actor.userId);
  if (member === null) return refuse('call-not-found');
  if (member.status !== 'ringing' || member.alerted) return unchanged(call);
  return changed(call, withMember(nextVersion(call), actor.userId, { alerted: true }));
}

/** The media room was created again: all clients must join it again. */
export function raiseMediaEpoch(call: Call): Call {
  if (call.status === 'ended') return call;
  return { ...nextVersion(call), mediaEpoch: call.mediaEpoch + 1 };
}

/** Applies a changed profile to a live member. */
export function withProfile(call: Call, userId: UserId, { nickname, avatar }: Profile): Call {
  const member = memberOf(call, userId);
  if (!isLiveFor(member) || (member.nickname === nickname && member.avatar === avatar)) return call;
  return withMember(nextVersion(call), userId, { nickname, avatar });
}
