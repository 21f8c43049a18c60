import type { UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { RandomId } from '../shared/random-id.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Secret } from '../shared/secret.ts';
import { parseWebhookSecret, webhookHeaders } from '../webhooks/sign.ts';

/** The customer's back end that confirms group membership. */
export interface GroupCallbackConfig {
  readonly url: string;
  readonly secret: Secret;
}

/** @throws {Error} that names the problem of TUI_CALL_GROUP_URL or TUI_CALL_GROUP_SECRET. */
export function parseGroupCallback(
  url: string | undefined,
  secret: string | undefined,
): GroupCallbackConfig | null {
  if (!url && !secret) return null;
  if (!url || !secret) {
    throw new Error('set both TUI_CALL_GROUP_URL and TUI_CALL_GROUP_SECRET, or neither');
  }
  const { protocol = '', username, password, hash } = URL.parse(url) ?? {};
  if (!/^https?:$/.test(protocol) || username || password || hash) {
    throw new Error(
      'TUI_CALL_GROUP_URL must be an http:// or https:// URL without a password or a fragment',
    );
  }
  return { url, secret: parseWebhookSecret('TUI_CALL_GROUP_SECRET', secret) };
}

/** A user waits for the response; a slower back end counts as unavailable. */
export const CALLBACK_TIMEOUT_MS = 2_000;
const MAX_RESPONSE_BYTES = 4096;

/** Asks the back end with a signed request. Follows no redirect. */
export class GroupCallback {
  readonly #config: GroupCallbackConfig;
  readonly #dependencies: { readonly clock: Clock; readonly log: Log; readonly randomId: RandomId };

  constructor(
    config: GroupCallbackConfig,
    dependencies: { readonly clock: Clock; readonly log: Log; readonly randomId: RandomId },
  ) {
    this.#config = config;
    this.#dependencies = dependencies;
  }

  /** @throws {CommandError} membership-unknown if there is no valid response. */
  async isMember(userId: UserId, groupId: string): Promise<boolean> {
    try {
      return await this.request({ userId, groupId });
    } catch (error) {
      this.#dependencies.log.warn({ err: error }, 'group membership callback failed');
      throw new CommandError('membership-unknown');
    }
  }

  /** @throws {Error} that names the cause if there is no valid response. */
  async request(data: { userId: UserId; groupId: string }): Promise<boolean> {
    const abort = new AbortController();
    const timeout = new Error(`no response within ${CALLBACK_TIMEOUT_MS} ms`);
    const stop = this.#dependencies.clock.after(CALLBACK_TIMEOUT_MS, () => abort.abort(timeout));
    try {
      return await this.#post(data, abort.signal);
    } finally {
      stop();
      // Stops the transfer of a response that was not read completely.
      abort.abort();
    }
  }

  async #post(data: { userId: UserId; groupId: string }, signal: AbortSignal): Promise<boolean> {
    const { url, secret } = this.#config;
    const body = JSON.stringify({ type: 'group.membership', data });
    const signed = {
      id: `msg_${this.#dependencies.randomId()}`,
      body,
      at: this.#dependencies.clock.wall(),
    };
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        ...webhookHeaders(signed, secret),
      },
      body,
      redirect: 'error',
      signal,
    });
    const text = await limitedText(response);
    if (response.status !== 200) throw new Error(`it responded with status ${response.status}`);
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'member' in answer) {
      if (typeof answer.member === 'boolean') return answer.member;
    }
    throw new Error('its response is not { "member": true | false }');
  }
}

/** @throws {Error} if the response is too long; stops reading then. */
async function limitedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream: AsyncIterable<Uint8Array> | null = body;
  if (stream === null) return '';
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) {
      throw new Error(`its response is over ${MAX_RESPONSE_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
