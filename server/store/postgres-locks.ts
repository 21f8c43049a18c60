import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { CallRow, Schema } from './schema.ts';

/** The code of Postgres: another transaction holds the lock. */
export const LOCK_NOT_AVAILABLE = '55P03';

class LockNotAvailable extends Error {
  readonly code = LOCK_NOT_AVAILABLE;
}

/** What a transaction needs to hold, as far as its attempts have found out. */
export interface WantedLocks {
  readonly names: Set<string>;
  readonly calls: Set<string>;
}

/**
 * The locks of one attempt of a transaction. All transactions wait for locks in one order only: names of
 * users, then of groups, then calls, each ascending; so none waits for one that waits for it. A lock that
 * is found to be needed out of order is taken if it is free; otherwise the attempt fails, and the next one
 * begins with all that are known to be needed.
 */
export class PostgresLocks {
  readonly #db: Kysely<Schema>;
  readonly #wanted: WantedLocks;
  readonly #names = new Set<string>();
  readonly #calls = new Set<string>();

  constructor(db: Kysely<Schema>, wanted: WantedLocks) {
    this.#db = db;
    this.#wanted = wanted;
  }

  /** Takes what earlier attempts have found out. */
  async begin(): Promise<void> {
    await this.#lockNames([...this.#wanted.names].sort());
    if (this.#wanted.calls.size > 0) await this.calls([...this.#wanted.calls]);
  }

  /** Nobody else brings these users into a call, or moves their sessions, before the end. */
  users(userIds: readonly string[]): Promise<void> {
    return this.#lockNames(userIds.map((userId) => `1 ${userId}`));
  }

  /** Nobody else starts this group's call before the end. */
  group(groupId: string): Promise<void> {
    return this.#lockNames([`2 ${groupId}`]);
  }

  /** Nobody else changes these calls before the end. Returns their rows as they are now. */
  async calls(callIds: readonly string[]): Promise<readonly CallRow[]> {
    const missing = callIds.filter((callId) => !this.#calls.has(callId)).sort();
    for (const callId of missing) this.#wanted.calls.add(callId);
    const inOrder = isAfter(missing, this.#calls);
    const { rows } = await sql<CallRow>`
      select * from calls where call_id = any(${[...callIds]}::text[]) and ended_at is null
      order by call_id for no key update ${inOrder ? sql`` : sql`nowait`}`.execute(this.#db);
    for (const callId of missing) this.#calls.add(callId);
    return rows;
  }

  async #lockNames(names: readonly string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.#names.has(name)).sort();
    if (missing.length === 0) return;
    for (const name of missing) this.#wanted.names.add(name);
    const inOrder = this.#calls.size === 0 && isAfter(missing, this.#names);
    if (inOrder) await this.#wait(missing);
    else if (!(await this.#try(missing))) throw new LockNotAvailable('a lock is not available');
    for (const name of missing) this.#names.add(name);
  }

  async #wait(names: readonly string[]): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(name, 0))
      from unnest(${[...names]}::text[]) as name`.execute(this.#db);
  }

  async #try(names: readonly string[]): Promise<boolean> {
    const { rows } = await sql<{ taken: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(name, 0)) as taken
      from unnest(${[...names]}::text[]) as name`.execute(this.#db);
    return rows.every(({ taken }) => taken);
  }
}

/** Does each of these come after all that are held? */
function isAfter(sorted: readonly string[], held: ReadonlySet<string>): boolean {
  const [first] = sorted;
  if (first === undefined) return true;
  for (const one of held) if (one >= first) return false;
  return true;
}
