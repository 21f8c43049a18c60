import { SqliteStore } from '../../../server/store/sqlite-store.ts';

/**
 * Opens a database, creates missing tables, and counts the steps: the event loop turns in which
 * other code could run. The process is killed after a given number of steps, unless it has finished before.
 */
const [file = '', most = 'Infinity'] = process.argv.slice(2);
let steps = 0;
let open = false;

async function count(): Promise<void> {
  while (!open) {
    if (steps === Number(most)) process.kill(process.pid, 'SIGKILL');
    steps += 1;
    await Promise.resolve();
  }
}

void count();
const store = await SqliteStore.open(file);
open = true;
await store.close();
process.stdout.write(String(steps));
