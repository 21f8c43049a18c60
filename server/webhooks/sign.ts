import { createHmac } from 'node:crypto';
import { Secret } from '../shared/secret.ts';

/** Standard Webhooks permits 24 to 64 bytes. */
const SHORTEST_BYTES = 24;
const LONGEST_BYTES = 64;

/**
 * Parses a secret in the format of Standard Webhooks: `whsec_` and the key in base64.
 *
 * @throws {Error} that names the problem; the message never contains the secret.
 */
export function parseWebhookSecret(name: string, text: string): Secret {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const bytes = key === undefined ? 0 : Buffer.from(key, 'base64').length;
  if (key === undefined || bytes < SHORTEST_BYTES || bytes > LONGEST_BYTES) {
    throw new Error(
      `${name} must be whsec_ and 24 to 64 random bytes in base64, as printed by \`echo whsec_$(openssl rand -base64 32)\``,
    );
  }
  return new Secret(key);
}

export interface Webhook {
  readonly id: string;
  readonly body: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Headers that prove origin, integrity and time of a request (https://www.standardwebhooks.com). */
export function webhookHeaders({ id, body, at }: Webhook, secret: Secret): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', Buffer.from(secret.reveal(), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
