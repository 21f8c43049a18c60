import { Secret } from '../shared/secret.ts';

/** A secret that signs userSigs. `kid` is null for the key of TUI_CALL_SECRET. */
export interface SigningKey {
  readonly kid: string | null;
  readonly secret: Secret;
}

/** HS256 requires a key at least as long as its hash; shorter ones are open to brute force. */
const MIN_SECRET_BYTES = 32;

/**
 * Parses TUI_CALL_SECRET, or TUI_CALL_SECRETS=kid:secret,…, whose first key signs.
 *
 * @throws {Error} that names the problem; the message never contains a secret.
 */
export function parseKeys(
  single: string | undefined,
  several: string | undefined,
): readonly SigningKey[] {
  if (single && several) throw new Error('set TUI_CALL_SECRET or TUI_CALL_SECRETS, not both');
  if (several) return parseSeveral(several);
  if (!single) {
    throw new Error(
      'TUI_CALL_SECRET is missing: at least 32 random bytes, as printed by `openssl rand -hex 32`',
    );
  }
  return [{ kid: null, secret: checkedSecret('TUI_CALL_SECRET', single) }];
}

/** A userSig lives for 30 days at most, so that a longer change of keys has no use. */
const MAX_CHANGE_DAYS = 31;

/**
 * Parses TUI_CALL_NO_KID_UNTIL: until when userSigs without a `kid` are accepted although there are several keys.
 * Epoch ms; 0 without a value.
 *
 * @throws {Error} that names the problem.
 */
export function parseNoKidUntil(text: string | undefined, now: number): number {
  if (!text) return 0;
  const until = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : NaN;
  if (!(until <= now + MAX_CHANGE_DAYS * 86_400_000)) {
    throw new Error(
      `TUI_CALL_NO_KID_UNTIL must be a date at most ${MAX_CHANGE_DAYS} days ahead, such as 2026-12-31 or 2026-12-31T18:00:00Z, not "${text}"`,
    );
  }
  return until;
}

function parseSeveral(text: string): readonly SigningKey[] {
  const keys = text.split(',').map((member) => {
    const [, kid, secret] = /^\s*([A-Za-z0-9_.-]{1,64}):(.*?)\s*$/.exec(member) ?? [];
    if (kid === undefined || secret === undefined) {
      throw new Error('TUI_CALL_SECRETS must be kid:secret,kid:secret,…');
    }
    return { kid, secret: checkedSecret(`the secret of key "${kid}" in TUI_CALL_SECRETS`, secret) };
  });
  if (new Set(keys.map((key) => key.kid)).size < keys.length) {
    throw new Error('TUI_CALL_SECRETS contains a kid twice');
  }
  return keys;
}

function checkedSecret(name: string, value: string): Secret {
  const secret = new Secret(value);
  if (secret.bytes < MIN_SECRET_BYTES) {
    throw new Error(`${name} has ${secret.bytes} bytes; it needs at least 32`);
  }
  return secret;
}
