import type { UserId } from '../../../src/protocol/index.ts';
import { memberOf, nextVersion, withMember } from '../model/call.ts';
import type { Call } from '../model/call.ts';

/** How the session with a member's seat currently reaches the servers. */
export interface Reachability {
  readonly signalling: boolean;
  /** `unknown`: never seen in the room, or LiveKit is unreachable. */
  readonly media: 'here' | 'gone' | 'unknown';
  /** A leave beacon arrived, and the page has not reconnected. */
  readonly leaving: boolean;
}

/** Grace time: how long a member keeps the seat without signalling and media. */
const GRACE_MS = 30_000;
/** After a leave beacon: a reload reconnects within this time. */
const RELOAD_MS = 8_000;

/**
 * Updates the presence of one joined member: away if signalling or media is missing, with a grace deadline if
 * both are. Returns the same object if nothing changes.
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
  // A member on hold is not in the room.
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
 * After a server restart every joined member gets the whole grace time, since nobody could reach the server.
 * A member who was present counts as last seen at the server's last heartbeat (`serverSeenAt`; null if there
 * was none).
 */
export function graceAfterRestart(call: Call, serverSeenAt: number | null, now: number): Call {
  const members = call.members.map((one) => {
    if (one.status !== 'joined') return one;
    // A time from an earlier absence, which has ended, does not apply.
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
