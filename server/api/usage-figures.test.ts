import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId, UserId } from '../../src/protocol/index.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import type { ServerStore, UsageFigure, UsageKey, UsageTime } from './api-store.ts';
import { usageFigures } from './usage-figures.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 0, 1);
const TO = FROM + 5 * DAY_MS;
const NOW = FROM + 4 * DAY_MS + 1000;
/** More than are read at once, and some with the same end. */
const TIMES = 2_500;

describe('usage', () => {
  it('read in parts equals the one that compares all times', async (t) => {
    const store = await SqliteStore.open(':memory:');
    t.after(() => store.close());
    const times = randomTimes();
    await save(store, times);
    for (const by of ['day', 'user', 'group'] as const) {
      const query = { by, from: FROM, to: TO, now: NOW, after: null, limit: 1000 };
      assert.deepEqual(await usageFigures(store, query), compared(times, by), by);
    }
  });

  it('lets other transactions pass while it is read', async (t) => {
    const store = await SqliteStore.open(':memory:');
    t.after(() => store.close());
    await save(store, randomTimes());
    let others = 0;
    let isRead = false;
    const query = { by: 'day', from: FROM, to: TO, now: NOW, after: null, limit: 1 } as const;
    const read = usageFigures(store, query).then(() => (isRead = true));
    while (!isRead) {
      await store.transaction((tx) => tx.serverSeenAt(), 'repeatable');
      if (!isRead) others += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await read;
    assert.ok(others >= 3, `${others}`);
  });
});

/** Repeatable: from a linear congruential generator. */
function randomTimes(): UsageTime[] {
  let seed = 7;
  const below = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % limit;
  };
  return Array.from({ length: TIMES }, (_, index) => {
    const startedAt = FROM - DAY_MS + below(5 * 24 * 60) * 60_000;
    const endedAt = Math.min(NOW, startedAt + below(2 * 24 * 60) * 60_000);
    return {
      callId: `call-${index}` as CallId,
      userId: `user-${below(20)}` as UserId,
      groupId: `group-${below(3)}`,
      mediaType: below(2) === 0 ? 'audio' : 'video',
      startedAt,
      endedAt: endedAt === NOW ? null : endedAt,
    };
  });
}

async function save(store: ServerStore, times: readonly UsageTime[]): Promise<void> {
  await store.transaction(async (tx) => {
    for (const { callId, userId, groupId, mediaType, startedAt, endedAt } of times) {
      const who = { callId, userId, groupId };
      await tx.saveUsage({ ...who, endedAt: null, begins: { at: startedAt, mediaType } });
      if (endedAt !== null) await tx.saveUsage({ ...who, endedAt, begins: null });
    }
  });
}

/** The same figures, from each time compared with each other one. */
function compared(times: readonly UsageTime[], by: UsageKey): readonly UsageFigure[] {
  const parts = times.flatMap((time) => partsOf(time, by));
  const keys = [...new Set(parts.map(({ key }) => key))].sort();
  return keys.map((key) => {
    const own = parts.filter((part) => part.key === key);
    const sum = (type: string) =>
      own.filter(({ mediaType }) => mediaType === type).reduce((all, { ms }) => all + ms, 0);
    const present = own.map(
      ({ begin }) => own.filter((part) => part.begin <= begin && begin < part.end).length,
    );
    const peakMembers = Math.max(...present);
    return { key, audioMs: sum('audio'), videoMs: sum('video'), peakMembers };
  });
}

function partsOf({ startedAt, endedAt, userId, groupId, mediaType }: UsageTime, by: UsageKey) {
  const periods =
    by === 'day'
      ? Array.from({ length: 5 }, (_, day) => [FROM + day * DAY_MS, FROM + (day + 1) * DAY_MS])
      : [[FROM, TO]];
  return periods.flatMap(([from = 0, to = 0]) => {
    const [begin, end] = [Math.max(startedAt, from), Math.min(endedAt ?? NOW, to)];
    const key = { day: String(from), user: userId, group: groupId }[by];
    return begin < end ? [{ key, mediaType, begin, end, ms: end - begin }] : [];
  });
}
