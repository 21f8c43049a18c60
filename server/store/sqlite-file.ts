import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { NEWEST_SCHEMA } from './migrations.ts';
import { storeFailure } from './sqlite-failure.ts';
import { StoreError } from '../calls/store.ts';

const IN_MEMORY = ':memory:';
const PRIVATE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;
/** How long a start waits while a backup locks the file. */
const BUSY_TIMEOUT_MS = 5_000;

/** An exclusively used SQLite file as a Kysely database. Owns the connection and the lock file. */
export interface SqliteFile extends SqliteDatabase {
  readonly close: () => void;
  /** Takes the lock at once: a later upgrade of the lock fails without waiting. */
  readonly begin: () => void;
  readonly commit: () => void;
  /** Does nothing if SQLite has ended the transaction itself, as it does when the disk is full. */
  readonly rollback: () => void;
  /** What follows can be undone without the rest of the transaction. */
  readonly savepoint: () => void;
  /** Returns false if SQLite has ended the whole transaction. */
  readonly undoSavepoint: () => boolean;
  readonly releaseSavepoint: () => void;
  /** Between transactions: whether the next ones wait for the disk. */
  readonly waitForDisk: (wait: boolean) => void;
  /** Whether SQLite waits for another process's lock, which blocks this process. */
  readonly waitForLocks: (wait: boolean) => void;
}

/**
 * Opens or creates the database, readable and writable by its owner only.
 *
 * @throws {StoreError} that names the cause; an existing database is unchanged then.
 */
export function openSqliteFile(file: string): SqliteFile {
  if (file === IN_MEMORY) return toKyselyDatabase(connect(file), null);
  let lock: DatabaseSync | null = null;
  try {
    makeFolder(file);
    lock = takeLock(file);
    if (existsSync(file)) checkFile(file);
    makePrivate(file);
    return toKyselyDatabase(connect(file), lock);
  } catch (error) {
    lock?.close();
    throw storeFailure(file, error);
  }
}

/** Another server holds the file. */
export class DatabaseInUse extends StoreError {}

/** Opens an existing database that another process holds. It has to be of this version's schema. */
export function openSqliteFileBeside(file: string): SqliteFile {
  try {
    const database = connect(file);
    const version = database.prepare('pragma user_version').get()?.['user_version'];
    if (version === NEWEST_SCHEMA) return toKyselyDatabase(database, null);
    database.close();
    throw new StoreError(
      `the tui-call-server that uses ${file} is of another version; run this command of its version`,
    );
  } catch (error) {
    throw storeFailure(file, error);
  }
}

/** Creates the folder of the database if it is missing, but none above it: a wrong path is an error. */
function makeFolder(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) mkdirSync(folder, { mode: PRIVATE_FOLDER_MODE });
}

/** Creates the file if necessary. SQLite gives its -wal and -shm files the mode of the database. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', PRIVATE_MODE));
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    if (existsSync(path)) chmodSync(path, PRIVATE_MODE);
  }
}

/**
 * Holds `<file>.lock` until the process exits: SQLite itself would let two servers share the file, and both
 * would handle deadlines. The operating system releases the lock with the process.
 */
function takeLock(file: string): DatabaseSync {
  try {
    makePrivate(`${file}.lock`);
    const lock = new DatabaseSync(`${file}.lock`);
    lock.exec('pragma locking_mode = exclusive; pragma journal_mode = delete; begin exclusive');
    return lock;
  } catch (error) {
    if (/locked/.test(text(error))) {
      throw new DatabaseInUse(
        `the database ${file} is in use by another tui-call-server; stop that one, or give this one another DATABASE_URL`,
      );
    }
    throw error;
  }
}

/** Checks the file before anything is written. */
function checkFile(file: string): void {
  assertUsable(file, new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS }));
}

/** Closes the connection. @throws {StoreError} if the database is damaged or of a newer version. */
export function assertUsable(file: string, database: DatabaseSync): void {
  let version: unknown;
  let verdict: unknown;
  try {
    version = database.prepare('pragma user_version').get()?.['user_version'];
    verdict = database.prepare('pragma quick_check(1)').get()?.['quick_check'];
  } finally {
    database.close();
  }
  if (verdict !== 'ok') {
    throw new StoreError(
      `the database ${file} is damaged (${String(verdict)}); restore a backup in its place`,
    );
  }
  if (Number(version) > NEWEST_SCHEMA) {
    throw new StoreError(
      `the database ${file} was written by a newer tui-call-server (schema ${String(version)}, this version knows ${NEWEST_SCHEMA}); use that version, or another DATABASE_URL`,
    );
  }
}

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  // FULL: acknowledged commands survive a power failure, not only a crash.
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  expectPragma(database, 'journal_mode', file === IN_MEMORY ? 'memory' : 'wal');
  expectPragma(database, 'synchronous', 2);
  expectPragma(database, 'foreign_keys', 1);
  return database;
}

function expectPragma(database: DatabaseSync, name: string, wanted: unknown): void {
  const value = database.prepare(`pragma ${name}`).get()?.[name];
  if (value !== wanted) {
    database.close();
    throw new StoreError(`SQLite reports ${name} = ${String(value)} instead of ${String(wanted)}`);
  }
}

/** Takes the lock at the beginning: a later upgrade of the lock fails without waiting. */
const BEGIN = 'begin immediate';

/** Whether another process holds the file's lock. */
export function isLocked(error: unknown): boolean {
  return /database is locked/.test(text(error));
}

/** Caches prepared statements: preparing costs more than executing. */
function toKyselyDatabase(database: DatabaseSync, lock: DatabaseSync | null): SqliteFile {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(query) {
      let statement = prepared.get(query);
      if (statement === undefined) {
        statement = toKyselyStatement(database.prepare(query === 'begin' ? BEGIN : query));
        prepared.set(query, statement);
      }
      return statement;
    },
    begin: () => database.exec(BEGIN),
    commit: () => database.exec('commit'),
    rollback() {
      if (database.isTransaction) database.exec('rollback');
    },
    savepoint: () => database.exec('savepoint one'),
    undoSavepoint() {
      if (!database.isTransaction) return false;
      database.exec('rollback to one');
      return true;
    },
    releaseSavepoint: () => database.exec('release one'),
    waitForDisk(wait) {
      database.exec(wait ? 'pragma synchronous = full' : 'pragma synchronous = normal');
    },
    waitForLocks(wait) {
      database.exec(`pragma busy_timeout = ${wait ? BUSY_TIMEOUT_MS : 0}`);
    },
    close() {
      if (!database.isOpen) return;
      prepared.clear();
      database.close();
      lock?.close();
    },
  };
}

function toKyselyStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));
