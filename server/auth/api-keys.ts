import { Secret } from '../shared/secret.ts';

/** Shorter keys are open to brute force. */
const MIN_KEY_BYTES = 32;
/** Characters an Authorization header can carry without quotes. */
const API_KEY = /^[A-Za-z0-9._~+/=-]+$/;

/**
 * Parses TUI_CALL_API_KEYS=key,key,…: each key has all scopes of the REST API.
 *
 * @throws {Error} that names the problem; the message never contains a key.
 */
export function parseApiKeys(text: string | undefined): readonly Secret[] {
  if (!text) return [];
  return text.split(',').map((member, index) => {
    const key = member.trim();
    const name = `key ${index + 1} of TUI_CALL_API_KEYS`;
    const bytes = Buffer.byteLength(key);
    if (bytes < MIN_KEY_BYTES) throw new Error(`${name} has ${bytes} bytes; it needs at least 32`);
    if (!API_KEY.test(key)) throw new Error(`${name} has characters that no HTTP header can carry`);
    return new Secret(key);
  });
}
