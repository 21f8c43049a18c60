import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseSeconds } from '../shared/duration.ts';

/** What a key may do. */
export const SCOPES = [
  'calls:read',
  'calls:write',
  'records:read',
  'users:read',
  'users:write',
  'usage:read',
  'callbacks:read',
  'callbacks:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** An API key as it is stored: its secret cannot be derived from it. */
export interface StoredApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** `tuic_<id>_<secret>`: hexadecimal, so that no part contains a separator. */
const API_KEY = /^tuic_([0-9a-f]{16})_([0-9a-f]{64})$/;
const MAX_NAME_LENGTH = 64;
const MAX_LIFETIME_SECONDS = 3650 * 86_400;

/**
 * A new key, and its only copy in clear.
 *
 * @param expires such as `90d`; without it the key does not expire.
 * @throws {Error} that names the invalid option.
 */
export function createApiKey(
  { name, scopes, expires }: { name: string; scopes: string; expires?: string | undefined },
  now: number,
): { readonly stored: StoredApiKey; readonly key: string } {
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH || /\p{C}/u.test(name)) {
    throw new Error(`--name must be 1 to ${MAX_NAME_LENGTH} printable characters`);
  }
  const keyId = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('hex');
  const stored = {
    keyId,
    name,
    hash: hashOf(secret).toString('hex'),
    scopes: parseScopes(scopes),
    createdAt: now,
    expiresAt: expires === undefined ? null : now + lifetimeMs(expires),
    lastUsedAt: null,
  };
  return { stored, key: `tuic_${keyId}_${secret}` };
}

function lifetimeMs(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds >= 1 && seconds <= MAX_LIFETIME_SECONDS) return seconds * 1000;
  throw new Error(`--expires: "${text}" is not a time from 1s to 3650d, such as 12h or 90d`);
}

function parseScopes(text: string): readonly Scope[] {
  const names = new Set(text.split(',').map((one) => one.trim()));
  const unknown = [...names].filter((name) => !SCOPES.some((one) => one === name));
  if (unknown.length > 0) {
    throw new Error(`--scopes: there is no scope "${unknown[0]}"; there are: ${SCOPES.join(',')}`);
  }
  return SCOPES.filter((one) => names.has(one));
}

/** The parts of a key; null if it is malformed. */
export function parseApiKey(
  key: string,
): { readonly keyId: string; readonly secret: string } | null {
  const [, keyId, secret] = API_KEY.exec(key) ?? [];
  return keyId === undefined || secret === undefined ? null : { keyId, secret };
}

export function isSecretOf({ hash }: Pick<StoredApiKey, 'hash'>, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hash, 'hex'), hashOf(secret));
}

/** A fast hash is enough: the secret has 256 random bits. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
