import type { UserId } from '../../../src/protocol/index.ts';
import { isLive, memberOf, nextVersion, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';
import { endParticipation, endCall, endIfOver } from './ending.ts';

/** What a back end does to calls through the server's API. Nobody of the call did it: `endedBy` is null. */

export function endByServer(call: Call, at: number): Call {
  if (call.status === 'ended') return call;
  return endCall(nextVersion(call), 'ended-by-server', { kind: 'server', by: null, at });
}

/** Out of this call for good, also who has left it by themselves: they could come back otherwise. */
export function removeMember(call: Call, userId: UserId, at: number): Call {
  const member = memberOf(call, userId);
  if (member === null || member.status === 'removed' || call.status === 'ended') return call;
  const next = nextVersion(call);
  // Nothing happens to them now: when they went stays what it was.
  if (!isLive(member)) return withMember(next, userId, { status: 'removed' });
  return endIfOver(endParticipation(next, userId, 'removed', at), { kind: 'server', by: null, at });
}
