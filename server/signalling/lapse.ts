import type { Identity } from '../auth/verify-user.ts';

/** How long a session whose userSig has ended waits for a new one. */
export const LAPSES_AFTER_MS = 60_000;

/**
 * `expired`: begins nothing, and still hears what concerns its user. `lapsed`: not renewed in time. Then
 * the session is over; one that is in a call lasts as long as that call, and hears of nothing else.
 */
export type Standing = 'valid' | 'expired' | 'lapsed';

/** Asked at each use: a timer may be late, on a machine that slept or whose clock was set. */
export function standingOf({ expiresAt }: Pick<Identity, 'expiresAt'>, wall: number): Standing {
  if (wall < expiresAt) return 'valid';
  return wall < expiresAt + LAPSES_AFTER_MS ? 'expired' : 'lapsed';
}
