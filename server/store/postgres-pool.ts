import { Kysely } from 'kysely';
import type { PostgresAddress } from './postgres-address.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { OneConnectionDialect } from './postgres-dialect.ts';
import type { Schema } from './schema.ts';
import { StoreUnavailable } from '../calls/store.ts';

/** How long a transaction waits for a free connection. */
const WAITS_MS = 5_000;

/** A connection in use by one transaction, and Kysely on it. */
export interface Lease {
  readonly connection: PostgresConnection;
  readonly db: Kysely<Schema>;
}

interface Waiter {
  readonly give: (lease: Lease) => void;
  readonly fail: (error: unknown) => void;
  readonly timeout: NodeJS.Timeout;
}

/** Connections to the primary, opened as they are needed. Owns them; ends with close(). */
export class PostgresPool {
  readonly #address: PostgresAddress;
  readonly #size: number;
  readonly #idle: Lease[] = [];
  readonly #waiting: Waiter[] = [];
  /** In use, idle, or being opened. */
  #count = 0;
  #closed = false;
  #onEmpty: () => void = () => undefined;
  /** Connections that are being closed. */
  readonly #ending = new Set<Promise<void>>();

  constructor(address: PostgresAddress, size: number) {
    this.#address = address;
    this.#size = size;
  }

  /** @throws {StoreUnavailable} */
  async lease(): Promise<Lease> {
    if (this.#closed) throw new StoreUnavailable('the database is closed');
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) break;
      if (idle.connection.isUsable) return idle;
      this.#drop(idle);
    }
    return this.#count < this.#size ? this.#open() : this.#wait();
  }

  giveBack(lease: Lease): void {
    if (this.#closed || !lease.connection.isUsable) {
      this.#drop(lease);
      // The others lead to the same server.
      for (const idle of this.#idle.splice(0)) this.#drop(idle);
      if (!this.#closed) this.#openForWaiting();
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(lease);
    else this.#serve(next, lease);
  }

  /** Resolves once the transactions that run have given their connections back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) {
      clearTimeout(waiter.timeout);
      waiter.fail(new StoreUnavailable('the database is closed'));
    }
    for (const idle of this.#idle.splice(0)) this.#drop(idle);
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    await Promise.all(this.#ending);
  }

  async #open(): Promise<Lease> {
    this.#count += 1;
    try {
      const connection = await PostgresConnection.open(this.#address);
      return {
        connection,
        db: new Kysely<Schema>({ dialect: new OneConnectionDialect(connection) }),
      };
    } catch (error) {
      this.#gone();
      throw error;
    }
  }

  #wait(): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new StoreUnavailable('the database is too busy'));
      }, WAITS_MS);
      const waiter: Waiter = { give: resolve, fail: reject, timeout };
      this.#waiting.push(waiter);
    });
  }

  #openForWaiting(): void {
    while (this.#waiting.length > 0 && this.#count < this.#size) {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) return;
      clearTimeout(waiter.timeout);
      this.#open().then(waiter.give, waiter.fail);
    }
  }

  #serve(waiter: Waiter, lease: Lease): void {
    clearTimeout(waiter.timeout);
    waiter.give(lease);
  }

  #drop({ connection }: Lease): void {
    const ending = connection.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    this.#gone();
  }

  #gone(): void {
    this.#count -= 1;
    if (this.#closed && this.#count === 0) this.#onEmpty();
  }
}
