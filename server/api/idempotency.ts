import { createHash } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { IdempotentRequest, ServerStore } from './api-store.ts';

/** A request whose process has crashed is executed again after this time. */
const RUNNING_MS = 60_000;
/** The responses are kept this long. */
export const IDEMPOTENCY_RETENTION_MS = 24 * 3600_000;
/** Printable ASCII, as a header can carry it. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

export interface IdempotentCall {
  readonly keyId: string;
  readonly idempotencyKey: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** The response of the first request. */
export interface FirstResponse {
  readonly status: number;
  readonly body: string;
}

/** Executes each request with an Idempotency-Key once. */
export class Idempotency {
  readonly #store: ServerStore;
  readonly #clock: Clock;

  constructor({ store, clock }: { readonly store: ServerStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Begins a request; null: it is to be executed. Otherwise the response of the first one.
   *
   * @throws {CommandError} invalid-parameter for a malformed key, idempotency-key-reused for another request,
   * repeated-request while the first one is executed.
   */
  async begin(call: IdempotentCall): Promise<FirstResponse | null> {
    const { keyId, idempotencyKey } = call;
    if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
      throw new CommandError('invalid-parameter', 'Idempotency-Key is malformed');
    }
    const request = fingerprint(call);
    const now = this.#clock.wall();
    return this.#store.transaction(async (tx) => {
      const running = { keyId, idempotencyKey, request, status: null, body: '', at: now };
      if (await tx.api.addIdempotent(running)) return null;
      const known = await tx.api.idempotent(keyId, idempotencyKey);
      const first = known === null ? null : responseOf(known, request, now);
      if (first !== null) return first;
      const isFree = known !== null && (await tx.api.replaceIdempotent(known, running));
      if (!isFree) throw new CommandError('repeated-request');
      return null;
    });
  }

  /** The server failed: the request may be sent again. Any other response is kept. */
  async end(call: IdempotentCall, { status, body }: FirstResponse): Promise<void> {
    const { keyId, idempotencyKey } = call;
    const request = fingerprint(call);
    const at = this.#clock.wall();
    await this.#store.transaction((tx) =>
      status >= 500 || status === 429
        ? tx.api.deleteIdempotent(keyId, idempotencyKey)
        : tx.api.saveResponse({ keyId, idempotencyKey, request, status, body, at }),
    );
  }
}

function responseOf(known: IdempotentRequest, request: string, now: number): FirstResponse | null {
  if (now - known.at > IDEMPOTENCY_RETENTION_MS) return null;
  if (known.request !== request) throw new CommandError('idempotency-key-reused');
  if (known.status !== null) return { status: known.status, body: known.body };
  if (now - known.at > RUNNING_MS) return null;
  throw new CommandError('repeated-request');
}

function fingerprint({ method, url, body }: IdempotentCall): string {
  const text = JSON.stringify([method, url, body ?? null]);
  return createHash('sha256').update(text).digest('hex');
}
