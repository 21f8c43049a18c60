import type { UserId } from '../../../src/protocol/index.ts';
import { memberOf, nextVersion, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';

/** How the one session that acts for a member reaches the server just now. */
export interface Reachability {
  readonly signalling: boolean;
  /** `unknown`: never seen in the room, or the media server itself is gone. */
  readonly media: 'here' | 'gone' | 'unknown';
  /** Its page said good-bye, and has not come back. */
  readonly leaving: boolean;
}

/** With neither signalling nor media a member keeps the seat so long. */
export const GRACE_MS = 30_000;
/** A page that said good-bye is reloaded within this time, or closed. */
export const RELOAD_MS = 8_000;

/**
 * The call after a look at one joined member's session: shown as away when anything is missing, and
 * with a deadline when all is. Answers the same call when nothing changes.
 */
export function updatePresence(
  call: Call,
  userId: UserId,
  reachability: Reachability,
  now: number,
): Call {
  const member = memberOf(call, userId);
  if (member?.status !== 'joined' || call.status === 'ended') return call;
  const lost = !reachability.signalling && (reachability.leaving || reachability.media !== 'here');
  // On hold nobody is in the room.
  const away = !reachability.signalling || (reachability.media === 'gone' && !member.held);
  const leaving = lost && reachability.leaving;
  const deadline = now + (leaving ? RELOAD_MS : GRACE_MS);
  const graceUntil = lost ? Math.min(member.graceUntil ?? deadline, deadline) : null;
  if (member.away === away && member.leaving === leaving && member.graceUntil === graceUntil) {
    return call;
  }
  const seen = member.graceUntil === null ? now : member.lastSeenAt;
  const next = member.away === away ? call : nextVersion(call);
  return withMember(next, userId, { away, leaving, graceUntil, lastSeenAt: seen });
}

/**
 * The call after the server was down: nobody could reach it, so nobody's seat may be lost for that.
 * Everyone gets the whole grace time. Who was there until then counts as last seen when the server last
 * said that it runs; null: it never did.
 */
export function graceAfterRestart(call: Call, serverSeenAt: number | null, now: number): Call {
  const members = call.members.map((one) => {
    if (one.status !== 'joined') return one;
    // A time from an earlier absence, from which they came back, says nothing about this one.
    const wasGone = one.graceUntil !== null && one.lastSeenAt !== null;
    const presentUntil = Math.max(serverSeenAt ?? 0, one.joinedAt ?? call.createdAt);
    return {
      ...one,
      graceUntil: now + GRACE_MS,
      lastSeenAt: wasGone ? one.lastSeenAt : presentUntil,
    };
  });
  return { ...call, members };
}
