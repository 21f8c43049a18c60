import { Client } from 'pg';
import type { ClientConfig, QueryResult } from 'pg';
import type { PostgresAddress, PostgresHost } from './postgres-address.ts';
import { StoreError, StoreUnavailable } from '../calls/store.ts';

/** After this the next host is tried. */
const CONNECT_TIMEOUT_MS = 3_000;
/** A query that takes longer fails: the server is frozen, or its network is down. */
const QUERY_TIMEOUT_MS = 5_000;
/** The time in which an index of a large table is made, or another node makes it. */
export const MIGRATION_TIMEOUT_MS = 3600_000;
const OLDEST_VERSION = 140_000;
/** Types, as Postgres numbers them: int8, int4, float8. */
const NUMBERS: ReadonlySet<number> = new Set([20, 23, 701]);
const BOOL = 16;

/**
 * Settings of each connection. A transaction of a node that stands still must not hold its locks for long.
 */
const sessionSettings = (timeoutMs: number) =>
  [
    `set statement_timeout = ${timeoutMs}`,
    `set idle_in_transaction_session_timeout = ${QUERY_TIMEOUT_MS}`,
    'set tcp_keepalives_idle = 5',
    'set tcp_keepalives_interval = 2',
    'set tcp_keepalives_count = 3',
  ].join('; ');

export interface ConnectionOptions {
  /** The oldest version of Postgres that may be used, as it numbers them. */
  readonly oldest?: number;
  /** How long a statement may take. */
  readonly timeoutMs?: number;
}

/** One connection to the primary. Owns a socket; ends with close(). */
export class PostgresConnection {
  readonly #client: Client;
  /** Of each statement that this connection has prepared, its text → its name. */
  readonly #names = new Map<string, string>();
  #failed = false;
  /** Statements sent by all connections of this process. */
  static statements = 0;

  private constructor(client: Client) {
    this.#client = client;
    // Without a listener a lost connection would end the process.
    client.on('error', () => (this.#failed = true));
    client.on('end', () => (this.#failed = true));
  }

  /**
   * Connects to the first host that is a primary and can be written to.
   *
   * @throws {StoreUnavailable} when there is none now. @throws {StoreError} when waiting would not help.
   */
  static async open(
    address: PostgresAddress,
    { oldest = OLDEST_VERSION, timeoutMs = QUERY_TIMEOUT_MS }: ConnectionOptions = {},
  ): Promise<PostgresConnection> {
    const failures: string[] = [];
    for (const host of address.hosts) {
      try {
        const client = await openHost(address, host, { oldest, timeoutMs });
        return new PostgresConnection(client);
      } catch (error) {
        if (error instanceof StoreError && !(error instanceof StoreUnavailable)) throw error;
        failures.push(`${host.host}:${host.port} ${messageOf(error)}`);
      }
    }
    throw new StoreUnavailable(
      `no Postgres server of DATABASE_URL can be written to: ${failures.join('; ')}`,
    );
  }

  get isUsable(): boolean {
    return !this.#failed;
  }

  /** Marks the connection as unusable: its state is not known. */
  fail(): void {
    this.#failed = true;
  }

  /** Calls back once the connection is lost. */
  onLost(callback: () => void): void {
    this.#client.once('end', callback);
  }

  /** Runs a statement; one with parameters is prepared once for each connection. */
  async query(text: string, values: readonly unknown[] = []): Promise<QueryResult<never>> {
    PostgresConnection.statements += 1;
    try {
      if (values.length === 0) return await this.#client.query(text);
      return await this.#client.query({
        name: this.#nameOf(text),
        text,
        values: values.map(withoutNul),
      });
    } catch (error) {
      if (isConnectionLoss(error)) this.#failed = true;
      throw error;
    }
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

async function openHost(
  address: PostgresAddress,
  host: PostgresHost,
  { oldest, timeoutMs }: Required<ConnectionOptions>,
): Promise<Client> {
  const client = new Client(configOf(address, host, timeoutMs));
  // A host that dies rejects the query; the event adds nothing.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await expectPrimary(client, oldest);
    await client.query(sessionSettings(timeoutMs));
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw explained(error, address);
  }
}

async function expectPrimary(client: Client, oldest: number): Promise<void> {
  const { rows } = await client.query<{
    version: number;
    encoding: string;
    recovery: boolean;
    readonly: boolean;
  }>(`select current_setting('server_version_num')::int as version,
    current_setting('server_encoding') as encoding, pg_is_in_recovery() as recovery,
    current_setting('default_transaction_read_only')::bool as readonly`);
  const [server] = rows;
  if (server === undefined) throw new StoreUnavailable('does not describe itself');
  if (server.recovery) throw new StoreUnavailable('is a standby');
  if (server.readonly) throw new StoreUnavailable('is read-only');
  if (server.version < oldest) {
    throw new StoreError(
      `the Postgres server is too old (version ${Math.floor(server.version / 10_000)}); use version ${oldest / 10_000} or newer`,
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new StoreError(
      `the Postgres database has the encoding ${server.encoding}; create it with encoding 'UTF8'`,
    );
  }
}

function configOf(
  address: PostgresAddress,
  { host, port }: PostgresHost,
  timeoutMs: number,
): ClientConfig {
  const { user, password, database, tls } = address;
  return {
    ...{ host, port, user, database, application_name: 'tui-call-server' },
    // Never from the environment or a file: DATABASE_URL alone decides.
    password: password?.reveal() ?? '',
    ssl: tls !== null && {
      rejectUnauthorized: tls.mode === 'verify-full',
      ...(tls.authorities !== null && { ca: tls.authorities }),
    },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: timeoutMs,
    keepAlive: true,
    // Statements are sent without waiting for the answers to those before.
    pipeline: true,
    types: { getTypeParser },
  };
}

/** A bigint is a number here: times and counts stay far below 2^53. */
function getTypeParser(oid: number): (value: string) => unknown {
  if (NUMBERS.has(oid)) return Number;
  return oid === BOOL ? (value) => value === 't' : withNul;
}

/** Postgres has no U+0000 in its texts: it is stored as this noncharacter and a digit, as is the noncharacter itself. */
const ESCAPE = '\uFFFF';

function withoutNul(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNul);
  if (typeof value !== 'string' || !(value.includes('\0') || value.includes(ESCAPE))) return value;
  return value.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll('\0', `${ESCAPE}0`);
}

function withNul(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replaceAll(`${ESCAPE}0`, '\0').replaceAll(`${ESCAPE}1`, ESCAPE);
}

/** What no other host and no other moment would change. */
const HOPELESS: Readonly<Record<string, (address: PostgresAddress) => string>> = {
  '28P01': ({ user }) => `Postgres refuses the password of "${user}"; correct DATABASE_URL`,
  '28000': ({ user }) =>
    `Postgres does not let "${user}" in from here; correct DATABASE_URL or pg_hba.conf`,
  '3D000': ({ database }) =>
    `the Postgres database "${database}" does not exist; create it: createdb -E UTF8 ${database}`,
  '42501': mayNot,
  '3F000': mayNot,
};

function mayNot({ user, database }: PostgresAddress): string {
  return `the Postgres user "${user}" may not make tables in the database "${database}"; make it the owner`;
}

/** The error with a remedy in its message, if there is one. */
export function explained(error: unknown, address: PostgresAddress): unknown {
  const hopeless = HOPELESS[codeOf(error)];
  return hopeless === undefined ? error : new StoreError(hopeless(address));
}

/** The connection cannot be used any more, or its server must not be. */
function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  // 25006: the server became read-only. 25P03: the transaction stood still for too long.
  if (/^(08...|57P0[1-5]|25006|25P03)$/.test(code)) return true;
  return code === '' || /^E[A-Z]+$/.test(code);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return error.message === '' ? code : error.message;
}
