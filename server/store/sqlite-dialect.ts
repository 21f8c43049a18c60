import { SqliteAdapter, SqliteDialect } from 'kysely';
import type { SqliteFile } from './sqlite-file.ts';

/** Kysely takes SQLite for one that cannot take back the making of a table; it can. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** SQLite whose migrations are one transaction: a crash leaves the schema before them or after them. */
export class TransactionalSqliteDialect extends SqliteDialect {
  constructor(file: SqliteFile) {
    super({ database: file });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}
