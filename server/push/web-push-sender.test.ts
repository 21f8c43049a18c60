import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { alice, bob, session } from '../testing/people.ts';
import { ringing, T0 } from '../testing/rule-fixtures.ts';
import { memberOf } from '../calls/model/call.ts';
import { VAPID } from '../testing/push-setup.ts';
import { ringOverMessage } from './push-message.ts';
import { parseVapid } from './vapid.ts';
import { WebPushSender } from './web-push-sender.ts';

describe('A push service that refuses a message', () => {
  for (const [status, advice] of [
    [403, /VAPID/],
    [413, /refuses/],
  ] as const) {
    it(`with ${status} is in the log, without the address of the device`, async () => {
      const { send, logged } = sender(status);
      assert.equal(await send(), 'refused');
      const [fields, message] = logged[0] ?? [];
      assert.deepEqual(fields, { pushService: 'push.example', status });
      assert.match(String(message), advice);
      assert.ok(!JSON.stringify(logged).includes('device'));
    });
  }

  it('for a device that is gone is not', async () => {
    const { send, logged } = sender(410);
    assert.equal(await send(), 'gone');
    assert.deepEqual(logged, []);
  });
});

/** Sends to a push service that answers with this status. */
function sender(status: number) {
  const logged: unknown[][] = [];
  const vapid = parseVapid(VAPID.subject, VAPID.publicKey, VAPID.privateKey);
  assert.ok(vapid);
  const answer = { status, headers: {}, body: '', durationMs: 0 };
  const web = new WebPushSender({
    client: { post: async () => answer },
    log: { warn: (...args: unknown[]) => void logged.push(args) },
    vapid,
  });
  const browser = createECDH('prime256v1');
  const target = {
    ...{ targetId: 'id', userId: bob, sessionId: session('one'), platform: 'web', echo: '' },
    address: 'https://push.example/device',
    p256dh: browser.generateKeys('base64url'),
    auth: randomBytes(16).toString('base64url'),
    ...{ createdAt: T0, usedAt: T0, expiresAt: T0 },
  };
  const call = ringing({ by: alice, to: [bob] });
  const member = memberOf(call, bob);
  assert.ok(member);
  return { send: () => web.send(target, ringOverMessage(call, member, true)), logged };
}
