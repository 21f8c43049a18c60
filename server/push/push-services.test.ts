import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { reject } from '../calls/rules/index.ts';
import type { Call } from '../calls/model/call.ts';
import { createLog } from '../shared/log.ts';
import { Secret } from '../shared/secret.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { actorOn, alice, bob, session } from '../testing/people.ts';
import { decided, ringing, T0 } from '../testing/rule-fixtures.ts';
import { createPush } from './push-services.ts';

const ENDPOINT = {
  ...{ endpointId: 'endpoint', url: 'https://back-end.example/', types: null, createdAt: T0 },
  ...{ onFailure: 'allow' as const, previousSecret: null, disabled: null, pausedUntil: 0 },
  secret: new Secret('c2VjcmV0'),
} as const;

/** Bob has an app, and a back end receives events. */
async function withApp(t: TestContext) {
  const store = await SqliteStore.open(':memory:');
  t.after(() => store.close());
  const clock = new FakeClock(T0);
  let ids = 0;
  let wakes = 0;
  const { pushes, pushTargets } = createPush({
    ...{
      store,
      clock,
      log: createLog('silent'),
      config: { push: { vapid: null, showCaller: true } },
    },
    outbound: { post: () => assert.fail('sent'), problemOf: () => null },
    calls: { forServer: () => assert.fail('changed') },
    randomId: () => `random-id-of-test-${(ids += 1)}`,
    onDeliveries: () => (wakes += 1),
  });
  await store.transaction((tx) => tx.callbacks.saveEndpoint(ENDPOINT));
  const token = { platform: 'apns', address: 'the-token', p256dh: '', auth: '', echo: '' };
  const registrant = { userId: bob, sessionId: session('phone'), expiresAt: T0 + 1e6 };
  await pushTargets.register(token, registrant);
  const change = async (before: Call | null, after: Call) => {
    await store.transaction((tx) => tx.saveChange({ before, after }));
    await pushes.execute({ subject: `${after.callId} ${bob}`, attempts: 1 });
  };
  const events = async () => {
    const claim = { endpointId: 'endpoint', now: T0, leaseUntil: T0 + 1, limit: 9 };
    const [delivery] = await store.transaction((tx) => tx.callbacks.claimDeliveries(claim));
    return delivery === undefined ? null : (JSON.parse(delivery.body) as Body);
  };
  return { change, events, wakes: () => wakes };
}

interface Body {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

it('notifies back ends of the rings of native apps, with a token that declines', async (t) => {
  const { change, events, wakes } = await withApp(t);
  const call = ringing({ by: alice, to: [bob] });
  await change(null, call);
  const ring = await events();
  const { declineToken, ...data } = ring?.data ?? {};
  assert.match(String(declineToken), /^[\w-]{43}$/);
  assert.deepEqual(
    [ring?.type, data],
    [
      'push.ring',
      {
        ...{ userId: 'bob', platform: 'apns', token: 'the-token', callId: call.callId },
        ...{ mediaType: call.mediaType, isGroup: false, callerName: 'alice', remainingMs: 30_000 },
      },
    ],
  );
  assert.equal(wakes(), 1);
});

it('notifies back ends that the ring is over, once', async (t) => {
  const { change, wakes } = await withApp(t);
  const call = ringing({ by: alice, to: [bob] });
  await change(null, call);
  const rejected = decided(reject(call, actorOn(bob), T0));
  await change(call, rejected);
  await change(rejected, rejected);
  assert.equal(wakes(), 2);
});
