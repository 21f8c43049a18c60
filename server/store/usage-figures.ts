import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';
import type { UsageFigure, UsageKey, UsageQuery } from '../api/api-store.ts';
import type { Schema } from './schema.ts';

const DAY = sql.lit(86_400_000);

/** What the figures are added up by. */
const KEYS: { readonly [K in UsageKey]: RawBuilder<unknown> } = {
  day: sql`part_from - part_from % ${DAY}`,
  user: sql`user_id`,
  group: sql`group_id`,
};

interface FigureRow {
  readonly bucket: string | number;
  readonly audio_ms: string | number;
  readonly video_ms: string | number;
  readonly peak: string | number;
}

/** Adds up the usage, in the SQL that both databases understand. */
export async function usageFigures(
  db: Kysely<Schema>,
  query: UsageQuery,
): Promise<readonly UsageFigure[]> {
  const { rows } = await sql<FigureRow>`
    with recursive ${partsOf(query)},
    steps as (
      select bucket, part_from as at, 1 as step from parts
      union all select bucket, part_to, -1 from parts),
    members_at as (
      select bucket, sum(step) over (
        partition by bucket order by at, step rows between unbounded preceding and current row
      ) as present from steps),
    peaks as (select bucket, max(present) as peak from members_at group by bucket),
    sums as (
      select bucket,
        sum(case when media_type = 'audio' then part_to - part_from else 0 end) as audio_ms,
        sum(case when media_type = 'video' then part_to - part_from else 0 end) as video_ms
      from parts group by bucket)
    select sums.bucket, audio_ms, video_ms, peak
    from sums join peaks on sums.bucket = peaks.bucket
    ${after(query)} order by sums.bucket limit ${sql.lit(query.limit)}`.execute(db);
  return rows.map((row) => ({
    key: String(row.bucket),
    audioMs: Number(row.audio_ms),
    videoMs: Number(row.video_ms),
    peakMembers: Number(row.peak),
  }));
}

/**
 * `parts`: the part of each time that lies in one day, or in the whole period. A time is divided by itself, since a
 * join with all days of the period would compare each time with each day.
 */
function partsOf({ by, from, to, now }: UsageQuery): RawBuilder<unknown> {
  const divided = by === 'day' ? sql`begins - begins % ${DAY} + ${DAY}` : sql`ends`;
  return sql`
    times as (
      select user_id, group_id, media_type,
        ${greatest(sql`started_at`, whole(from))} as begins,
        ${least(sql`coalesce(ended_at, ${whole(now)})`, whole(to))} as ends
      from usage
      where started_at < ${whole(to)} and (ended_at > ${whole(from)} or ended_at is null)),
    divided as (
      select user_id, group_id, media_type, begins as part_from,
        ${least(sql`ends`, divided)} as part_to, ends
      from times where begins < ends
      union all
      select user_id, group_id, media_type, part_to, ${least(sql`ends`, sql`part_to + ${DAY}`)}, ends
      from divided where part_to < ends),
    parts as (select ${KEYS[by]} as bucket, media_type, part_from, part_to from divided)`;
}

function after({ by, after: key }: UsageQuery): RawBuilder<unknown> {
  if (key === null) return sql``;
  return sql`where sums.bucket > ${by === 'day' ? whole(Number(key)) : key}`;
}

/** A parameter of which both databases know that it is a whole number. */
const whole = (value: number): RawBuilder<number> => sql`cast(${value} as bigint)`;
/** SQLite and Postgres name these functions differently. */
const least = (a: RawBuilder<unknown>, b: RawBuilder<unknown>) =>
  sql`case when ${a} < ${b} then ${a} else ${b} end`;
const greatest = (a: RawBuilder<unknown>, b: RawBuilder<unknown>) =>
  sql`case when ${a} > ${b} then ${a} else ${b} end`;
