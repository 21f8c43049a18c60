import { sql } from 'kysely';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { PostgresStore } from './postgres-store.ts';

const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export interface PostgresRateLimitOptions {
  /** Separates these names from those of other limits. */
  readonly kind: string;
  readonly perMinute: number;
  readonly burst: number;
}

/** Token buckets that all nodes share, in the database. */
export class PostgresRateLimit implements RateLimit {
  readonly #store: PostgresStore;
  readonly #options: PostgresRateLimitOptions;

  constructor(store: PostgresStore, options: PostgresRateLimitOptions) {
    this.#store = store;
    this.#options = options;
  }

  take(name: string, count = 1): Promise<boolean> {
    return this.#take([name], count);
  }

  async takeEach(names: readonly string[]): Promise<boolean> {
    return names.length === 0 || this.#take([...new Set(names)].sort(), 1);
  }

  /** In one statement; the order of the names is that of their locks. */
  async #take(names: readonly string[], count: number): Promise<boolean> {
    const { kind, perMinute, burst } = this.#options;
    const perMs = sql`${perMinute / 60_000}::float8`;
    const rows = names.map((name) => `${kind}:${name}`);
    const full = sql`${burst}::float8`;
    const taken = sql`${count}::float8`;
    const filled = sql`least(${full}, bucket.tokens + (excluded.at - bucket.at) * ${perMs})`;
    const left = sql`(case when ${filled} >= ${taken} then ${filled} - ${taken} else ${filled} end)`;
    const { rows: results } = await this.#store.query((db) =>
      sql<{ granted: boolean }>`
        insert into rate_limits as bucket (name, tokens, granted, at, full_at)
        select name, case when ${full} >= ${taken} then ${full} - ${taken} else ${full} end,
          ${full} >= ${taken}, ${NOW}, ${NOW} + (${taken} / ${perMs})::bigint
        from unnest(${rows}::text[]) as name
        on conflict (name) do update set at = excluded.at, granted = ${filled} >= ${taken},
          tokens = ${left}, full_at = excluded.at + ((${full} - ${left}) / ${perMs})::bigint
        returning granted`.execute(db),
    );
    return results.every((row) => row.granted);
  }
}

/** Deletes full buckets, which carry no information. */
export async function purgeRateLimits(store: PostgresStore): Promise<void> {
  await store.query((db) => sql`delete from rate_limits where full_at < ${NOW}`.execute(db));
}
