import type { GuardedClient } from '../outbound/guarded-client.ts';
import type { Log } from '../shared/log.ts';
import { ttlOf, topicOf } from './push-message.ts';
import type { PushMessage } from './push-message.ts';
import type { StoredPushTarget } from './push-store.ts';
import type { PushResult } from './ring-pushes.ts';
import type { VapidKeys } from './vapid.ts';

/** A ring lasts for 30 s: a push service that does not answer is asked again. */
const TIMEOUT_MS = 5_000;
/** Names our messages to a worker that also gets others. */
const APP = 'tui-call';
const GONE: ReadonlySet<number> = new Set([404, 410]);

const KEYS_REFUSED: ReadonlySet<number> = new Set([401, 403]);
const REFUSED = 'a push service refuses a message';
const CHECK_KEYS =
  'a push service refuses the VAPID keys: check TUI_CALL_VAPID_…, and the clock of this machine';

export interface WebPushSenderDependencies {
  readonly client: Pick<GuardedClient, 'post'>;
  readonly log: Pick<Log, 'warn'>;
  readonly vapid: VapidKeys;
}

/** Sends messages to the push services of browsers, encrypted for the browser (RFC 8030, 8291, 8292). */
export class WebPushSender {
  readonly #dependencies: WebPushSenderDependencies;

  constructor(dependencies: WebPushSenderDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws {Error} if a later attempt may succeed. */
  async send(target: StoredPushTarget, message: PushMessage): Promise<PushResult> {
    const { address: endpoint, p256dh, auth, echo } = target;
    const { default: library } = await import('web-push');
    const { client, log, vapid } = this.#dependencies;
    const { subject, publicKey, privateKey } = vapid;
    const { headers, body } = library.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify({ app: APP, ...message, echo }),
      {
        vapidDetails: { subject, publicKey, privateKey: privateKey.reveal() },
        TTL: ttlOf(message),
        topic: topicOf(message),
        urgency: 'high',
        contentEncoding: 'aes128gcm',
      },
    );
    const sent = { headers: textOf(headers), body: body ?? '', timeoutMs: TIMEOUT_MS };
    const { status } = await client.post(endpoint, sent);
    if (status >= 200 && status < 300) return 'sent';
    if (GONE.has(status)) return 'gone';
    if (status === 429 || status >= 500) throw new Error(`the push service answered ${status}`);
    // Its host only: who has the address can send to the device.
    const pushService = URL.parse(endpoint)?.host;
    log.warn({ pushService, status }, KEYS_REFUSED.has(status) ? CHECK_KEYS : REFUSED);
    return 'refused';
  }
}

/** The library has numbers among the values. */
function textOf(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
