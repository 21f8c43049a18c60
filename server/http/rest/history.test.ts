import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rest } from '../../testing/rest-client.ts';
import { testServer } from '../../testing/test-server.ts';
import type { TestServer } from '../../testing/test-server.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import type { CallRecord, Usage } from './schemas.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Tomorrow: the userSigs of the tests are of now. */
const DAY = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;
const [TODAY, TOMORROW, THIRD] = [0, 1, 2].map((days) =>
  new Date(DAY + days * DAY_MS).toISOString().slice(0, 10),
);

describe('records', () => {
  it('are found by conditions and in pages', async (t) => {
    const server = await serverWithCalls(t);
    const all = await recordsOf(server, 'limit=2');
    assert.equal(all.length, 4);
    assert.deepEqual(
      all.map(({ createdAt }) => createdAt),
      all.map(({ createdAt }) => createdAt).toSorted((a, b) => (a < b ? 1 : -1)),
    );
    assert.equal((await recordsOf(server, 'result=normal-end')).length, 3);
    assert.equal((await recordsOf(server, 'result=cancelled')).length, 1);
    assert.equal((await recordsOf(server, 'mediaType=audio')).length, 1);
    assert.equal((await recordsOf(server, 'userId=carol')).length, 2);
    assert.equal((await recordsOf(server, 'userId=nobody')).length, 0);
    assert.equal((await recordsOf(server, 'groupId=team')).length, 1);
    assert.equal((await recordsOf(server, `from=${TOMORROW}`)).length, 1);
    assert.equal((await recordsOf(server, `to=${TOMORROW}T00:00:00Z`)).length, 3);
  });

  it('keep their cursor to its query', async (t) => {
    const server = await serverWithCalls(t);
    const { body } = await rest(server, 'GET /v1/records?limit=1&userId=alice');
    const { cursor } = body as { cursor: string };
    const own = await rest(server, `GET /v1/records?userId=alice&cursor=${cursor}`);
    assert.equal(own.status, 200);
    for (const query of ['', 'userId=bob&', 'userId=alice&result=normal-end&']) {
      const other = await rest(server, `GET /v1/records?${query}cursor=${cursor}`);
      assert.equal(other.status, 400, query);
    }
  });

  it('as CSV have one row per member, without formulas', async (t) => {
    const server = await serverWithCalls(t);
    await talk(server, ['alice', 'bob'], { groupId: '=1+1' });
    const { text, headers } = await rest(server, 'GET /v1/records.csv?limit=1');
    assert.match(headers.get('content-type') ?? '', /^text\/csv/);
    assert.ok(headers.get('tui-call-cursor'));
    const lines = text.trimEnd().split('\r\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? '', /^callId,callerId,/);
    assert.ok(lines[1]?.includes(",'=1+1,"), lines[1]);
  });

  it('end after the configured time, with recent calls and usage', async (t) => {
    const server = await testServer(t, { retentionMs: 2 * DAY_MS }, { clock: new FakeClock(DAY) });
    await talk(server, ['alice', 'bob']);
    assert.equal((await recordsOf(server, '')).length, 1);
    server.clock.advance(2 * DAY_MS + 2 * 3600_000);
    const until = performance.now() + 5_000;
    while ((await recordsOf(server, '')).length > 0) {
      assert.ok(performance.now() < until, 'the record is kept');
    }
    assert.deepEqual(await usageOf(server, 'day'), []);
  });
});

describe('usage', () => {
  it('equals the records, per day, user and group', async (t) => {
    const server = await serverWithCalls(t);
    const records = await recordsOf(server, '');
    const members = records.flatMap(({ members: all, ...record }) =>
      all.map((member) => ({ ...record, ...member })),
    );
    const minutes = (of: (one: (typeof members)[number]) => boolean) =>
      members.filter(of).reduce((sum, { durationMs }) => sum + durationMs, 0) / MINUTE_MS;
    for (const { key, audioMinutes, videoMinutes } of await usageOf(server, 'user')) {
      const own = (type: string) => minutes((one) => one.userId === key && one.mediaType === type);
      assert.deepEqual([audioMinutes, videoMinutes], [own('audio'), own('video')], key);
    }
    for (const { key, audioMinutes, videoMinutes } of await usageOf(server, 'group')) {
      const total = minutes((one) => one.groupId === key);
      assert.equal(audioMinutes + videoMinutes, total, key);
    }
    const days = await usageOf(server, 'day');
    assert.deepEqual(
      days.map(({ key, peakMembers }) => [key, peakMembers]),
      [
        [TODAY, 3],
        [TOMORROW, 2],
      ],
    );
    const sum = days.reduce((all, one) => all + one.audioMinutes + one.videoMinutes, 0);
    assert.equal(
      sum,
      minutes(() => true),
    );
    const { text } = await rest(server, `GET /v1/usage.csv?from=${TODAY}&to=${THIRD}&by=day`);
    assert.equal(text.split('\r\n')[0], 'key,audioMinutes,videoMinutes,peakMembers');
    assert.equal(text.split('\r\n').length, 2 + days.length);
  });

  it('is refused for a period that is not of whole days, reversed or too long', async (t) => {
    const server = await testServer(t);
    for (const [from, to] of [
      ['2026-01-31T12:00:00Z', '2026-02-02'],
      ['2026-02-02', '2026-01-31'],
      ['2026-01-31', '2026-01-31'],
      ['2024-01-01', '2026-01-01'],
      ['2026-02-30', '2026-03-02'],
      ['0', '1'],
    ]) {
      const { status } = await rest(server, `GET /v1/usage?from=${from}&to=${to}&by=day`);
      assert.equal(status, 400, `${from} ${to}`);
    }
  });
});

it('the records of a day that does not exist are refused', async (t) => {
  const server = await testServer(t);
  for (const from of [
    '2026-02-30',
    '2026-02-30T10:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-28T25:00:00Z',
  ]) {
    assert.equal((await rest(server, `GET /v1/records?from=${from}`)).status, 400, from);
  }
  const { status } = await rest(server, 'GET /v1/records?from=2024-02-29T23:59:59.5%2B02:00');
  assert.equal(status, 200);
});

/** Calls of two days: of two and three members, one audio call, one that was cancelled. */
async function serverWithCalls(t: Parameters<typeof testServer>[0]): Promise<TestServer> {
  const server = await testServer(t, {}, { clock: new FakeClock(DAY + 12 * 3600_000) });
  await talk(server, ['alice', 'bob']);
  await talk(server, ['alice', 'bob', 'carol'], { groupId: 'team' });
  const alice = await server.signIn('alice');
  const { call } = await alice.call(['bob']);
  await alice.ask('hangup', { callId: call.callId });
  server.clock.advance(DAY_MS);
  await talk(server, ['bob', 'carol'], { mediaType: 'audio' });
  return server;
}

/** The first one calls the others; all talk for a minute, and those who are left for another. */
async function talk(
  { signIn, clock }: TestServer,
  names: readonly string[],
  more: { groupId?: string; mediaType?: 'audio' | 'video' } = {},
): Promise<void> {
  const [caller, ...callees] = await Promise.all(names.map((name) => signIn(name)));
  const { call } = (await caller?.call(names.slice(1), more)) ?? {};
  assert.ok(call && caller);
  const { callId } = call;
  for (const callee of callees) await callee.ask('accept', { callId });
  clock.advance(MINUTE_MS);
  await callees.at(-1)?.ask('hangup', { callId });
  clock.advance(MINUTE_MS);
  await caller.ask('hangup', { callId });
  for (const client of [caller, ...callees]) client.close();
}

async function recordsOf(server: TestServer, query: string): Promise<readonly CallRecord[]> {
  const records: CallRecord[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body, text, status } = await rest(server, `GET /v1/records?${query}${next}`);
    assert.equal(status, 200, text);
    const page = body as { records: CallRecord[]; cursor: string | null };
    records.push(...page.records);
    ({ cursor } = page);
  } while (cursor !== null);
  return records;
}

async function usageOf(server: TestServer, by: string): Promise<Usage['usage']> {
  const path = `/v1/usage?from=${TODAY}&to=${THIRD}&by=${by}`;
  const { body, status, text } = await rest(server, `GET ${path}`);
  assert.equal(status, 200, text);
  return (body as Usage).usage;
}
