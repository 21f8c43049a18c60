import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { ApiTransaction, RecordQuery } from '../api/api-store.ts';
import { alice, user } from '../testing/people.ts';
import { SqliteStore } from './sqlite-store.ts';

/** What a server with many ended calls and deliveries must not read as a whole; both databases have these indexes. */
describe('SQLite finds by an index', () => {
  const cases: readonly (readonly [string, RegExp, (tx: ApiTransaction) => Promise<unknown>])[] = [
    ['a page of the live calls', /live_calls/, (tx) => tx.api.liveCallsAfter(null, 10)],
    ['the live calls', /live_calls/, (tx) => tx.liveCalls()],
    ['the records of a time', /records_by_time/, records({ from: 1, to: 2 })],
    ['the records of a group', /records_by_group/, records({ groupId: 'team' })],
    ['the records with a result', /records_by_result/, records({ endReason: 'offline' })],
    ['the records of a user', /members_by_user/, records({ userId: alice })],
    [
      'the records of a user that meet other conditions',
      /members_by_user/,
      records({ userId: alice, endReason: 'hangup', mediaType: 'audio', from: 1, to: 2 }),
    ],
    [
      'the pending deliveries of an endpoint',
      /deliveries_pending/,
      (tx) => tx.callbacks.giveUpBeyond('a', 5),
    ],
    [
      'what an earlier process was sending',
      /deliveries_/,
      (tx) => tx.callbacks.releaseDeliveries(),
    ],
    [
      'what is known of a user who is erased',
      /members_by_user/,
      (tx) => tx.api.eraseUser(alice, user('erased-1')),
    ],
    ['what is old', /missed_by_age/, (tx) => tx.purge(NOTHING)],
  ];
  for (const [what, index, work] of cases) {
    it(what, async (t) => {
      const plans = await plansOf(t, work);
      assert.match(plans.join('\n'), index);
      assert.deepEqual(plans.filter(isWholeTable), []);
    });
  }
});

const ALL: RecordQuery = {
  ...{ from: null, to: null, userId: null, groupId: null, endReason: null, mediaType: null },
  ...{ after: null, limit: 10 },
};

function records(query: Partial<RecordQuery>) {
  return (tx: ApiTransaction) => tx.api.records({ ...ALL, ...query });
}

const NOTHING = {
  ...{ commands: 0, missed: 0, recents: 0, requests: 0, pushTargets: 0, endedCalls: 0 },
  deliveries: { now: 0, before: 0 },
};

const isWholeTable = (step: string) =>
  /^SCAN (calls|members|usage|missed|recents|commands|deliveries|blocked)$/.test(step);

/** How SQLite executes each statement of a transaction. */
async function plansOf(
  t: TestContext,
  work: (tx: ApiTransaction) => Promise<unknown>,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-plans-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'calls.db');
  const store = await SqliteStore.open(file);
  t.after(() => store.close());
  const prepare = t.mock.method(DatabaseSync.prototype, 'prepare');
  await store.transaction(work);
  prepare.mock.restore();
  const statements = prepare.mock.calls.map(({ arguments: [statement] }) => statement);
  const reader = new DatabaseSync(file, { readOnly: true });
  t.after(() => reader.close());
  return statements.flatMap((statement) =>
    reader
      .prepare(`explain query plan ${statement}`)
      .all()
      .map(({ detail }) => String(detail)),
  );
}
