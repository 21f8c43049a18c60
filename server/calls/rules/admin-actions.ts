import type { UserId } from '../../../src/protocol/index.ts';
import { isLive, memberOf, nextVersion, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { changed, refuse, unchanged } from '../model/decision.ts';
import type { Decision } from '../model/decision.ts';
import { endParticipation, endCall, endIfOver } from './ending.ts';

/** Actions of the REST API. No member performed them, so `endedBy` is null. */

export function endByServer(call: Call, at: number): Call {
  if (call.status === 'ended') return call;
  return endCall(nextVersion(call), 'ended-by-server', { kind: 'server', by: null, at });
}

/** Removes a member permanently. Also applies to a member who has left, who could otherwise rejoin. */
export function removeMember(call: Call, userId: UserId, at: number): Call {
  const member = memberOf(call, userId);
  if (member === null || member.status === 'removed' || call.status === 'ended') return call;
  const next = nextVersion(call);
  // The member has already left: keeps the time of leaving.
  if (!isLive(member)) return withMember(next, userId, { status: 'removed' });
  return endIfOver(endParticipation(next, userId, 'removed', at), { kind: 'server', by: null, at });
}

/** What the back end changes; without a field it stays. */
export interface Muting {
  readonly audioMuted?: boolean | undefined;
  readonly videoMuted?: boolean | undefined;
}

/** Mutes a live member, or lets them publish again, which opens no device. It stays when they leave and come back. */
export function muteMember(call: Call, userId: UserId, muting: Muting): Decision {
  const member = memberOf(call, userId);
  if (member === null) return refuse('call-not-found');
  if (call.status === 'ended' || !isLive(member)) {
    return refuse('wrong-state', 'The member is not in the call.');
  }
  const { audioMuted = member.audioMuted, videoMuted = member.videoMuted } = muting;
  if (audioMuted === member.audioMuted && videoMuted === member.videoMuted) return unchanged(call);
  return changed(call, withMember(nextVersion(call), userId, { audioMuted, videoMuted }));
}
