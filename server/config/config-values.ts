import { Secret } from '../shared/secret.ts';
import { parsePostgresAddress } from '../store/postgres-address.ts';
import type { PostgresAddress } from '../store/postgres-address.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** Allowed origins. Default: all on a loopback host; otherwise the variable is required. */
export function parseOrigins(text: string | undefined, host: string): readonly string[] | '*' {
  if (!text) {
    if (LOOPBACK.test(host)) return '*';
    throw new Error(
      `TUI_CALL_ORIGINS is missing: with HOST=${host} set the origins of the pages that may connect, as in "https://app.example,https://www.example"`,
    );
  }
  if (text.trim() === '*') return '*';
  return text.split(',').map((member) => {
    const origin = member.trim();
    if (origin.includes('*') || URL.parse(origin)?.origin !== origin) {
      throw new Error(
        `TUI_CALL_ORIGINS: "${origin}" is not an origin; write it as "https://app.example" (lower case, no path, no trailing slash, no wildcard)`,
      );
    }
    return origin;
  });
}

/** An SQLite file, or Postgres. */
export type DatabaseConfig =
  | { readonly file: string; readonly postgres?: undefined }
  | { readonly postgres: PostgresAddress; readonly file?: undefined };

/** The database. `sqlite::memory:` lasts as long as the process. */
export function parseDatabase(text: string | undefined): DatabaseConfig {
  const url = text || 'sqlite:tui-call.db';
  if (/^postgres(ql)?:/.test(url)) return { postgres: parsePostgresAddress(url) };
  const file = /^sqlite:(.+)$/.exec(url)?.[1];
  if (file === undefined || file.startsWith('//')) {
    throw new Error(
      `DATABASE_URL must be sqlite:<file>, as in "sqlite:tui-call.db" or "sqlite:/var/lib/tui-call/calls.db", or postgres://user:password@host:5432/database`,
    );
  }
  return { file };
}

/** URL of Redis, which connects several nodes; null: there is one node only. */
export function parseRedis(
  text: string | undefined,
  databaseUrl: string | undefined,
): Secret | null {
  if (!text) return null;
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new Error(
      'REDIS_URL must be redis://[user:password@]host:6379[/database], or rediss:// for TLS',
    );
  }
  if (!databaseUrl || databaseUrl.startsWith('sqlite:')) {
    throw new Error(
      'REDIS_URL is set, but several nodes need Postgres: set DATABASE_URL to postgres://…, or unset REDIS_URL',
    );
  }
  return new Secret(text);
}

/** Name of this node in the messages of other nodes; null: a random name. */
export function parseNode(text: string | undefined): string | null {
  if (!text) return null;
  if (/^[A-Za-z0-9_.-]{1,64}$/.test(text)) return text;
  throw new Error(`TUI_CALL_NODE must be 1 to 64 of A-Z a-z 0-9 _ . -, not "${text}"`);
}
