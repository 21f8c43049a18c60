import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import { createApiKey } from '../api/api-key.ts';
import { usageFigures } from '../api/usage-figures.ts';
import type { RecordQuery, ServerStore, UsageKey } from '../api/api-store.ts';
import { durationOf, usageOf } from '../calls/history/usage.ts';
import { memberOf } from '../calls/model/call.ts';
import type { Call } from '../calls/model/call.ts';
import { accept, endByServer, hangUp, switchMediaType } from '../calls/rules/index.ts';
import { actorOn, alice, bob, callId, carol, commandId, dave, user } from '../testing/people.ts';
import { decided, ringing } from '../testing/rule-fixtures.ts';
import { MAX_PURGED_ROWS } from './old-rows.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The start of a day in UTC. */
const DAY = Date.UTC(2026, 0, 31);

/** Requirements of every store of a server, for what the REST API reads and writes. */
export function apiConformance(name: string, open: (t: TestContext) => Promise<ServerStore>): void {
  const test = (what: string, check: (store: ServerStore) => Promise<void>) =>
    it(what, async (t) => {
      const store = await open(t);
      t.after(() => store.close());
      await check(store);
    });
  describe(`${name} stores for the REST API`, () => {
    keyTests(test);
    recordTests(test);
    purgeTests(test);
    usageTests(test);
    erasureTests(test);
  });
}

type Test = (what: string, check: (store: ServerStore) => Promise<void>) => Promise<void>;

function keyTests(test: Test): void {
  void test('API keys until they are revoked, without their secrets', async (store) => {
    const options = { name: 'billing', scopes: 'usage:read,calls:read', expires: '90d' };
    const { stored, key } = createApiKey(options, DAY);
    const other = createApiKey({ name: 'other', scopes: 'calls:write' }, DAY + 1).stored;
    await store.transaction(async (tx) => {
      await tx.api.saveApiKey(stored);
      await tx.api.saveApiKey(other);
      await tx.api.saveApiKeyUse(stored.keyId, DAY + 5);
    });
    const found = await store.transaction((tx) => tx.api.apiKeys());
    assert.deepEqual(found, [{ ...stored, lastUsedAt: DAY + 5 }, other]);
    assert.ok(!JSON.stringify(found).includes(key.slice(-64)));
    const revoke = () => store.transaction((tx) => tx.api.deleteApiKey(stored.keyId));
    assert.deepEqual([await revoke(), await revoke()], [true, false]);
    assert.equal(await store.transaction((tx) => tx.api.apiKey(stored.keyId)), null);
  });

  void test('a request with an Idempotency-Key once', async (store) => {
    const request = {
      ...{ keyId: 'key', idempotencyKey: 'once', request: 'hash', status: null, body: '' },
      at: DAY,
    };
    const add = () => store.transaction((tx) => tx.api.addIdempotent(request));
    const added = await Promise.all([add(), add(), add()]);
    assert.equal(added.filter(Boolean).length, 1);
    const done = { ...request, status: 201, body: '{"callId":"x"}', at: DAY + 1 };
    await store.transaction((tx) => tx.api.saveResponse(done));
    assert.deepEqual(await store.transaction((tx) => tx.api.idempotent('key', 'once')), done);
    const replace = () => store.transaction((tx) => tx.api.replaceIdempotent(done, request));
    assert.deepEqual([await replace(), await replace()], [true, false]);
    await store.transaction((tx) => tx.api.deleteIdempotent('key', 'once'));
    assert.equal(await store.transaction((tx) => tx.api.idempotent('key', 'once')), null);
  });
}

/** Purges nothing. */
const NOTHING = {
  ...{ commands: 0, missed: 0, recents: 0, requests: 0, pushTargets: 0 },
  deliveries: { now: 0, before: 0 },
};

const ALL: RecordQuery = {
  from: null,
  to: null,
  userId: null,
  groupId: null,
  endReason: null,
  mediaType: null,
  after: null,
  limit: 100,
};

function recordTests(test: Test): void {
  void test('a record once the call has ended', async (store) => {
    const call = await talk(store, { name: 'one' });
    const read = () => store.transaction((tx) => tx.api.record(call.callId));
    assert.equal(await read(), null);
    const over = await change(store, call, (one) => endByServer(one, DAY + MINUTE_MS), DAY);
    assert.deepEqual(await read(), { call: over, rating: null, quality: new Map() });
    assert.deepEqual(await store.transaction((tx) => tx.api.shownCall(call.callId)), over);
  });

  void test('what members reported of their connection, with the record, not with the call', async (store) => {
    const call = await talk(store, { name: 'one' });
    const save = (quality: string) =>
      store.transaction((tx) => tx.saveQuality(call.callId, bob, quality));
    await save('{"measuredMs":1}');
    const over = await change(store, call, (one) => endByServer(one, DAY + MINUTE_MS), DAY);
    const quality = new Map([[bob, '{"measuredMs":1}']]);
    const read = () => store.transaction((tx) => tx.api.record(call.callId));
    assert.deepEqual(await read(), { call: over, rating: null, quality });
    await save('{"measuredMs":2}');
    assert.equal((await read())?.quality.get(bob), '{"measuredMs":2}');
  });

  void test('records by each condition, in pages, the newest first', async (store) => {
    await ended(store, { name: 'a', at: DAY });
    await ended(store, { name: 'b', at: DAY + 1, mediaType: 'audio' });
    await ended(store, { name: 'c', at: DAY + 2, to: carol, groupId: 'team' });
    await talk(store, { name: 'live', at: DAY + 3, by: dave, to: carol });
    const found = async (query: Partial<RecordQuery>) => {
      const records = await store.transaction((tx) => tx.api.records({ ...ALL, ...query }));
      return records.map(({ call }) => call.callId);
    };
    const [a, b, c] = [callId('a'), callId('b'), callId('c')];
    assert.deepEqual(await found({}), [c, b, a]);
    assert.deepEqual(await found({ from: DAY + 1, to: DAY + 2 }), [b]);
    assert.deepEqual(await found({ userId: carol }), [c]);
    assert.deepEqual(await found({ userId: alice, groupId: '' }), [b, a]);
    assert.deepEqual(await found({ groupId: 'team' }), [c]);
    assert.deepEqual(await found({ mediaType: 'audio' }), [b]);
    assert.deepEqual(await found({ endReason: 'rejected' }), []);
    assert.deepEqual(await found({ endReason: 'hangup', limit: 2 }), [c, b]);
    assert.deepEqual(await found({ after: { at: DAY + 1, callId: b } }), [a]);
  });

  void test('live calls in pages, ordered by id', async (store) => {
    const first = await talk(store, { name: 'a' });
    const second = await talk(store, { name: 'b', by: carol, to: dave });
    const found = (after: CallId | null, limit: number) =>
      store.transaction((tx) => tx.api.liveCallsAfter(after, limit));
    assert.deepEqual(await found(null, 1), [first]);
    assert.deepEqual(await found(first.callId, 5), [second]);
  });

  void test('calls and usage as long as they are retained', async (store) => {
    await ended(store, { name: 'old', at: DAY });
    await ended(store, { name: 'new', at: DAY + 1 });
    const endedCalls = DAY + 30 * MINUTE_MS + 1;
    await store.transaction((tx) => tx.purge({ ...NOTHING, endedCalls }));
    const records = await store.transaction((tx) => tx.api.records(ALL));
    assert.deepEqual(
      records.map(({ call }) => call.callId),
      [callId('new')],
    );
    const [figure] = await usage(store, 'day');
    assert.equal(figure?.videoMs, 2 * 30 * MINUTE_MS);
  });
}

function purgeTests(test: Test): void {
  void test('old rows until they are deleted, a limited number at a time', async (store) => {
    const rows = MAX_PURGED_ROWS + 1;
    await store.transaction(async (tx) => {
      for (let index = 0; index < rows; index += 1) {
        const request = { keyId: 'key', request: 'hash', status: 201, body: '', at: DAY };
        await tx.api.addIdempotent({ ...request, idempotencyKey: `${index}` });
        const command = { userId: alice, type: 'call', callId: null, at: DAY } as const;
        await tx.saveCommand({ ...command, commandId: commandId(`${index}`) });
      }
    });
    const left = () =>
      store.transaction(async (tx) => {
        const found: unknown[] = [];
        for (let index = 0; index < rows; index += 1) {
          found.push(await tx.api.idempotent('key', `${index}`));
          found.push(await tx.command(alice, commandId(`${index}`)));
        }
        return found.filter((one) => one !== null).length;
      });
    const old = { requests: DAY + 1, commands: DAY + 1, endedCalls: null };
    const purge = () => store.transaction((tx) => tx.purge({ ...NOTHING, ...old }));
    assert.deepEqual([await left(), await purge()], [2 * rows, true]);
    assert.deepEqual([await left(), await purge()], [2, false]);
    assert.equal(await left(), 0);
  });
}

function usageTests(test: Test): void {
  void test('usage per day, user and group, split at midnight', async (store) => {
    const at = DAY + DAY_MS - 10 * MINUTE_MS;
    const first = await talk(store, { name: 'a', at, groupId: 'team' });
    const video = await change(
      store,
      first,
      (call) => decided(switchMediaType(call, 'audio', actorOn(alice))),
      at + 5 * MINUTE_MS,
    );
    await change(store, video, (call) => hangUpOf(call, at + 25 * MINUTE_MS), at);
    await ended(store, { name: 'b', at: DAY, by: carol, to: dave, minutes: 1 });
    assert.deepEqual(await usage(store, 'day'), [
      figureOf(String(DAY), { videoMs: 12 * MINUTE_MS, audioMs: 10 * MINUTE_MS, peakMembers: 2 }),
      figureOf(String(DAY + DAY_MS), { audioMs: 30 * MINUTE_MS, peakMembers: 2 }),
    ]);
    const own = { videoMs: 5 * MINUTE_MS, audioMs: 20 * MINUTE_MS };
    const one = { videoMs: MINUTE_MS };
    assert.deepEqual(await usage(store, 'user'), [
      figureOf(alice, own),
      figureOf(bob, own),
      figureOf(carol, one),
      figureOf(dave, one),
    ]);
    assert.deepEqual(await usage(store, 'group'), [
      figureOf('', { videoMs: 2 * MINUTE_MS, peakMembers: 2 }),
      figureOf('team', { videoMs: 10 * MINUTE_MS, audioMs: 40 * MINUTE_MS, peakMembers: 2 }),
    ]);
    const after = { after: bob as string, limit: 1 };
    assert.deepEqual(await usage(store, 'user', after), [figureOf(carol, one)]);
  });

  void test('usage of a call that is live, until now', async (store) => {
    await talk(store, { name: 'a' });
    const now = DAY + 7 * MINUTE_MS;
    assert.deepEqual(await usage(store, 'day', { now }), [
      figureOf(String(DAY), { videoMs: 14 * MINUTE_MS, peakMembers: 2 }),
    ]);
  });

  void test('a member who was lost until they were last seen, as the record does', async (store) => {
    const call = await talk(store, { name: 'a' });
    const switched = await change(
      store,
      call,
      (one) => decided(switchMediaType(one, 'audio', actorOn(alice))),
      DAY + 8 * MINUTE_MS,
    );
    const over = await change(
      store,
      switched,
      (one) => endByServer(one, DAY + 5 * MINUTE_MS),
      DAY + 9 * MINUTE_MS,
    );
    const member = memberOf(over, alice);
    assert.ok(member);
    assert.deepEqual(await usage(store, 'user', { limit: 1 }), [
      figureOf(alice, { videoMs: durationOf(member) }),
    ]);
  });
}

function erasureTests(test: Test): void {
  void test('nothing of an erased user', async (store) => {
    const erased = user('erased-1');
    const call = await ended(store, { name: 'a' });
    await store.transaction(async (tx) => {
      const command = { userId: alice, commandId: commandId('one'), type: 'call' } as const;
      await tx.saveCommand({ ...command, callId: call.callId, at: DAY });
      await tx.saveProfile(alice, { nickname: 'Alice', avatar: '' });
      await tx.saveRecent({ userId: alice, call, at: DAY });
      await tx.saveMissed({ userId: alice, call, reason: 'cancelled', at: DAY });
      await tx.saveMissed({ userId: bob, call, reason: 'cancelled', at: DAY });
      await tx.saveBlocked(alice, bob, true);
      await tx.saveBlocked(bob, alice, true);
    });
    const theirs = { userData: 'Ms. Alice', groupId: 'team' };
    const own = await ended(store, { name: 'own', ...theirs });
    const other = await ended(store, { name: 'other', ...theirs, by: bob, to: alice });
    await store.transaction((tx) => tx.api.eraseUser(alice, erased));
    await store.transaction(async (tx) => {
      const dataOf = async ({ callId: id }: Call) => {
        const { call: read } = (await tx.api.record(id)) ?? {};
        return [read?.userData, read?.groupId];
      };
      assert.deepEqual(await dataOf(own), ['', 'team']);
      assert.deepEqual(await dataOf(other), ['Ms. Alice', 'team']);
      const record = await tx.api.record(call.callId);
      assert.deepEqual(
        record?.call.members.map(({ userId, nickname }) => [userId, nickname]),
        [
          [erased, ''],
          [bob, ''],
        ],
      );
      assert.equal(record?.call.callerId, erased);
      assert.equal(record?.call.endedBy, erased);
      assert.equal(record?.call.members[1]?.invitedBy, erased);
      assert.equal(await tx.command(alice, commandId('one')), null);
      assert.deepEqual((await tx.profiles([alice])).get(alice), { nickname: '', avatar: '' });
      assert.deepEqual(await tx.recentCalls(alice, null, 10), []);
      assert.deepEqual(await tx.missedSince(alice, { seq: 0 }), []);
      const [missed] = await tx.missedSince(bob, { seq: 0 });
      assert.equal(missed?.callerId, erased);
      assert.deepEqual(await tx.blockedBy(alice, null, 10), []);
      assert.deepEqual(await tx.blockedBy(bob, null, 10), []);
    });
    const keys = await usage(store, 'user');
    assert.deepEqual(
      keys.map(({ key }) => key),
      [bob, erased],
    );
  });

  void test('a profile of the server, which is not the user’s own', async (store) => {
    const profile = { nickname: 'Dr. Bob', avatar: '' };
    await store.transaction((tx) => tx.api.saveServerProfile(bob, profile));
    await store.transaction(async (tx) => {
      assert.deepEqual((await tx.profiles([bob])).get(bob), profile);
      assert.equal(await tx.hasServerProfile(bob), true);
      assert.equal(await tx.hasServerProfile(alice), false);
    });
  });
}

interface Talk {
  readonly name: string;
  readonly at?: number;
  readonly by?: typeof alice;
  readonly to?: typeof alice;
  readonly groupId?: string;
  readonly userData?: string;
  readonly mediaType?: 'audio' | 'video';
}

/** Two users who talk from `at` on. */
async function talk(store: ServerStore, talkOf: Talk): Promise<Call> {
  const { name, at = DAY, by = alice, to = bob, groupId = '', mediaType = 'video' } = talkOf;
  const start = { by, to: [to], groupId, mediaType, userData: talkOf.userData ?? '' };
  const call = ringing(start, { callId: callId(name), now: at });
  const ring = await change(store, null, () => call, at);
  return change(store, ring, (one) => decided(accept(one, actorOn(to), at)), at);
}

async function ended(store: ServerStore, given: Talk & { minutes?: number }): Promise<Call> {
  const call = await talk(store, given);
  const at = (given.at ?? DAY) + (given.minutes ?? 30) * MINUTE_MS;
  return change(store, call, (one) => hangUpOf(one, at), at);
}

function hangUpOf(call: Call, now: number): Call {
  return decided(hangUp(call, actorOn(call.callerId), { now, isGone: () => false }));
}

/** Saves a change as the call service does. */
async function change(
  store: ServerStore,
  before: Call | null,
  rule: (call: Call) => Call,
  now: number,
): Promise<Call> {
  const after = rule(before ?? ({} as Call));
  await store.transaction(async (tx) => {
    await tx.saveChange({ before, after });
    for (const usageChange of usageOf({ before, after }, now)) await tx.saveUsage(usageChange);
  });
  return after;
}

function usage(
  store: ServerStore,
  by: UsageKey,
  { now = DAY + 5 * DAY_MS, after = null as string | null, limit = 100 } = {},
) {
  const query = { by, from: DAY, to: DAY + 2 * DAY_MS, now, after, limit };
  return usageFigures(store, query);
}

function figureOf(
  key: string,
  figures: { videoMs?: number; audioMs?: number; peakMembers?: number },
) {
  return { key, audioMs: 0, videoMs: 0, peakMembers: 1, ...figures };
}
