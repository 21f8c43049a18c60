import { liveMembers, nextVersion } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import { endParticipation, endIfOver } from './ending.ts';

export interface SignallingLossContext {
  readonly now: number;
  /** When the server started: nobody could reach it before. */
  readonly serverUpAt: number;
  /** How long a call continues in which only media, and no signalling, reaches the servers. */
  readonly timeoutMs: number;
  readonly hasSignalling: (member: Member) => boolean;
}

/**
 * Ends a call in which no joined member has had signalling for `timeoutMs`, as of the time the last one was
 * seen. A member with media only keeps the seat while another member has signalling; without any, LiveKit's
 * participant list is trusted for this time only, because it may list participants who are gone.
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

/** presence.ts records it with each change; the last change was the loss of signalling. */
function lastSeen({ lastSeenAt, joinedAt }: Member, { createdAt }: Call): number {
  return lastSeenAt ?? joinedAt ?? createdAt;
}
