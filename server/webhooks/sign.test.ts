import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { parseWebhookSecret, webhookHeaders } from './sign.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = '{"type":"group.membership","data":{"userId":"alice","groupId":"ü"}}';

describe('the signature of a request to a back end', () => {
  it('is accepted by the library of Standard Webhooks', () => {
    const headers = signed();
    assert.deepEqual(new Webhook(SECRET).verify(body, headers), JSON.parse(body));
  });

  it('is refused after any change (H88)', () => {
    const webhook = new Webhook(SECRET);
    const other = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);
    assert.throws(() => other.verify(body, signed()));
    assert.throws(() => webhook.verify(`${body} `, signed()));
    assert.throws(() => webhook.verify(body, { ...signed(), 'webhook-id': 'msg-2' }));
    assert.throws(() => webhook.verify(body, signed(Date.now() - 6 * 60_000)));
  });

  it('matches the example of the specification', () => {
    const headers = webhookHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}', at: 1_614_265_330_000 },
      parseWebhookSecret('X', SECRET),
    );
    assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('the secret', () => {
  it('is refused in any other form, and never printed', () => {
    const short = Buffer.alloc(23).toString('base64');
    const long = Buffer.alloc(65).toString('base64');
    for (const text of [
      'plain text',
      'whsec_',
      `whsec_${short}`,
      `whsec_${long}`,
      'whsec_not base64',
    ]) {
      assert.throws(
        () => parseWebhookSecret('NAME', text),
        ({ message }: Error) =>
          message.startsWith('NAME must be whsec_') &&
          (text === 'whsec_' || !message.includes(text)),
      );
    }
    assert.equal(String(parseWebhookSecret('NAME', SECRET)), '[secret]');
  });
});

function signed(at = Date.now()): Record<string, string> {
  return webhookHeaders({ id: 'msg-1', body, at }, parseWebhookSecret('X', SECRET));
}
