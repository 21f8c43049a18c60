import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { History } from '../../server/api/history.ts';
import { SteadyClock } from '../../server/shared/clock.ts';
import { SqliteStore } from '../../server/store/sqlite-store.ts';

/**
 * How long a short transaction, as a ring needs, waits while usage is read, beside the whole time of the request.
 * 200,000 times of 5,000 users in a month. `node test/bench/usage.ts`
 */

const TIMES = 200_000;
const MONTH_MS = 31 * 86_400_000;
const FROM = Date.parse('2026-01-01');

const folder = mkdtempSync(join(tmpdir(), 'tui-call-usage-'));
const file = join(folder, 'calls.db');
const store = await SqliteStore.open(file, { callWaiting: false });
fill(file);
const history = new History({ store, clock: new SteadyClock() });
for (const by of ['day', 'user', 'group'] as const) {
  const request = { from: '2026-01-01', to: '2026-02-01', by };
  let isDone = false;
  const started = performance.now();
  const read = history.usage(request, { cursor: null, limit: 100 }).finally(() => (isDone = true));
  let longest = 0;
  while (!isDone) {
    const at = performance.now();
    await pause(1);
    await store.transaction((tx) => tx.lastMissedSeq('nobody' as never), 'repeatable');
    longest = Math.max(longest, performance.now() - at);
  }
  await read;
  const all = Math.round(performance.now() - started);
  console.log(`by ${by}: ${all} ms; a short transaction waits at most ${Math.round(longest)} ms`);
}
await store.close();
rmSync(folder, { recursive: true });

function fill(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('begin');
  const insert = database.prepare('insert into usage values (?, ?, ?, ?, ?, ?)');
  for (let index = 0; index < TIMES; index += 1) {
    const at = FROM + Math.floor((MONTH_MS * index) / TIMES);
    const [call, user, group] = [`call-${index >> 1}`, `user-${index % 5000}`, `g-${index % 50}`];
    const type = index % 3 === 0 ? 'audio' : 'video';
    insert.run(call, user, group, type, BigInt(at), BigInt(at + 60_000 + (index % 900) * 1000));
  }
  database.exec('commit');
  database.close();
}
