import { SqliteAdapter, SqliteDialect } from 'kysely';
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
