import { isTalking } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';

/** A token renewed by LiveKit is valid for 10 minutes; 2 more allow for clock differences. */
export const TOKEN_VALIDITY_MS = 12 * 60_000;

/** Whether a former member may still hold a valid media token. */
export function hasOutstandingToken({ members }: Call, now: number): boolean {
  return members.some((one) => one.status === 'removed' || mayHoldToken(one, now));
}

function mayHoldToken(member: Member, now: number): boolean {
  const { joinedAt, leftAt, previousParticipation } = member;
  if (isTalking(member) || (joinedAt === null && previousParticipation?.outcome !== 'answered'))
    return false;
  return leftAt === null || now < leftAt + TOKEN_VALIDITY_MS;
}
