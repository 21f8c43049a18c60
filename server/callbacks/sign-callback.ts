import { webhookHeaders } from '../webhooks/sign.ts';
import type { Webhook } from '../webhooks/sign.ts';
import type { CallbackEndpoint } from '../webhooks/delivery.ts';

/** The headers of a callback. While a rotation is under way, both secrets sign. */
export function callbackHeaders(
  { secret, previousSecret }: Pick<CallbackEndpoint, 'secret' | 'previousSecret'>,
  webhook: Webhook,
  now: number,
): Record<string, string> {
  const signed = webhookHeaders(webhook, secret);
  const older =
    previousSecret === null || previousSecret.until <= now
      ? []
      : [webhookHeaders(webhook, previousSecret.secret)['webhook-signature']];
  return {
    'content-type': 'application/json',
    'user-agent': 'tui-call-server',
    ...signed,
    'webhook-signature': [signed['webhook-signature'], ...older].join(' '),
  };
}
