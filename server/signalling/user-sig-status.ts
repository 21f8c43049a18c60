import type { Identity } from '../auth/verify-user.ts';

/** How long a session with an expired userSig may wait for a renewal. */
export const RENEWAL_GRACE_MS = 60_000;

/**
 * `expired`: cannot start anything, and still receives messages. `lapsed`: not renewed in time; the session
 * ends, or, if it is in a call, lasts as long as that call and receives nothing else.
 */
export type UserSigStatus = 'valid' | 'expired' | 'lapsed';

/** Evaluated at each use: a timer may be late after sleep or a change of the clock. */
export function userSigStatus(
  { expiresAt }: Pick<Identity, 'expiresAt'>,
  wall: number,
): UserSigStatus {
  if (wall < expiresAt) return 'valid';
  return wall < expiresAt + RENEWAL_GRACE_MS ? 'expired' : 'lapsed';
}
