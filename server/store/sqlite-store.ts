import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { SerialQueue } from '../shared/serial-queue.ts';
import { migrate } from './migrations.ts';
import type { Schema } from './schema.ts';
import { SqlTransaction } from './sql-transaction.ts';
import { SqliteKysely } from './sqlite-dialect.ts';
import { storeFailure } from './sqlite-failure.ts';
import { DatabaseInUse, isLocked, openSqliteFile, openSqliteFileBeside } from './sqlite-file.ts';
import type { SqliteFile } from './sqlite-file.ts';
import type { Durability, StoreRules } from '../calls/store.ts';
import type { ServerStore } from '../api/api-store.ts';

/** How long a transaction waits while a backup locks the file. */
const LOCK_TIMEOUT_MS = 5_000;
const LOCK_RETRY_MS = 20;

/**
 * The store on one SQLite file. Owns the file; ends with close(). One connection: transactions wait in a queue
 * here instead of in SQLite's lock.
 */
export class SqliteStore implements ServerStore {
  readonly #db: Kysely<Schema>;
  readonly #file: SqliteFile;
  readonly #rules: StoreRules;
  readonly #queue = new SerialQueue();

  private constructor(db: Kysely<Schema>, file: SqliteFile, rules: StoreRules) {
    this.#db = db;
    this.#file = file;
    this.#rules = rules;
  }

  /** @throws {StoreError} if the file cannot be used; the message names the cause and a remedy. */
  static async open(file: string, rules: StoreRules = DEFAULT_RULES): Promise<SqliteStore> {
    const database = openSqliteFile(file);
    const db: Kysely<Schema> = new SqliteKysely(database);
    try {
      await migrate(db);
      if (rules.callWaiting) await releaseEngaged(db);
      database.waitForLocks(false);
    } catch (error) {
      database.close();
      throw storeFailure(file, error);
    }
    return new SqliteStore(db, database, rules);
  }

  /**
   * Opens the file also while a server uses it, for a few statements of a command.
   *
   * @throws {StoreError} if the file cannot be used, or that server has another schema.
   */
  static async openBeside(file: string): Promise<SqliteStore> {
    try {
      return await SqliteStore.open(file);
    } catch (error) {
      if (!(error instanceof DatabaseInUse)) throw error;
    }
    const database = openSqliteFileBeside(file);
    const db: Kysely<Schema> = new SqliteKysely(database);
    return new SqliteStore(db, database, DEFAULT_RULES);
  }

  transaction<T>(
    work: (tx: SqlTransaction) => Promise<T>,
    durability: Durability = 'durable',
  ): Promise<T> {
    return this.#queue.run(async () => {
      if (durability === 'durable') return this.#transaction(work);
      this.#file.waitForDisk(false);
      try {
        return await this.#transaction(work);
      } finally {
        this.#file.waitForDisk(true);
      }
    });
  }

  /** Waits for a lock asynchronously: SQLite's own busy timeout would block the whole process. */
  async #transaction<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T> {
    const deadline = performance.now() + LOCK_TIMEOUT_MS;
    while (!this.#begin(deadline)) await pause(LOCK_RETRY_MS);
    try {
      const result = await work(new SqlTransaction(this.#db, this.#rules));
      this.#file.commit();
      return result;
    } catch (error) {
      this.#file.rollback();
      throw error;
    }
  }

  /** Returns false if the file is locked. @throws once it is locked for too long. */
  #begin(deadline: number): boolean {
    try {
      this.#file.begin();
      return true;
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw error;
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#queue.run(async () => this.#file.close());
  }
}

const DEFAULT_RULES: StoreRules = { callWaiting: false };

/** Rows written without call waiting mark ringing and held members as engaged; releases them. */
async function releaseEngaged(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('members')
    .set({ engaged: 0 })
    .where('engaged', '=', 1)
    .where((is) => is.or([is('status', '!=', 'joined'), is('held', '=', 1)]))
    .execute();
}
