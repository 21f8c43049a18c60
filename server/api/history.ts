import type { CallId, MediaType, UserId } from '../../src/protocol/index.ts';
import { parseCallId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { RecordPosition, ServerStore, UsageFigure, UsageKey } from './api-store.ts';
import { createCursor, parseCursor } from './cursor.ts';
import { csv } from './csv.ts';
import { endReasonOf, iso, recordOf } from './record.ts';
import type { CallRecord, CallResult } from './record.ts';
import { parseInstant, parsePeriod } from './period.ts';
import { usageFigures } from './usage-figures.ts';

export interface RecordsRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly userId?: UserId | undefined;
  readonly groupId?: string | undefined;
  readonly result?: CallResult | undefined;
  readonly mediaType?: MediaType | undefined;
}

export interface UsageRequest {
  readonly from: string;
  readonly to: string;
  readonly by: UsageKey;
}

export interface PageRequest {
  readonly cursor: string | null;
  readonly limit: number;
}

/** What was: records of calls that have ended, and usage. */
export class History {
  readonly #store: ServerStore;
  readonly #clock: Clock;

  constructor({ store, clock }: { readonly store: ServerStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws {CommandError} call-not-found, also for a call that has not ended. */
  async record(callId: CallId): Promise<CallRecord> {
    const record = await this.#store.transaction((tx) => tx.api.record(callId), 'repeatable');
    if (record === null) throw new CommandError('call-not-found');
    return recordOf(record);
  }

  /** A page of the records that meet all conditions, the newest first. @throws {CommandError} invalid-parameter */
  async records(request: RecordsRequest, { cursor, limit }: PageRequest) {
    const after = positionIn(parseCursor(request, cursor));
    const { from, to, userId, groupId, result, mediaType } = request;
    const query = {
      ...parsePeriod(from, to),
      userId: userId ?? null,
      groupId: groupId ?? null,
      endReason: result === undefined ? null : endReasonOf(result),
      mediaType: mediaType ?? null,
    };
    // One more than requested shows whether there is a next page.
    const found = await this.#store.transaction(
      (tx) => tx.api.records({ ...query, after, limit: limit + 1 }),
      'repeatable',
    );
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1)?.call : undefined;
    return {
      records: page.map(recordOf),
      cursor: last === undefined ? null : createCursor(request, `${last.createdAt}.${last.callId}`),
    };
  }

  /** A page of the usage of whole days. @throws {CommandError} invalid-parameter */
  async usage(request: UsageRequest, { cursor, limit }: PageRequest) {
    const after = parseCursor(request, cursor);
    const [from, to] = [parseInstant('from', request.from), parseInstant('to', request.to)];
    checkDays(from, to);
    const { by } = request;
    const query = { by, from, to, now: this.#clock.now(), after, limit: limit + 1 };
    const found = await usageFigures(this.#store, query);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      usage: page.map((figure) => usageResource(figure, by)),
      cursor: last === undefined ? null : createCursor(request, last.key),
    };
  }
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

/** Figures are added up per day in UTC. @throws {CommandError} invalid-parameter */
function checkDays(from: number, to: number): void {
  if (from % DAY_MS !== 0 || to % DAY_MS !== 0) {
    throw new CommandError('invalid-parameter', 'from and to must be days in UTC, as 2026-01-31');
  }
  if (to <= from) throw new CommandError('invalid-parameter', 'to must be after from');
  if (to - from > MAX_DAYS * DAY_MS) {
    throw new CommandError('invalid-parameter', `the period is longer than ${MAX_DAYS} days`);
  }
}

const MINUTE_MS = 60_000;

function usageResource({ key, audioMs, videoMs, peakMembers }: UsageFigure, by: UsageKey) {
  return {
    key: by === 'day' ? iso(Number(key)).slice(0, 10) : key,
    audioMinutes: minutes(audioMs),
    videoMinutes: minutes(videoMs),
    peakMembers,
  };
}

/** To a thousandth, which is finer than the clock of a call. */
const minutes = (ms: number) => Math.round((ms / MINUTE_MS) * 1000) / 1000;

export type UsageResource = ReturnType<typeof usageResource>;

export function usageCsv(usage: readonly UsageResource[]): string {
  return csv(
    ['key', 'audioMinutes', 'videoMinutes', 'peakMembers'],
    usage.map((one) => [one.key, one.audioMinutes, one.videoMinutes, one.peakMembers]),
  );
}

/** The position is not signed: whatever it says, it is read as a time and an id. */
function positionIn(text: string | null): RecordPosition | null {
  if (text === null) return null;
  const [at = '', id] = text.split('.');
  const callId = parseCallId(id);
  if (callId === null || !/^\d{1,15}$/.test(at)) {
    throw new CommandError('invalid-parameter', 'cursor is malformed');
  }
  return { at: Number(at), callId };
}
