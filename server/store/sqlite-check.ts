import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { assertUsable } from './sqlite-file.ts';
import { assertAccess, storeFailure } from './sqlite-failure.ts';

/**
 * Checks the database without writing: it creates no file, and a server may be using the database meanwhile.
 *
 * @throws {StoreError} that names the cause.
 */
export function checkDatabaseFile(file: string): void {
  if (file === ':memory:') return;
  assertAccess(file);
  if (!existsSync(file)) return;
  try {
    const url = pathToFileURL(resolve(file));
    // Without a -wal file nobody uses the database: SQLite would create one.
    if (!existsSync(`${file}-wal`)) url.searchParams.set('immutable', '1');
    assertUsable(file, new DatabaseSync(url, { readOnly: true, timeout: 1_000 }));
  } catch (error) {
    throw storeFailure(file, error);
  }
}
