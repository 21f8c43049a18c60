import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LatestTask } from './latest-task.ts';

test('runs one task at a time', async () => {
  const { wish, log, finish } = recorded();
  const on = wish.set(true);
  await tick();
  assert.deepEqual(log, ['begin true']);
  finish();
  await on;
  assert.deepEqual(log, ['begin true', 'end true']);
});

test('aborts the running task for a newer one, and then runs that', async () => {
  const { wish, log, finish } = recorded();
  const on = wish.set(true);
  await tick();
  const off = wish.set(false);
  assert.deepEqual(log, ['begin true', 'overtaken true']);
  finish();
  await tick();
  finish();
  await Promise.all([on, off]);
  assert.deepEqual(log.slice(2), ['end true', 'begin false', 'end false']);
});

test('runs the last of several tasks, and never those between', async () => {
  const { wish, log, finish } = recorded();
  const first = wish.set(true);
  await tick();
  const others = [false, true, false].map((on) => wish.set(on));
  finish();
  await tick();
  finish();
  await Promise.all([first, ...others]);
  assert.deepEqual(
    log.filter((line) => line.startsWith('begin')),
    ['begin true', 'begin false'],
  );
});

test('does not run a task that was replaced before its turn', async () => {
  const { wish, log, finish } = recorded();
  const both = [wish.set(true), wish.set(false)];
  await tick();
  finish();
  await Promise.all(both);
  assert.deepEqual(log, ['begin false', 'end false']);
});

test('joins the running task for the same value', async () => {
  const { wish, log, finish } = recorded();
  const both = [wish.set(true), wish.set(true)];
  await tick();
  finish();
  await Promise.all(both);
  assert.deepEqual(log, ['begin true', 'end true']);
});

test('rejects the request of a failed task, and continues with the next one', async () => {
  let fail = true;
  const wish = new LatestTask<boolean>(() =>
    fail ? Promise.reject(new Error('no camera')) : Promise.resolve(),
  );
  await assert.rejects(wish.set(true), /no camera/);
  fail = false;
  await wish.set(true);
});

test('settles a replaced request with the outcome of the newest one, not with its own failure', async () => {
  const wish = new LatestTask<boolean>((on, overtaken) =>
    on
      ? new Promise((_, reject) => {
          overtaken.addEventListener('abort', () => reject(new Error('given up')));
        })
      : Promise.resolve(),
  );
  const on = wish.set(true);
  await Promise.all([on, wish.set(false)]);
});

test('cancel() aborts the running and the pending task, and settles both without an error', async () => {
  const { wish, log, finish } = recorded();
  const on = wish.set(true);
  await tick();
  const off = wish.set(false);
  wish.drop();
  finish();
  await Promise.all([on, off]);
  assert.deepEqual(log, ['begin true', 'overtaken true', 'end true']);
});

function recorded() {
  const log: string[] = [];
  let finish = (): void => undefined;
  const wish = new LatestTask<boolean>(async (on, overtaken) => {
    log.push(`begin ${on}`);
    overtaken.addEventListener('abort', () => log.push(`overtaken ${on}`), { once: true });
    await new Promise<void>((resolve) => (finish = resolve));
    log.push(`end ${on}`);
  });
  return { wish, log, finish: () => finish() };
}

/** Runs all pending microtasks. */
function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
