import { Secret } from '../shared/secret.ts';

/** One secret that signs userSigs. `kid` is null for the only key of TUI_CALL_SECRET. */
export interface SigningKey {
  readonly kid: string | null;
  readonly secret: Secret;
}

/** Shorter ones can be guessed by trying: HS256 asks for as many bytes as its hash has. */
const MIN_SECRET_BYTES = 32;

/**
 * TUI_CALL_SECRET, or TUI_CALL_SECRETS=kid:secret,… of which the first signs.
 *
 * @throws {Error} that says what is missing or too short; never the secret itself.
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

function parseSeveral(text: string): readonly SigningKey[] {
  const keys = text.split(',').map((member) => {
    const [, kid, secret] = /^\s*([A-Za-z0-9_.-]{1,64}):(.*?)\s*$/.exec(member) ?? [];
    if (kid === undefined || secret === undefined) {
      throw new Error('TUI_CALL_SECRETS must be kid:secret,kid:secret,…');
    }
    return { kid, secret: checkedSecret(`the secret of key "${kid}" in TUI_CALL_SECRETS`, secret) };
  });
  if (new Set(keys.map((key) => key.kid)).size < keys.length) {
    throw new Error('TUI_CALL_SECRETS names a key twice');
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
