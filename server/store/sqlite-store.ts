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
/** Transactions in one commit at most: the first of many does not wait for the last one. */
const MAX_BATCH = 64;

/** A transaction that waits for its turn. */
interface Waiting {
  readonly durability: Durability;
  /** Does the work; returns what reports its result. */
  readonly run: () => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/**
 * The store on one SQLite file. Owns the file; ends with close(). One connection: transactions wait in a queue
 * here instead of in SQLite's lock.
 */
export class SqliteStore implements ServerStore {
  readonly #db: Kysely<Schema>;
  readonly #file: SqliteFile;
  readonly #rules: StoreRules;
  readonly #queue = new SerialQueue();
  /** Not started yet. */
  readonly #waiting: Waiting[] = [];

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

  /** Transactions that wait at the same time share one commit, and so one wait for the disk. */
  transaction<T>(
    work: (tx: SqlTransaction) => Promise<T>,
    durability: Durability = 'durable',
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = async () => {
        const result = await work(new SqlTransaction(this.#db, this.#rules));
        return () => resolve(result);
      };
      this.#waiting.push({ run, reject, durability });
      if (this.#waiting.length === 1) this.#schedule();
    });
  }

  #schedule(): void {
    const done = this.#queue.run(async () => {
      // Messages that have arrived together are all read before.
      await new Promise(setImmediate);
      const batch = this.#waiting.splice(0, MAX_BATCH);
      if (this.#waiting.length > 0) this.#schedule();
      await this.#commitTogether(batch);
    });
    // Its transactions have the error. A file that cannot be rolled back refuses the next ones.
    done.catch(() => undefined);
  }

  async #commitTogether(batch: readonly Waiting[]): Promise<void> {
    const isRepeatable = batch.every(({ durability }) => durability === 'repeatable');
    try {
      if (isRepeatable) this.#file.waitForDisk(false);
      await this.#begin();
      const settle = await this.#runAll(batch);
      this.#file.commit();
      for (const one of settle) one();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      this.#file.rollback();
    } finally {
      if (isRepeatable) this.#file.waitForDisk(true);
    }
  }

  /**
   * Returns what settles each transaction after the commit. A transaction that fails leaves the others as they are.
   *
   * @throws if SQLite has ended the transaction, as it does when the disk is full.
   */
  async #runAll(batch: readonly Waiting[]): Promise<readonly (() => void)[]> {
    const [only] = batch;
    // Most have no other beside them, and need no savepoint.
    if (only !== undefined && batch.length === 1) return [await only.run()];
    const settle: (() => void)[] = [];
    for (const { run, reject } of batch) {
      this.#file.savepoint();
      try {
        settle.push(await run());
      } catch (error) {
        if (!this.#file.undoSavepoint()) throw error;
        settle.push(() => reject(error));
      }
      this.#file.releaseSavepoint();
    }
    return settle;
  }

  /** Waits for a lock asynchronously: SQLite's own busy timeout would block the whole process. */
  async #begin(): Promise<void> {
    const deadline = performance.now() + LOCK_TIMEOUT_MS;
    while (!this.#tryToBegin(deadline)) await pause(LOCK_RETRY_MS);
  }

  /** Returns false if the file is locked. @throws once it is locked for too long. */
  #tryToBegin(deadline: number): boolean {
    try {
      this.#file.begin();
      return true;
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw error;
      return false;
    }
  }

  async close(): Promise<void> {
    while (this.#waiting.length > 0) await this.#queue.idle();
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
