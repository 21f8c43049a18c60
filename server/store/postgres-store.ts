import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { randomId } from '../shared/random-id.ts';
import type { PostgresAddress } from './postgres-address.ts';
import {
  codeOf,
  explained,
  MIGRATION_TIMEOUT_MS,
  PostgresConnection,
} from './postgres-connection.ts';
import { LOCK_NOT_AVAILABLE, PostgresLocks } from './postgres-locks.ts';
import type { WantedLocks } from './postgres-locks.ts';
import { PostgresPool } from './postgres-pool.ts';
import type { Lease } from './postgres-pool.ts';
import { migratePostgres } from './postgres-schema.ts';
import { PostgresTransaction } from './postgres-transaction.ts';
import type { Schema } from './schema.ts';
import { StoreUnavailable } from '../calls/store.ts';
import type { Durability, StoreRules } from '../calls/store.ts';
import type { ServerStore } from '../api/api-store.ts';

const CONNECTIONS = 10;
/** For statements outside of transactions, some of them while a transaction holds its connection. */
const QUERY_CONNECTIONS = 3;
/** A transaction is tried again for so long, then its command is refused. */
const RETRIED_FOR_MS = 5_000;
/** A unique index refused it: another transaction came first, which the next try sees. */
const MAX_UNIQUE_RETRIES = 3;
const MAX_RECONNECTS = 2;
const LONGEST_PAUSE_MS = 50;

/** Another transaction came in between: a retry sees what it did. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', LOCK_NOT_AVAILABLE]);
/** A statement waited for too long. */
const CANCELLED = '57014';
const UNIQUE_VIOLATION = '23505';

export interface PostgresStoreOptions {
  readonly rules?: StoreRules;
  /** Names this process in what it claims. */
  readonly nodeId?: string;
}

/**
 * The store on Postgres, for one node or several. Each transaction locks its users and calls before it
 * reads them (PostgresLocks), and its work may be run several times until it commits. Owns its
 * connections; ends with close().
 */
export class PostgresStore implements ServerStore {
  readonly #pool: PostgresPool;
  readonly #queryPool: PostgresPool;
  readonly #rules: StoreRules;
  readonly #nodeId: string;
  #retries = 0;

  private constructor(address: PostgresAddress, { rules, nodeId }: PostgresStoreOptions) {
    this.#pool = new PostgresPool(address, CONNECTIONS);
    this.#queryPool = new PostgresPool(address, QUERY_CONNECTIONS);
    this.#rules = rules ?? { callWaiting: false };
    this.#nodeId = nodeId ?? randomId();
  }

  /** @throws {StoreError} when the database cannot be used; the message names the cause and a remedy. */
  static async open(
    address: PostgresAddress,
    options: PostgresStoreOptions = {},
  ): Promise<PostgresStore> {
    const connection = await PostgresConnection.open(address, { timeoutMs: MIGRATION_TIMEOUT_MS });
    try {
      await migratePostgres(connection);
    } catch (error) {
      throw explained(error, address);
    } finally {
      await connection.close();
    }
    const store = PostgresStore.connect(address, options);
    if (store.#rules.callWaiting) await store.query((db) => letOthersRing(db));
    return store;
  }

  /** Opens connections as they are needed, and leaves the schema as it is. */
  static connect(address: PostgresAddress, options: PostgresStoreOptions = {}): PostgresStore {
    return new PostgresStore(address, options);
  }

  /** How many transactions were run again because another one came in between. */
  get retries(): number {
    return this.#retries;
  }

  /** How many statements were sent to Postgres. */
  get statements(): number {
    return PostgresConnection.statements;
  }

  async transaction<T>(
    work: (tx: PostgresTransaction) => Promise<T>,
    durability: Durability = 'durable',
  ): Promise<T> {
    const attempts = new Attempts();
    const wanted: WantedLocks = { names: new Set(), calls: new Set() };
    const [rules, nodeId] = [this.#rules, this.#nodeId];
    for (;;) {
      const lease = await this.#pool.lease();
      const attempt = new Attempt(lease);
      try {
        return await attempt.run(durability, async (db) => {
          const locks = new PostgresLocks(db, wanted);
          await locks.begin();
          return work(new PostgresTransaction(db, { rules, nodeId, locks }));
        });
      } catch (error) {
        await attempt.rollBack();
        if (!attempts.mayRetry(error, attempt)) throw attempts.explained(error, attempt);
      } finally {
        this.#pool.giveBack(lease);
      }
      this.#retries += 1;
      await pause(attempts.pauseMs());
    }
  }

  /** Runs statements that need no transaction, each by itself. */
  async query<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    const lease = await this.#queryPool.lease();
    try {
      return await work(lease.db);
    } catch (error) {
      if (lease.connection.isUsable) throw error;
      throw new StoreUnavailable('the connection to Postgres was lost', { cause: error });
    } finally {
      this.#queryPool.giveBack(lease);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#queryPool.close()]);
  }
}

/** One try of a transaction on one connection. */
class Attempt {
  readonly #lease: Lease;
  #isCommitting = false;

  constructor(lease: Lease) {
    this.#lease = lease;
  }

  async run<T>(durability: Durability, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    const { connection, db } = this.#lease;
    // Each statement sees what was committed before it, and so what was committed before it got its lock.
    const begin = 'begin isolation level read committed';
    const begun = connection.query(
      durability === 'durable' ? begin : `${begin}; set local synchronous_commit = off`,
    );
    // Sent together with the first statement of the work.
    const [, result] = await Promise.all([begun, work(db)]);
    this.#isCommitting = true;
    const { command } = await connection.query('commit');
    if (command !== 'COMMIT') throw new Error('a statement of the transaction failed');
    return result;
  }

  async rollBack(): Promise<void> {
    const { connection } = this.#lease;
    if (!connection.isUsable) return;
    await connection.query('rollback').catch(() => connection.fail());
  }

  get lostConnection(): boolean {
    return !this.#lease.connection.isUsable;
  }

  /** The connection was lost while Postgres committed: it may have done so or not. */
  get hasUnknownOutcome(): boolean {
    return this.lostConnection && this.#isCommitting;
  }
}

/** Decides whether a transaction is tried again. */
class Attempts {
  readonly #until = performance.now() + RETRIED_FOR_MS;
  #count = 0;
  #unique = 0;
  #reconnects = 0;

  mayRetry(error: unknown, attempt: Attempt): boolean {
    this.#count += 1;
    if (performance.now() > this.#until || attempt.hasUnknownOutcome) return false;
    if (attempt.lostConnection) return (this.#reconnects += 1) <= MAX_RECONNECTS;
    const code = codeOf(error);
    if (code === UNIQUE_VIOLATION) return (this.#unique += 1) <= MAX_UNIQUE_RETRIES;
    return CONFLICTS.has(code);
  }

  /** Random, so that those that met do not meet again. */
  pauseMs(): number {
    return Math.random() * Math.min(2 ** this.#count, LONGEST_PAUSE_MS);
  }

  explained(error: unknown, attempt: Attempt): unknown {
    if (attempt.lostConnection) {
      return new StoreUnavailable('the connection to Postgres was lost', { cause: error });
    }
    const code = codeOf(error);
    if (CONFLICTS.has(code) || code === CANCELLED) {
      return new StoreUnavailable('Postgres is too busy', { cause: error });
    }
    return error;
  }
}

/** What was written without call waiting keeps others away from who only rings or is on hold. */
async function letOthersRing(db: Kysely<Schema>): Promise<void> {
  await sql`update members set engaged = 0
    where engaged = 1 and (status <> 'joined' or held = 1)`.execute(db);
}
