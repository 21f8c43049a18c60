import { sql } from 'kysely';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { PostgresStore } from './postgres-store.ts';

/** A bucket is full after this, whatever its rate: so many a minute. */
const FULL_AFTER_MS = 60_000;

/** The token buckets of all nodes, so many a minute for each name. */
export class PostgresRateLimit implements RateLimit {
  readonly #store: PostgresStore;
  readonly #kind: string;
  readonly #perMinute: number;

  /** @param kind tells these names from those of other limits */
  constructor(store: PostgresStore, kind: string, perMinute: number) {
    this.#store = store;
    this.#kind = kind;
    this.#perMinute = perMinute;
  }

  /** Takes one token, if there is one, in one statement. */
  async take(name: string): Promise<boolean> {
    return this.takeEach([name]);
  }

  /** Takes a token from each of these buckets. False where one of them was empty. */
  async takeEach(names: readonly string[]): Promise<boolean> {
    if (names.length === 0) return true;
    const rows = [...new Set(names)].sort().map((name) => `${this.#kind}:${name}`);
    const burst = this.#perMinute;
    const filled = sql`least(${burst}::float8,
      bucket.tokens + (excluded.at - bucket.at) * ${burst / FULL_AFTER_MS}::float8)`;
    const { rows: granted } = await this.#store.query((db) =>
      sql<{ granted: boolean }>`
        insert into rate_limits as bucket (name, tokens, granted, at)
        select name, ${burst - 1}::float8, true,
          (extract(epoch from clock_timestamp()) * 1000)::bigint
        from unnest(${rows}::text[]) as name
        on conflict (name) do update set at = excluded.at, granted = ${filled} >= 1,
          tokens = case when ${filled} >= 1 then ${filled} - 1 else ${filled} end
        returning granted`.execute(db),
    );
    return granted.every((row) => row.granted);
  }
}

/** Deletes the buckets that are full again: as good as none. */
export async function purgeRateLimits(store: PostgresStore): Promise<void> {
  await store.query((db) =>
    sql`delete from rate_limits
      where at < (extract(epoch from clock_timestamp()) * 1000)::bigint - ${FULL_AFTER_MS}`.execute(
      db,
    ),
  );
}
