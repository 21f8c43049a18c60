import { liveMembers, nextVersion } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import { endParticipation, endIfOver } from './ending.ts';

export interface SignallingLossContext {
  readonly now: number;
  /** Before this nobody could reach the server: it was not running. */
  readonly serverUpAt: number;
  /** How long media alone keeps a call going in which nobody has signalling. */
  readonly timeoutMs: number;
  readonly hasSignalling: (member: Member) => boolean;
}

/**
 * The call after a look at who of it still reaches the server. Who has media only keeps the seat for as long
 * as anyone in the call has signalling; when nobody has, the media server's word alone counts for so long:
 * it may go on to list who is not there. Ends then at the time the last one was seen.
 */
export function endWithoutSignalling(call: Call, context: SignallingLossContext): Call {
  const { now, serverUpAt, timeoutMs, hasSignalling } = context;
  const joined = liveMembers(call).filter(({ status }) => status === 'joined');
  if (call.status === 'ended' || joined.length === 0 || joined.some(hasSignalling)) return call;
  const at = Math.max(...joined.map((one) => lastSeen(one, call)));
  if (now < Math.max(at, serverUpAt) + timeoutMs) return call;
  const lost = joined.reduce(
    (left, one) => endParticipation(left, one.userId, 'offline', lastSeen(one, call)),
    nextVersion(call),
  );
  return endIfOver(lost, { kind: 'offline', by: null, at });
}

/** presence.ts notes it with each change: the last one was that signalling went. */
function lastSeen({ lastSeenAt, joinedAt }: Member, { createdAt }: Call): number {
  return lastSeenAt ?? joinedAt ?? createdAt;
}
