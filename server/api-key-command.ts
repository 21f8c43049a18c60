import { parseArgs } from 'node:util';
import { createApiKey } from './api/api-key.ts';
import type { StoredApiKey } from './api/api-key.ts';
import type { ServerStore } from './api/api-store.ts';
import { parseDatabase } from './config/config-values.ts';
import type { Environment } from './config/config.ts';
import { StoreError } from './calls/store.ts';
import { SqliteStore } from './store/sqlite-store.ts';

const USAGE = `usage: tui-call-server api-key create --name <name> --scopes <scope>,… [--expires 90d]
       tui-call-server api-key list
       tui-call-server api-key revoke <id>`;

/** `tui-call-server api-key …`: also while servers run on the database. @throws {Error} for invalid arguments. */
export async function apiKeyCommand(
  args: readonly string[],
  env: Environment,
  print: (line: string) => void,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
    },
  });
  const [command, id, ...more] = positionals;
  const { name, scopes, expires } = values;
  const isBare = name === undefined && scopes === undefined && expires === undefined;
  if (command === 'create' && id === undefined && name !== undefined && scopes !== undefined) {
    const { stored, key } = createApiKey({ name, scopes, expires }, Date.now());
    await inStore(env, (store) => store.transaction((tx) => tx.api.saveApiKey(stored)));
    print(key);
    return;
  }
  if (command === 'list' && id === undefined && isBare) {
    const keys = await inStore(env, (store) => store.transaction((tx) => tx.api.apiKeys()));
    for (const key of keys) print(lineOf(key, Date.now()));
    return;
  }
  if (command === 'revoke' && id !== undefined && more.length === 0 && isBare) {
    const existed = await inStore(env, (store) =>
      store.transaction((tx) => tx.api.deleteApiKey(id)),
    );
    if (!existed) throw new Error(`there is no API key ${id}; "api-key list" shows the ids`);
    return;
  }
  throw new Error(USAGE);
}

/** `<id> <scopes> created … expires … used … <name>` */
function lineOf(key: StoredApiKey, now: number): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const { expiresAt, lastUsedAt } = key;
  const expiry =
    expiresAt === null ? 'never' : `${day(expiresAt)}${expiresAt <= now ? ' (expired)' : ''}`;
  return [
    key.keyId,
    key.scopes.join(','),
    `created ${day(key.createdAt)}`,
    `expires ${expiry}`,
    `last used ${lastUsedAt === null ? 'never' : new Date(lastUsedAt).toISOString()}`,
    key.name,
  ].join('\t');
}

async function inStore<T>(env: Environment, work: (store: ServerStore) => Promise<T>): Promise<T> {
  const store = await openStore(env);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function openStore(env: Environment): Promise<ServerStore> {
  const { file, postgres } = parseDatabase(env['DATABASE_URL']);
  if (postgres !== undefined) {
    const { PostgresStore } = await import('./store/postgres-store.ts');
    return PostgresStore.open(postgres);
  }
  if (file === ':memory:') {
    throw new StoreError(
      'DATABASE_URL is a database in memory, which only its server can read; use TUI_CALL_API_KEYS',
    );
  }
  return SqliteStore.openBeside(file);
}
