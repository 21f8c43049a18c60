import { isTalking } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';

/** LiveKit takes a token it has made anew for ten minutes; two more for clocks that differ. */
export const TOKEN_VALIDITY_MS = 12 * 60_000;

/** Someone may come into the room with a token from when they were in the call, and is in it no more. */
export function hasOutstandingToken({ members }: Call, now: number): boolean {
  return members.some((one) => one.status === 'removed' || mayHoldToken(one, now));
}

function mayHoldToken(member: Member, now: number): boolean {
  const { joinedAt, leftAt, previousParticipation } = member;
  if (isTalking(member) || (joinedAt === null && previousParticipation?.outcome !== 'answered'))
    return false;
  return leftAt === null || now < leftAt + TOKEN_VALIDITY_MS;
}
