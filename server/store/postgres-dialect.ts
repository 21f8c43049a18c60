import { PostgresAdapter, PostgresDialect } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { PostgresConnection } from './postgres-connection.ts';

/** One for all connections, so that a statement is compiled once for all of them (compile-once.ts). */
const ADAPTER = new PostgresAdapter();

/** Kysely on one connection, whose owner begins and ends its transactions. */
export class OneConnectionDialect extends PostgresDialect {
  readonly #connection: PostgresConnection;

  constructor(connection: PostgresConnection) {
    super({ pool: () => Promise.reject(new Error('there is one connection only')) });
    this.#connection = connection;
  }

  override createAdapter(): PostgresAdapter {
    return ADAPTER;
  }

  override createDriver(): Driver {
    return new OneConnectionDriver(this.#connection);
  }
}

class OneConnectionDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: PostgresConnection) {
    this.#connection = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const { rows, rowCount } = await connection.query(sql, parameters);
        return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
      },
      streamQuery: () => refused(),
    };
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async init(): Promise<void> {
    // The connection is open already.
  }

  async releaseConnection(): Promise<void> {
    // The pool gives it back.
  }

  async destroy(): Promise<void> {
    // The pool closes it.
  }

  beginTransaction(): Promise<void> {
    return refused();
  }

  commitTransaction(): Promise<void> {
    return refused();
  }

  rollbackTransaction(): Promise<void> {
    return refused();
  }
}

function refused(): never {
  throw new Error('the store begins and ends transactions');
}
