import { setImmediate as otherWork } from 'node:timers/promises';
import type { ServerStore, UsageFigure, UsageKey, UsagePosition, UsageTime } from './api-store.ts';

export interface UsageQuery {
  readonly by: UsageKey;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** A time that is running counts until now. */
  readonly now: number;
  /** Only keys after this one. */
  readonly after: string | null;
  readonly limit: number;
}

const DAY_MS = 86_400_000;
/** Takes a few milliseconds: a ring does not wait for longer. */
const TIMES_AT_ONCE = 1_000;

/**
 * Adds up the usage, ordered by key. Reads the times in several transactions, so that calls are not delayed
 * meanwhile; a time that ends in between counts until `now`, or until its end.
 */
export async function usageFigures(
  store: ServerStore,
  query: UsageQuery,
): Promise<readonly UsageFigure[]> {
  const sums = new Map<string, UsageSum>();
  let position: UsagePosition | null = null;
  do {
    const page = { from: query.from, now: query.now, before: position, limit: TIMES_AT_ONCE };
    const times: readonly UsageTime[] = await store.transaction(
      (tx) => tx.api.usageTimes(page),
      'repeatable',
    );
    for (const time of times) addTime(sums, time, query);
    position = positionAfter(times, query.now, position);
    await otherWork();
  } while (position !== null);
  return [...sums]
    .map(([key, sum]) => sum.figure(key))
    .filter(({ key }) => query.after === null || order(query.by, key, query.after) > 0)
    .sort((one, other) => order(query.by, one.key, other.key))
    .slice(0, query.limit);
}

/** null: these were the last ones. The times that were running come first, all at once. */
function positionAfter(
  times: readonly UsageTime[],
  now: number,
  before: UsagePosition | null,
): UsagePosition | null {
  if (before === null) return { endedAt: now, callId: null, userId: null, startedAt: null };
  const last = times.at(-1);
  if (last === undefined || times.length < TIMES_AT_ONCE) return null;
  const { callId, userId, startedAt, endedAt } = last;
  return { endedAt: endedAt ?? now, callId, userId, startedAt };
}

function order(by: UsageKey, one: string, other: string): number {
  if (by === 'day') return Number(one) - Number(other);
  return one < other ? -1 : Number(one > other);
}

function addTime(sums: Map<string, UsageSum>, time: UsageTime, query: UsageQuery): void {
  const begin = Math.max(time.startedAt, query.from);
  let end = Math.min(time.endedAt ?? query.now, query.now, query.to);
  // The later parts first, as the times come.
  while (begin < end) {
    const day = end - 1 - ((end - 1) % DAY_MS);
    const partBegin = query.by === 'day' ? Math.max(begin, day) : begin;
    const key = keyOf(time, query.by, day);
    const sum = sums.get(key) ?? new UsageSum();
    sums.set(key, sum);
    sum.add(time.mediaType, partBegin, end);
    end = partBegin;
  }
}

function keyOf({ userId, groupId }: UsageTime, by: UsageKey, day: number): string {
  return { day: String(day), user: userId, group: groupId }[by];
}

/** Adds up times, which come in the order of their ends, the latest first. */
class UsageSum {
  #audioMs = 0;
  #videoMs = 0;
  #peakMembers = 0;
  /** The begins, ascending, of the times that contain the end of the newest one. */
  readonly #begins: number[] = [];

  add(mediaType: string, begin: number, end: number): void {
    if (mediaType === 'video') this.#videoMs += end - begin;
    else this.#audioMs += end - begin;
    while ((this.#begins.at(-1) ?? -Infinity) >= end) this.#begins.pop();
    this.#begins.splice(this.#indexOf(begin), 0, begin);
    this.#peakMembers = Math.max(this.#peakMembers, this.#begins.length);
  }

  figure(key: string): UsageFigure {
    const [audioMs, videoMs, peakMembers] = [this.#audioMs, this.#videoMs, this.#peakMembers];
    return { key, audioMs, videoMs, peakMembers };
  }

  #indexOf(begin: number): number {
    let [low, high] = [0, this.#begins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#begins[middle] ?? 0) < begin) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
