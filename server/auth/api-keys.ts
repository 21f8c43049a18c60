import { createHash, timingSafeEqual } from 'node:crypto';
import { Secret } from '../shared/secret.ts';

/** Shorter ones can be guessed by trying. */
const MIN_KEY_BYTES = 32;
/** What an Authorization header can carry without quotes. */
const API_KEY = /^[A-Za-z0-9._~+/=-]+$/;

/**
 * TUI_CALL_API_KEYS=key,key,…: any of them opens the REST API. Without one nobody can.
 *
 * @throws {Error} that says what is wrong; never a key itself.
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

/** Tells whether a request comes from a back end of ours, in a time that says nothing about the keys. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly Secret[]) {
    this.#digests = keys.map((key) => digest(key.reveal()));
  }

  /** @param authorization the header as it came. */
  accept(authorization: string | undefined): boolean {
    const [, given = ''] = /^Bearer (.*)$/i.exec(authorization ?? '') ?? [];
    const tried = digest(given);
    let accepted = false;
    // All of them, whichever fits: where the loop ends must not be measurable.
    for (const one of this.#digests) accepted = timingSafeEqual(one, tried) || accepted;
    return accepted;
  }
}

/** Of one length for all, as timingSafeEqual needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
