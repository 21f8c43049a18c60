import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { createLog } from '../shared/log.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { Job, JobKind } from '../calls/store.ts';
import { deferred } from '../testing/deferred.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { JobRunner } from './job-runner.ts';

describe('a job', () => {
  it('is executed at its due time and deleted', async (t) => {
    const { save, clock, done, store } = await runner(t);
    await save(500);
    clock.advance(499);
    assert.equal(done.length, 0);
    clock.advance(1);
    await done.next();
    await idle(store);
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), null);
  });

  it('that fails is retried with a growing delay', async (t) => {
    const { save, clock, done, failing, store } = await runner(t);
    failing.times = 2;
    await save(0);
    await done.next();
    for (const delay of [1000, 2000]) {
      await idle(store);
      clock.advance(delay - 1);
      await idle(store);
      const before = done.length;
      clock.advance(1);
      await done.next();
      assert.equal(done.length, before + 1);
    }
    await idle(store);
    assert.equal(await store.transaction((tx) => tx.nextJobAt()), null);
  });

  it('claimed by a crashed process is executed when its lease ends', async (t) => {
    const { save, clock, done, store } = await runner(t, { wake: false });
    await save(0);
    await store.transaction((tx) => tx.claimJobs(clock.now(), clock.now() + 30_000));
    const second = await runner(t, { store, clock, wake: true });
    clock.advance(29_999);
    await idle(store);
    assert.equal(second.done.length, 0);
    clock.advance(1);
    await second.done.next();
    assert.equal(done.length, 0);
  });

  it('added with an earlier due time is executed in time', async (t) => {
    const { save, clock, done, store, jobs } = await runner(t);
    await save(10_000);
    await store.transaction((tx) =>
      tx.saveJob({ ...JOB, subject: 'two', dueAt: clock.now() + 100 }),
    );
    jobs.wake(clock.now() + 100);
    clock.advance(100);
    assert.equal((await done.next()).subject, 'two');
  });

  for (const kind of ['push', 'delete-room'] as const) {
    it(`for a deadline is executed in time while one of kind ${kind} waits for another host`, async (t) => {
      const { clock, done, store, jobs, hanging } = await runner(t);
      const answer = deferred();
      hanging.set(kind, answer.promise);
      const due = { ...JOB, kind: 'call-due', dueAt: clock.now() + 100 } as const;
      await store.transaction(async (tx) => {
        await tx.saveJob({ ...JOB, kind, dueAt: clock.now() });
        await tx.saveJob(due);
      });
      jobs.wake(clock.now());
      clock.advance(0);
      assert.equal((await done.next()).kind, kind);
      await idle(store);
      jobs.wake(due.dueAt);
      clock.advance(100);
      await idle(store);
      assert.equal(done.last?.kind, 'call-due');
      answer.fulfil();
    });
  }

  it('does not start after stop()', async (t) => {
    const { save, clock, done, jobs, store } = await runner(t);
    await save(100);
    await jobs.stop();
    clock.advance(10_000);
    await idle(store);
    assert.equal(done.length, 0);
  });
});

const JOB: Job = { kind: 'delete-room', subject: 'one', dueAt: 0, attempts: 0 };

/** Finished jobs, in order; `next` resolves with the next one. */
class Done {
  readonly #jobs: Job[] = [];
  #resolve: (job: Job) => void = () => undefined;

  get length(): number {
    return this.#jobs.length;
  }

  get last(): Job | undefined {
    return this.#jobs.at(-1);
  }

  add(job: Job): void {
    this.#jobs.push(job);
    this.#resolve(job);
  }

  next(): Promise<Job> {
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}

async function runner(
  t: TestContext,
  given: { store?: SqliteStore; clock?: FakeClock; wake?: boolean } = {},
) {
  const store = given.store ?? (await SqliteStore.open(':memory:'));
  const clock = given.clock ?? new FakeClock();
  const done = new Done();
  const failing = { times: 0 };
  const hanging = new Map<JobKind, Promise<void>>();
  const handler = async (job: Job): Promise<void> => {
    done.add(job);
    await hanging.get(job.kind);
    failing.times -= 1;
    if (failing.times >= 0) throw new Error('on purpose');
  };
  const jobs = new JobRunner(
    { store, clock, log: createLog('silent') },
    { 'call-due': handler, 'delete-room': handler, push: handler, purge: handler },
  );
  t.after(() => jobs.stop());
  const { wake = true } = given;
  if (wake) jobs.wake(clock.now() + 30_000);
  const save = async (inMs: number): Promise<void> => {
    const dueAt = clock.now() + inMs;
    await store.transaction((tx) => tx.saveJob({ ...JOB, dueAt }));
    if (wake) jobs.wake(dueAt);
  };
  return { store, clock, done, failing, hanging, jobs, save };
}

/** Waits until the queue of the store is empty several times in a row. */
async function idle(store: SqliteStore): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await store.transaction((tx) => tx.nextJobAt());
    await new Promise((resolve) => setImmediate(resolve));
  }
}
