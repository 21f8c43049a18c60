import type { UserId } from '../../../src/protocol/index.ts';
import { isLive, memberOf, nextVersion, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
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
