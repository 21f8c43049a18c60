import type { PostgresAddress } from '../store/postgres-address.ts';
import { PostgresConnection } from '../store/postgres-connection.ts';
import { LOCK_SPACE } from '../store/postgres-schema.ts';
import { StoreError } from '../calls/store.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';

const NODE_LOCK = 2;
/** A node that was killed is noticed by Postgres at once, one whose machine died is not. */
const TRIES = 20;
const RETRY_INTERVAL_MS = 150;
const LOOK_AGAIN_MS = 1_000;

export interface NodeLockParts {
  readonly address: PostgresAddress;
  /** Several nodes share the lock; one without Redis has it alone. */
  readonly isShared: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps a node without Redis alone on its database: nodes that cannot notify each other would
 * deliver rings late. Owns one connection, which holds an advisory lock; ends with release().
 */
export class NodeLock {
  readonly #dependencies: NodeLockParts;
  #connection: PostgresConnection | null = null;
  #cancel: () => void = () => undefined;
  #released = false;

  private constructor(dependencies: NodeLockParts) {
    this.#dependencies = dependencies;
  }

  /** @throws {StoreError} when another node has it. */
  static async acquire(dependencies: NodeLockParts): Promise<NodeLock> {
    const lock = new NodeLock(dependencies);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      if (await lock.#try()) return lock;
      await new Promise<void>((resolve) => dependencies.clock.after(RETRY_INTERVAL_MS, resolve));
    }
    throw new StoreError(
      dependencies.isShared
        ? 'a tui-call-server without REDIS_URL uses this database; set REDIS_URL for it, too, or stop it'
        : 'another tui-call-server uses this database; set REDIS_URL for all of them to run several, or stop that one',
    );
  }

  async release(): Promise<void> {
    this.#released = true;
    this.#cancel();
    await this.#connection?.close();
  }

  async #try(): Promise<boolean> {
    const { address, isShared } = this.#dependencies;
    const connection = await PostgresConnection.open(address);
    const lock = isShared ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    try {
      const { rows } = await connection.query(
        `select ${lock}(${LOCK_SPACE}, ${NODE_LOCK}) as held`,
      );
      const [row] = rows as { held: boolean }[];
      if (row?.held === true && !this.#released) {
        this.#connection = connection;
        connection.onLost(() => this.#lost());
        return true;
      }
    } catch (error) {
      await connection.close();
      throw error;
    }
    await connection.close();
    return false;
  }

  /** Postgres restarted, or another server took its place. */
  #lost(): void {
    if (this.#released) return;
    const { clock, log } = this.#dependencies;
    this.#cancel = clock.after(LOOK_AGAIN_MS, () => {
      this.#try().then(
        (held) => {
          if (held) return;
          log.error('another tui-call-server has taken the database over; stop one of them');
          this.#lost();
        },
        () => this.#lost(),
      );
    });
  }
}
