import { SqliteStore } from '../../../server/store/sqlite-store.ts';

/**
 * Opens a database, making its tables where there are none, and counts the steps: the turns in which
 * something else could happen. Killed after so many of them, if it has not come to its end before.
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
