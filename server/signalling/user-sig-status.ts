import type { Identity } from '../auth/verify-user.ts';

/** How long a session whose userSig has ended waits for a new one. */
export const USER_SIG_GRACE_MS = 60_000;

/**
 * `expired`: begins nothing, and still hears what concerns its user. `lapsed`: not renewed in time. Then
 * the session is over; one that is in a call lasts as long as that call, and hears of nothing else.
 */
export type UserSigStatus = 'valid' | 'expired' | 'lapsed';

/** Asked at each use: a timer may be late, on a machine that slept or whose clock was set. */
export function userSigStatus(
  { expiresAt }: Pick<Identity, 'expiresAt'>,
  wall: number,
): UserSigStatus {
  if (wall < expiresAt) return 'valid';
  return wall < expiresAt + USER_SIG_GRACE_MS ? 'expired' : 'lapsed';
}
