import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Log } from '../shared/log.ts';
import type { Secret } from '../shared/secret.ts';
import { isSecretOf, parseApiKey, SCOPES } from './api-key.ts';
import type { Scope } from './api-key.ts';
import type { ServerStore } from './api-store.ts';

/** Who sends a request of the REST API. */
export interface Principal {
  /** Identifies the key in the database; of a key of TUI_CALL_API_KEYS, `env-<n>`. */
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** The last use of a key is saved at most this often. */
const USE_INTERVAL_MS = 60_000;

const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);

/**
 * Finds out whose API key a request carries. Keys are read from the database for each request, so that one that
 * is revoked is refused at once by all nodes.
 */
export class ApiKeys {
  readonly #store: ServerStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #configured: readonly Buffer[];
  readonly #savedUseAt = new Map<string, number>();

  /** @param dependencies.configured the keys of TUI_CALL_API_KEYS. */
  constructor(dependencies: {
    readonly store: ServerStore;
    readonly clock: Clock;
    readonly log: Log;
    readonly configured: readonly Secret[];
  }) {
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
    this.#configured = dependencies.configured.map((key) => digest(key.reveal()));
  }

  /**
   * @param authorization the raw header.
   * @throws {CommandError} api-key-invalid, also for a key that has expired or was revoked.
   */
  async principal(authorization: string | undefined): Promise<Principal> {
    const [, key = ''] = /^Bearer (.*)$/i.exec(authorization ?? '') ?? [];
    const principal = this.#configuredPrincipal(key) ?? (await this.#storedPrincipal(key));
    if (principal === null) throw new CommandError('api-key-invalid');
    return principal;
  }

  #configuredPrincipal(key: string): Principal | null {
    const tried = digest(key);
    let found = -1;
    // Compares with every key: the position of a match must not be measurable.
    for (const [index, one] of this.#configured.entries()) {
      if (timingSafeEqual(one, tried)) found = index;
    }
    return found < 0 ? null : { keyId: `env-${found + 1}`, scopes: ALL_SCOPES };
  }

  async #storedPrincipal(key: string): Promise<Principal | null> {
    const parts = parseApiKey(key);
    if (parts === null) return null;
    const { keyId, secret } = parts;
    const stored = await this.#store.transaction((tx) => tx.api.apiKey(keyId), 'repeatable');
    if (stored === null || !isSecretOf(stored, secret)) return null;
    const now = this.#clock.wall();
    if (stored.expiresAt !== null && stored.expiresAt <= now) return null;
    this.#saveUse(keyId, now);
    return { keyId, scopes: new Set(stored.scopes) };
  }

  /** The request does not wait for it. */
  #saveUse(keyId: string, now: number): void {
    if (now - (this.#savedUseAt.get(keyId) ?? -Infinity) < USE_INTERVAL_MS) return;
    this.#savedUseAt.set(keyId, now);
    this.#store
      .transaction((tx) => tx.api.saveApiKeyUse(keyId, now), 'repeatable')
      .catch((error: unknown) => {
        this.#savedUseAt.delete(keyId);
        this.#log.warn({ err: error }, 'last use of an API key could not be saved');
      });
  }
}

/** @throws {CommandError} scope-missing, which names the scope. */
export function requireScope({ scopes }: Principal, scope: Scope): void {
  if (!scopes.has(scope)) {
    throw new CommandError('scope-missing', `The API key lacks the scope ${scope}.`);
  }
}

/** timingSafeEqual requires buffers of equal length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
