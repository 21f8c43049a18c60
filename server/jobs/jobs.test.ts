import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { createLog } from '../shared/log.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { alice, bob, callId, commandId } from '../testing/people.ts';
import { ringing, T0 } from '../testing/rule-fixtures.ts';
import { createJobs } from './jobs.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

it('keeps commands for 1 day, missed calls for 30 days, recent calls for 90 days (docs/deploying.md)', async (t) => {
  const { store, clock, purged } = await withJobs(t);
  const now = clock.now();
  const [old, recent] = (['old', 'young'] as const).map((name) =>
    ringing({ by: alice, to: [bob] }, { callId: callId(name) }),
  );
  assert.ok(old && recent);
  await store.transaction(async (tx) => {
    // Of each kind, one row is a millisecond too old and one is not.
    for (const [call, late] of [
      [old, 1],
      [recent, 0],
    ] as const) {
      const command = { userId: alice, type: 'call', callId: call.callId } as const;
      const id = commandId(late ? 'old' : 'young');
      await tx.saveCommand({ ...command, commandId: id, at: now - DAY_MS - late });
      const missed = { userId: bob, call, reason: 'no-response' } as const;
      await tx.saveMissed({ ...missed, at: now - 30 * DAY_MS - late });
    }
    await tx.saveChange({ before: null, after: old });
    await tx.saveRecent({ userId: bob, call: old, at: now - 90 * DAY_MS - 1 });
    await tx.saveRecent({ userId: alice, call: old, at: now - 90 * DAY_MS });
  });

  await purged();

  await store.transaction(async (tx) => {
    assert.equal(await tx.command(alice, commandId('old')), null);
    assert.ok(await tx.command(alice, commandId('young')));
    const missed = await tx.missedSince(bob, { seq: 0 });
    assert.deepEqual(
      missed.map((one) => one.callId),
      [recent.callId],
    );
    assert.deepEqual(await tx.recentCalls(bob, null, 9), []);
    assert.equal((await tx.recentCalls(alice, null, 9)).length, 1);
    assert.deepEqual(await tx.call(old.callId), old);
    const isDue = async (at: number) =>
      (await tx.claimJobs(at, at)).some(({ kind }) => kind === 'purge');
    assert.equal(await isDue(now + HOUR_MS - 1), false);
    assert.equal(await isDue(now + HOUR_MS), true);
  });
});

it('keeps missed calls no longer than the calls themselves', async (t) => {
  const { store, clock, purged } = await withJobs(t, 7 * DAY_MS);
  const call = ringing({ by: alice, to: [bob] });
  const missed = { userId: bob, call, reason: 'no-response' } as const;
  await store.transaction(async (tx) => {
    await tx.saveMissed({ ...missed, at: clock.now() - 7 * DAY_MS - 1 });
    await tx.saveMissed({ ...missed, at: clock.now() - 7 * DAY_MS });
  });
  await purged();
  const left = await store.transaction((tx) => tx.missedSince(bob, { seq: 0 }));
  assert.deepEqual(
    left.map(({ at }) => at),
    [clock.now() - 7 * DAY_MS],
  );
});

async function withJobs(t: TestContext, retentionMs: number | null = null) {
  const store = await SqliteStore.open(':memory:');
  const clock = new FakeClock(T0);
  const none = () => Promise.reject(new Error('no such job here'));
  const jobs = createJobs({
    config: { retentionMs },
    ...{ store, clock, log: createLog('silent') },
    ...{ calls: { applyDueDeadlines: none }, rooms: { delete: none }, pushes: { execute: none } },
  });
  t.after(async () => {
    await jobs.stop();
    await store.close();
  });
  /** Waits until old rows are deleted and the next run is scheduled. */
  const purged = async (): Promise<void> => {
    const dueAt = clock.now();
    await store.transaction((tx) => tx.saveJob({ kind: 'purge', subject: '', dueAt, attempts: 0 }));
    jobs.wake(dueAt);
    await new Promise((resolve) => setImmediate(resolve));
    // Finishes running jobs and starts no more.
    await jobs.stop();
  };
  return { store, clock, purged };
}
