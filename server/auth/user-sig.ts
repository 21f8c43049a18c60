import { SignJWT } from 'jose';
import { parseUserId } from '../../src/protocol/index.ts';
import { parseSeconds } from '../shared/duration.ts';
import { Secret } from '../shared/secret.ts';
import type { SigningKey } from './key-ring.ts';
import { avatarProblem, nicknameProblem } from './profile.ts';

export const USER_SIG_AUDIENCE = 'tui-call';
export const USER_SIG_ALGORITHM = 'HS256';
/** A userSig cannot be revoked, so its lifetime is limited. */
export const MAX_USER_SIG_SECONDS = 30 * 24 * 3600;

/** Lifetime and claims of a userSig. */
export interface UserSigOptions {
  /** Seconds, or a number with a unit: `90s`, `15m`, `12h`, `7d`. 7 days by default, 30 at most. */
  readonly expiresIn?: number | string;
  /** Shown to others; then the user cannot choose another one. */
  readonly name?: string;
  /** An https URL; then the user cannot choose another one. */
  readonly avatar?: string;
  /** Groups whose running calls the user may join. */
  readonly groups?: readonly string[];
  /** The name of the secret in the server's TUI_CALL_SECRETS, which requires it if it has several. */
  readonly kid?: string;
}

/**
 * Creates the userSig with which a page signs `userId` in. For back ends only: the secret can sign in
 * any user.
 *
 * @param secret - the value of TUI_CALL_SECRET, at least 32 bytes
 * @param userId - 1 to 64 of A-Z a-z 0-9 _ . @ -
 * @throws {Error} if an argument is invalid
 * @example
 * const userSig = await createUserSig(process.env.TUI_CALL_SECRET, 'alice', { expiresIn: '12h' });
 */
export async function createUserSig(
  secret: string | SigningKey,
  userId: string,
  options: UserSigOptions = {},
): Promise<string> {
  const key =
    typeof secret === 'string' ? { kid: options.kid ?? null, secret: new Secret(secret) } : secret;
  if (key.secret.bytes < 32) throw new Error('the secret needs at least 32 bytes');
  if (parseUserId(userId) === null) {
    throw new Error(`"${userId}" is not a userId: 1 to 64 of A-Z a-z 0-9 _ . @ -`);
  }
  const seconds = durationSeconds(options.expiresIn ?? '7d');
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims(options))
    .setProtectedHeader({ alg: USER_SIG_ALGORITHM, typ: 'JWT', ...(key.kid && { kid: key.kid }) })
    .setSubject(userId)
    .setAudience(USER_SIG_AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(new TextEncoder().encode(key.secret.reveal()));
}

function claims({ name, avatar, groups }: UserSigOptions): Record<string, unknown> {
  const problem =
    (name !== undefined && nicknameProblem(name)) ||
    (avatar !== undefined && avatarProblem(avatar)) ||
    null;
  if (problem) throw new Error(`name or avatar is invalid: ${problem}`);
  return {
    ...(name !== undefined && { name }),
    ...(avatar !== undefined && { avatar }),
    ...(groups !== undefined && { groups }),
  };
}

/** @throws {Error} when it is not a duration from 1 s to 30 days. */
export function durationSeconds(text: number | string): number {
  const seconds = parseSeconds(text);
  if (!(seconds >= 1 && seconds <= MAX_USER_SIG_SECONDS)) {
    throw new Error(`"${text}" is not a time from 1s to 30d, such as 90s, 15m, 12h or 7d`);
  }
  return seconds;
}
