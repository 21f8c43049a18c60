import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import type { Compilable, CompiledQuery, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';
import type { SqliteFile } from './sqlite-file.ts';

/** SQLite supports DDL in transactions, contrary to Kysely's default. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** SQLite with all migrations in one transaction: a crash leaves the schema unchanged or complete. */
export class TransactionalSqliteDialect extends SqliteDialect {
  constructor(file: SqliteFile) {
    super({ database: file });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

/**
 * Kysely on the one connection to a file. A statement that is compiled already (compile-once.ts) goes straight to
 * SQLite: Kysely's way of finding a connection takes longer than the statement itself.
 */
export class SqliteKysely extends Kysely<Schema> {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    super({ dialect: new TransactionalSqliteDialect(file) });
    this.#file = file;
  }

  override async executeQuery<R>(query: CompiledQuery<R> | Compilable<R>): Promise<QueryResult<R>> {
    const { sql, parameters } = 'compile' in query ? query.compile() : query;
    const statement = this.#file.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  }
}
