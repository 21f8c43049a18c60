import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { ServerStore } from '../api/api-store.ts';
import { callEventsOf } from '../callbacks/call-events.ts';
import { DELIVERY_LIFE_MS, writeDeliveries } from '../calls/outbox.ts';
import { Secret } from '../shared/secret.ts';
import { pushEventOf } from '../push/push-message.ts';
import { alice, bob, carol, session, user } from '../testing/people.ts';
import { ringing, T0 } from '../testing/rule-fixtures.ts';
import { MAX_PURGED_ROWS } from './old-rows.ts';
import type {
  CallbackEndpoint,
  CallbackEvent,
  Delivery,
  DeliveryStatus,
} from '../webhooks/delivery.ts';

/** Requirements of every store of a server, for the callbacks to back ends. */
export function callbackConformance(
  name: string,
  open: (t: TestContext) => Promise<ServerStore>,
): void {
  const test: Test = (what, check) =>
    it(what, async (t) => {
      const store = await open(t);
      t.after(() => store.close());
      await check(store);
    });
  describe(`${name} stores callbacks`, () => {
    endpointTests(test);
    outboxTests(test);
    claimTests(test);
    logTests(test);
    erasureTests(test);
  });
}

type Test = (what: string, check: (store: ServerStore) => Promise<void>) => Promise<void>;

function endpointTests(test: Test): void {
  void test('endpoints with all their fields', async (store) => {
    const first = endpoint('a', { types: ['call.ended', 'call.before'], onFailure: 'deny' });
    const previousSecret = { secret: new Secret('b2xk'), until: T0 + 5 };
    const second = endpoint('b', { previousSecret, disabled: 'by-request', createdAt: T0 + 1 });
    await save(store, second, first);
    assert.deepEqual((await endpoints(store)).map(plain), [first, second].map(plain));
    const changed = { ...first, url: 'https://other.example/', types: null };
    await save(store, changed);
    assert.deepEqual((await endpoints(store)).map(plain), [changed, second].map(plain));
    const remove = () => store.transaction((tx) => tx.callbacks.deleteEndpoint('a'));
    assert.deepEqual([await remove(), await remove()], [true, false]);
    assert.deepEqual((await endpoints(store)).map(plain), [second].map(plain));
  });

  void test('a pause, which only grows, and the first reason for being disabled', async (store) => {
    await save(store, endpoint('a'));
    await store.transaction(async ({ callbacks }) => {
      await callbacks.pauseEndpoint('a', T0 + 50);
      await callbacks.pauseEndpoint('a', T0 + 20);
      await callbacks.disableEndpoint('a', 'gone');
      await callbacks.disableEndpoint('a', 'by-request');
    });
    const [found] = await endpoints(store);
    assert.equal(found?.pausedUntil, T0 + 50);
    assert.equal(found.disabled, 'gone');
  });
}

function outboxTests(test: Test): void {
  void test('a delivery for each endpoint that wants the event', async (store) => {
    const types = ['call.ended', 'call.before'] as const;
    const [all, some] = [endpoint('all'), endpoint('some', { types })];
    await save(store, all, some, endpoint('off', { disabled: 'gone' }));
    assert.equal(await write(store, event('call.started'), event('call.ended')), 3);
    assert.deepEqual(await typesOf(store, 'all'), ['call.started', 'call.ended']);
    assert.deepEqual(await typesOf(store, 'some'), ['call.ended']);
    assert.deepEqual(await typesOf(store, 'off'), []);
    const [delivery] = await claim(store, 'all');
    assert.ok(delivery);
    assert.deepEqual(JSON.parse(delivery.body), {
      type: 'call.started',
      timestamp: new Date(T0).toISOString(),
      data: { callId: 'one' },
    });
    assert.match(delivery.deliveryId, /^msg_[\w-]{22}$/);
    assert.equal(delivery.expiresAt, T0 + DELIVERY_LIFE_MS);
  });

  void test('no delivery of a transaction that is rolled back', async (store) => {
    await save(store, endpoint('a'));
    const failing = store.transaction(async (tx) => {
      await writeDeliveries(tx, [event('call.started')], context());
      throw new Error('on purpose');
    });
    await assert.rejects(failing, /on purpose/);
    assert.deepEqual(await typesOf(store, 'a'), []);
  });
}

function claimTests(test: Test): void {
  void test('the oldest delivery of each subject for one claim, and then the next', async (store) => {
    await save(store, endpoint('a'), endpoint('b'));
    await write(store, event('call.started'), event('call.members-changed'), event('call.ended'));
    await write(store, event('call.started', 'two'));
    const first = await claim(store, 'a');
    assert.deepEqual(first.map(named), ['one call.started 1', 'two call.started 1']);
    assert.deepEqual(await claim(store, 'a'), []);
    assert.equal((await claim(store, 'b', 1)).length, 1);
    await settle(store, first[0], 'delivered');
    assert.deepEqual((await claim(store, 'a')).map(named), ['one call.members-changed 1']);
  });

  void test('no later delivery before one that is retried', async (store) => {
    await save(store, endpoint('a'));
    await write(store, event('call.started'), event('call.ended'));
    const [first] = await claim(store, 'a');
    await settle(store, first, 'pending', T0 + 1_000);
    assert.deepEqual(await claim(store, 'a', 9, T0 + 999), []);
    assert.equal(await nextAt(store, T0), T0 + 1_000);
    assert.deepEqual((await claim(store, 'a', 9, T0 + 1_000)).map(named), ['one call.started 2']);
  });

  void test('a delivery again when the lease has ended, or its node is gone', async (store) => {
    await save(store, endpoint('a'));
    await write(store, event('call.started'));
    const [first] = await claim(store, 'a');
    assert.equal(await nextAt(store, T0), T0 + LEASE_MS);
    const [second] = await claim(store, 'a', 9, T0 + LEASE_MS);
    // The first process is slow, not dead: its result comes too late.
    await settle(store, first, 'delivered');
    assert.equal(await statusOf(store, second), 'pending');
    await store.transaction((tx) => tx.callbacks.releaseDeliveries());
    assert.deepEqual((await claim(store, 'a')).map(named), ['one call.started 3']);
  });

  void test('the next delivery after one that is given up, and never one twice', async (store) => {
    await save(store, endpoint('a'));
    await write(store, event('call.started'), event('call.ended'));
    const [first] = await claim(store, 'a');
    await settle(store, first, 'dead');
    const [second] = await claim(store, 'a');
    assert.equal(second?.type, 'call.ended');
    await settle(store, second, 'delivered');
    await settle(store, second, 'pending');
    assert.equal(await statusOf(store, second), 'delivered');
    assert.equal(await nextAt(store, T0), null);
    await store.transaction((tx) => tx.callbacks.pauseEndpoint('a', T0 + 70));
    assert.equal(await nextAt(store, T0), T0 + 70);
  });
}

function logTests(test: Test): void {
  void test('the log of an endpoint in pages, without bodies (H86)', async (store) => {
    await save(store, endpoint('a'));
    for (const subject of ['one', 'two', 'three'])
      await write(store, event('call.started', subject));
    const [first] = await claim(store, 'a', 1);
    await settle(store, first, 'pending', T0 + 5, 503);
    const page = (before: number | null) =>
      store.transaction((tx) => tx.callbacks.deliveriesOf('a', before, 2));
    const newest = await page(null);
    assert.deepEqual(
      newest.map(({ subject }) => subject),
      ['three', 'two'],
    );
    const rest = await page(newest[1]?.seq ?? 0);
    assert.deepEqual(
      rest.map(({ subject, attempts, status }) => [subject, attempts, status]),
      [['one', 1, 'pending']],
    );
    assert.deepEqual(rest[0]?.attemptLog, [{ ...ATTEMPT, status: 503 }]);
    assert.ok(!('body' in (rest[0] ?? {})));
  });

  void test('a replay of what is not pending any more', async (store) => {
    await save(store, endpoint('a'));
    await write(store, event('call.started'));
    const [first] = await claim(store, 'a');
    assert.ok(first);
    const times = { dueAt: T0 + 7, expiresAt: T0 + 70 };
    const replay = (id = first.deliveryId) =>
      store.transaction((tx) => tx.callbacks.replayDelivery(id, times));
    assert.equal(await replay(), false);
    await settle(store, first, 'dead');
    assert.deepEqual([await replay(), await replay(), await replay('none')], [true, false, false]);
    const [again] = await claim(store, 'a', 9, T0 + 7);
    assert.deepEqual(again, { ...first, expiresAt: T0 + 70, dueAt: T0 + 7 + LEASE_MS });
  });

  void test('no more pending deliveries than the limit, the newest ones', async (store) => {
    await save(store, endpoint('a'));
    for (const subject of ['1', '2', '3', '4', '5'])
      await write(store, event('call.ended', subject));
    const giveUp = () => store.transaction((tx) => tx.callbacks.giveUpBeyond('a', 3));
    assert.deepEqual([await giveUp(), await giveUp()], [2, 0]);
    assert.deepEqual((await claim(store, 'a')).map(({ subject }) => subject).sort(), [
      '3',
      '4',
      '5',
    ]);
  });

  void test('no delivery longer than it is retained, unless it is pending', async (store) => {
    await save(store, endpoint('a'), endpoint('off'));
    await write(store, event('call.started'), event('call.ended'));
    const [first] = await claim(store, 'a');
    await settle(store, first, 'delivered');
    await store.transaction((tx) => tx.callbacks.disableEndpoint('off', 'gone'));
    const purge = (now: number, before: number) =>
      store.transaction((tx) => tx.purge({ ...NOTHING, deliveries: { now, before } }));
    await purge(T0, T0 + 1);
    assert.deepEqual(await typesOf(store, 'a'), ['call.ended']);
    assert.equal((await typesOf(store, 'off')).length, 2);
    // What a disabled endpoint did not get ends with its time, that of others with an attempt.
    await purge(T0 + DELIVERY_LIFE_MS + 1, T0 + 1);
    assert.deepEqual(await typesOf(store, 'a'), ['call.ended']);
    assert.deepEqual(await typesOf(store, 'off'), []);
  });

  void test('no delivery of an endpoint that is deleted, a limited number at a time', async (store) => {
    await save(store, endpoint('a'));
    const events = Array.from({ length: MAX_PURGED_ROWS + 1 }, () => event('call.started'));
    await write(store, ...events);
    const isGone = async () => (await typesOf(store, 'a')).length === 0;
    await store.transaction((tx) => tx.callbacks.deleteEndpoint('a'));
    const deletePart = () => store.transaction((tx) => tx.callbacks.deleteDeliveriesOf('a'));
    assert.deepEqual([await deletePart(), await isGone()], [true, false]);
    assert.deepEqual([await deletePart(), await isGone()], [false, true]);
  });

  void test('what is left of a deleted endpoint until it expires', async (store) => {
    await save(store, endpoint('a'));
    await write(store, event('call.started'));
    // The server was killed before it deleted the deliveries.
    await store.transaction((tx) => tx.callbacks.deleteEndpoint('a'));
    const expired = T0 + DELIVERY_LIFE_MS + 1;
    const deliveries = { now: expired, before: expired };
    await store.transaction((tx) => tx.purge({ ...NOTHING, deliveries }));
    assert.deepEqual(await typesOf(store, 'a'), []);
  });
}

function erasureTests(test: Test): void {
  void test('deliveries without a user who was erased', async (store) => {
    const call = ringing({ by: alice, to: [bob] });
    const members = call.members.map((one) => ({ ...one, nickname: one.userId }));
    const change = { before: null, after: { ...call, members, userData: alice } };
    await save(store, endpoint('a'));
    await store.transaction(async (tx) => {
      await tx.saveChange(change);
      await writeDeliveries(tx, callEventsOf(change, T0), context());
    });
    const erased = user('erased-1');
    await store.transaction((tx) => tx.api.eraseUser(alice, erased));
    const [delivery] = await claim(store, 'a');
    const { data } = JSON.parse(delivery?.body ?? '') as { data: Shown };
    assert.equal(data.callerId, erased);
    assert.deepEqual(
      data.members.map(({ userId, nickname, invitedBy }) => [userId, nickname, invitedBy]),
      [
        [erased, '', null],
        [bob, 'bob', erased],
      ],
    );
    assert.equal(data.userData, '');
  });

  void test('no notice to a device of a user who was erased, nor one that names them', async (store) => {
    const call = ringing({ by: alice, to: [bob, carol] });
    const ring = { type: 'ring', callId: call.callId, mediaType: 'audio', isGroup: true } as const;
    const message = { ...ring, callerName: 'Alice A.', remainingMs: 5, token: 'one' };
    const device = {
      ...{ targetId: 'id', platform: 'ios', address: 'device', p256dh: '', auth: '', echo: '' },
      ...{ sessionId: session('one'), createdAt: T0, usedAt: T0, expiresAt: T0 },
    };
    await save(store, endpoint('a'));
    await store.transaction(async (tx) => {
      await tx.saveChange({ before: null, after: call });
      const events = [bob, carol].map((userId) => pushEventOf({ ...device, userId }, message, T0));
      await writeDeliveries(tx, events, context());
      await tx.api.eraseUser(bob, user('erased-1'));
    });
    const data = async () => {
      await store.transaction((tx) => tx.callbacks.releaseDeliveries());
      return (await claim(store, 'a')).map(
        ({ body }) => (JSON.parse(body) as { data: ShownPush }).data,
      );
    };
    const named = (await data()).map(({ userId, callerName }) => [userId, callerName]);
    assert.deepEqual(named, [[carol, 'Alice A.']]);
    await store.transaction((tx) => tx.api.eraseUser(alice, user('erased-2')));
    assert.equal((await data())[0]?.callerName, '');
  });
}

interface ShownPush {
  readonly userId: string;
  readonly callerName: string;
}

interface Shown {
  readonly callerId: string;
  readonly userData: string;
  readonly members: readonly { userId: string; nickname: string; invitedBy: string | null }[];
}

const LEASE_MS = 30_000;
const ATTEMPT = { at: T0, durationMs: 12, status: 200, error: null };
const NOTHING = {
  commands: 0,
  missed: 0,
  recents: 0,
  requests: 0,
  pushTargets: 0,
  endedCalls: null,
};

function endpoint(endpointId: string, given: Partial<CallbackEndpoint> = {}): CallbackEndpoint {
  return {
    ...{ endpointId, url: `https://${endpointId}.example/`, types: null, onFailure: 'allow' },
    ...{ secret: new Secret('c2VjcmV0'), previousSecret: null, disabled: null, pausedUntil: 0 },
    ...{ createdAt: T0, ...given },
  };
}

/** Secrets as text, so that they are compared. */
const plain = ({ secret, previousSecret, ...rest }: CallbackEndpoint) => ({
  ...rest,
  secret: secret.reveal(),
  previousSecret: previousSecret && [previousSecret.secret.reveal(), previousSecret.until],
});

const event = (type: CallbackEvent['type'], subject = 'one'): CallbackEvent => ({
  ...{ type, subject, at: T0, data: { callId: subject } },
});

let count = 0;
const context = () => ({
  now: T0,
  randomId: () => String((count += 1)).padStart(22, '0'),
});

const named = ({ subject, type, attempts }: Delivery): string => `${subject} ${type} ${attempts}`;

const endpoints = (store: ServerStore) => store.transaction((tx) => tx.callbacks.endpoints());

const save = (store: ServerStore, ...all: CallbackEndpoint[]) =>
  store.transaction(async (tx) => {
    for (const one of all) await tx.callbacks.saveEndpoint(one);
  });

const write = (store: ServerStore, ...events: CallbackEvent[]) =>
  store.transaction((tx) => writeDeliveries(tx, events, context()));

async function claim(store: ServerStore, endpointId: string, limit = 9, now = T0) {
  const claimed = await store.transaction((tx) =>
    tx.callbacks.claimDeliveries({ endpointId, now, leaseUntil: now + LEASE_MS, limit }),
  );
  return claimed.toSorted((a, b) => (named(a) < named(b) ? -1 : 1));
}

async function settle(
  store: ServerStore,
  delivery: Delivery | undefined,
  status: DeliveryStatus,
  dueAt = T0,
  answered = 200,
): Promise<void> {
  assert.ok(delivery);
  const attempt = { ...ATTEMPT, status: answered };
  await store.transaction((tx) =>
    tx.callbacks.settleDelivery(delivery, { status, dueAt, attempt }),
  );
}

const nextAt = (store: ServerStore, now: number) =>
  store.transaction((tx) => tx.callbacks.nextDeliveryAt(now));

const statusOf = (store: ServerStore, delivery: Delivery | undefined) =>
  store.transaction(
    async (tx) => (await tx.callbacks.delivery(delivery?.deliveryId ?? ''))?.status ?? null,
  );

/** The oldest first. */
async function typesOf(store: ServerStore, endpointId: string): Promise<string[]> {
  const log = await store.transaction((tx) => tx.callbacks.deliveriesOf(endpointId, null, 99));
  return log.map(({ type }) => type).reverse();
}
