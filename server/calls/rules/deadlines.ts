import { memberDeadline, nextDeadline } from '../model/call.ts';
import type { Call, Member } from '../model/call.ts';
import { withoutResponse } from './ending.ts';
import { leave, markOffline } from './leave-call.ts';

/**
 * Applies all deadlines until `now`: ring ends and grace ends. Each takes effect at its own time, so that a
 * server that was down ends a call at the time at which it would have ended.
 */
export function applyDeadlines(call: Call, now: number): Call {
  let current = call;
  for (;;) {
    const deadline = nextDeadline(current);
    if (deadline === null || deadline > now) return current;
    current = applyDeadline(current, deadline);
  }
}

function applyDeadline(call: Call, deadline: number): Call {
  const member = call.members.find((one) => memberDeadline(one) === deadline);
  if (member === undefined) return call;
  return member.status === 'ringing'
    ? withoutResponse(call, member.userId, deadline)
    : expireGrace(call, member);
}

function expireGrace(call: Call, { userId, leaving, lastSeenAt, graceUntil }: Member): Call {
  const at = lastSeenAt ?? graceUntil ?? call.createdAt;
  return leaving ? leave(call, userId, at) : markOffline(call, userId, at);
}
