import type { EndReason, MemberStatus, QualityReport } from '../../src/protocol/index.ts';
import { callDurationOf, durationOf } from '../calls/history/usage.ts';
import type { Call, Member } from '../calls/model/call.ts';
import type { StoredRecord } from './api-store.ts';
import { csv } from './csv.ts';
import type { Cell } from './csv.ts';

/** How a call ended, in records and callbacks. */
export const CALL_RESULTS = [
  'normal-end',
  'cancelled',
  'rejected',
  'no-response',
  'line-busy',
  'offline',
  'ended-by-server',
] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** How a call ended for one member. `answered`: they were in it and left, or stayed to its end. */
export const MEMBER_RESULTS = [
  'answered',
  'rejected',
  'no-response',
  'line-busy',
  'cancelled',
  'offline',
  'removed',
] as const;
export type MemberResult = (typeof MEMBER_RESULTS)[number];

function resultOf(reason: EndReason): CallResult {
  return reason === 'hangup' ? 'normal-end' : reason;
}

export function endReasonOf(result: CallResult): EndReason {
  return result === 'normal-end' ? 'hangup' : result;
}

/** A call that has ended, as the REST API returns it. */
export function recordOf({ call, rating, quality }: StoredRecord) {
  const { callId, callerId, mediaType, groupId, isGroup, userData, endedBy } = call;
  return {
    ...{ callId, callerId, mediaType, groupId, isGroup, userData },
    createdAt: iso(call.createdAt),
    startedAt: isoOrNull(call.startedAt),
    endedAt: iso(call.endedAt ?? call.createdAt),
    durationMs: callDurationOf(call) ?? 0,
    result: resultOf(call.endReason ?? 'ended-by-server'),
    endedBy,
    rating,
    members: call.members.map((member) => ({
      ...memberRecord(member),
      quality: parsed(quality.get(member.userId)),
    })),
  };
}

function memberRecord(member: Member) {
  const { userId, nickname, role, invitedBy, joinedAt, leftAt } = member;
  return {
    ...{ userId, nickname, role, invitedBy },
    result: memberResult(member),
    joinedAt: isoOrNull(joinedAt),
    leftAt: isoOrNull(leftAt),
    durationMs: durationOf(member),
  };
}

const RESULTS: { readonly [S in MemberStatus]?: MemberResult } = {
  rejected: 'rejected',
  busy: 'line-busy',
  cancelled: 'cancelled',
  'no-response': 'no-response',
  offline: 'offline',
  removed: 'removed',
};

function memberResult({ status, joinedAt }: Member): MemberResult {
  // A caller who hung up before an answer has left without having been in the call.
  return RESULTS[status] ?? (joinedAt === null ? 'cancelled' : 'answered');
}

const RECORD_COLUMNS = [
  ...['callId', 'callerId', 'mediaType', 'groupId', 'createdAt', 'startedAt', 'endedAt'],
  ...['durationMs', 'result', 'endedBy', 'rating'],
  ...['userId', 'role', 'memberResult', 'joinedAt', 'leftAt', 'memberDurationMs'],
  ...['measuredMs', 'poorMs', 'reconnections', 'roundTripMs', 'lossPercent'],
];

/** One row per member. */
export function recordsCsv(records: readonly CallRecord[]): string {
  const rows = records.flatMap((record) =>
    record.members.map((member) => [
      ...[record.callId, record.callerId, record.mediaType, record.groupId],
      ...[record.createdAt, record.startedAt, record.endedAt, record.durationMs],
      ...[record.result, record.endedBy, record.rating],
      ...[member.userId, member.role, member.result],
      ...[member.joinedAt, member.leftAt, member.durationMs],
      ...qualityCells(member.quality),
    ]),
  );
  return csv(RECORD_COLUMNS, rows);
}

function qualityCells(quality: QualityReport | null): readonly Cell[] {
  if (quality === null) return [null, null, null, null, null];
  const { measuredMs, poorMs, reconnections, roundTripMs, lossPercent } = quality;
  return [measuredMs, poorMs, reconnections, roundTripMs, lossPercent];
}

export type CallRecord = ReturnType<typeof recordOf>;

/** A call as it is now. */
export function callResource(call: Call) {
  const { callId, callerId, status, mediaType, groupId, isGroup, userData } = call;
  return {
    ...{ callId, callerId, status, mediaType, groupId, isGroup, userData },
    createdAt: iso(call.createdAt),
    startedAt: isoOrNull(call.startedAt),
    endedAt: isoOrNull(call.endedAt),
    result: call.endReason === null ? null : resultOf(call.endReason),
    members: call.members.map(({ userId, nickname, avatar, role, status: of, ...times }) => ({
      ...{ userId, nickname, avatar, role, status: of, invitedBy: times.invitedBy },
      ...{ audioMuted: times.audioMuted, videoMuted: times.videoMuted },
      joinedAt: isoOrNull(times.joinedAt),
      leftAt: isoOrNull(times.leftAt),
    })),
  };
}

export const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** What a client reported; the server has checked it before it was stored. */
function parsed(json: string | undefined): QualityReport | null {
  return json === undefined ? null : (JSON.parse(json) as QualityReport);
}
