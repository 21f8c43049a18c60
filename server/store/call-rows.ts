import type {
  CallId,
  CallStatus,
  EndReason,
  MediaType,
  MemberStatus,
  MissedCall,
  Role,
  SessionId,
  UserId,
} from '../../src/protocol/index.ts';
import { isEngaged, isLiveFor } from '../calls/model/call.ts';
import type { Call, Member } from '../calls/model/call.ts';
import type { ParticipationRecord } from '../calls/model/participation.ts';
import type { CallRow, MemberRow, MissedRow } from './schema.ts';

/** Converts calls to rows and back. The casts are safe because only these functions write the columns. */

export function callRow(call: Call): CallRow {
  return {
    call_id: call.callId,
    group_id: call.groupId,
    group_proven: Number(call.groupProven),
    caller_id: call.callerId,
    room_name: call.roomName,
    user_data: call.userData,
    created_at: call.createdAt,
    ...changingCallRow(call),
  };
}

/**
 * The columns that a change of a call may set. An update that also set the others would make SQLite check every
 * index and every row that refers to the call.
 */
export function changingCallRow(call: Call) {
  return {
    version: call.version,
    status: call.status,
    media_type: call.mediaType,
    is_group: Number(call.isGroup),
    media_epoch: call.mediaEpoch,
    started_at: call.startedAt,
    ended_at: call.endedAt,
    end_reason: call.endReason,
    ended_by: call.endedBy,
  };
}

export type ChangingCallRow = ReturnType<typeof changingCallRow>;

export function memberRow(
  callId: CallId,
  member: Member,
  position: number,
  callWaiting: boolean,
): MemberRow {
  return {
    call_id: callId,
    user_id: member.userId,
    position,
    nickname: member.nickname,
    avatar: member.avatar,
    role: member.role,
    status: member.status,
    status_version: member.statusVersion,
    invited_by: member.invitedBy,
    invited_version: member.invitedVersion,
    alerted: Number(member.alerted),
    away: Number(member.away),
    joined_at: member.joinedAt,
    left_at: member.leftAt,
    session_id: member.sessionId,
    ring_until: member.ringUntil,
    grace_until: member.graceUntil,
    last_seen_at: member.lastSeenAt,
    leaving: Number(member.leaving),
    held: Number(member.held),
    audio_muted: Number(member.audioMuted),
    video_muted: Number(member.videoMuted),
    suppressed: Number(member.suppressed),
    previous_outcome: member.previousParticipation?.outcome ?? null,
    previous_started_at: member.previousParticipation?.startedAt ?? null,
    previous_duration_ms: member.previousParticipation?.durationMs ?? null,
    live: Number(isLiveFor(member)),
    engaged: Number(isEngaged(member, callWaiting)),
  };
}

/** Columns that an update of a member sets. */
export const MEMBER_COLUMNS = [
  'position',
  'nickname',
  'avatar',
  'role',
  'status',
  'status_version',
  'invited_by',
  'invited_version',
  'alerted',
  'away',
  'joined_at',
  'left_at',
  'session_id',
  'ring_until',
  'grace_until',
  'last_seen_at',
  'leaving',
  'held',
  'audio_muted',
  'video_muted',
  'suppressed',
  'previous_outcome',
  'previous_started_at',
  'previous_duration_ms',
  'live',
  'engaged',
] as const satisfies readonly (keyof MemberRow)[];

export function toCall(row: CallRow, members: readonly MemberRow[]): Call {
  return {
    callId: row.call_id as CallId,
    version: row.version,
    status: row.status as CallStatus,
    mediaType: row.media_type as MediaType,
    groupId: row.group_id,
    groupProven: row.group_proven === 1,
    isGroup: row.is_group === 1,
    callerId: row.caller_id as UserId,
    roomName: row.room_name,
    mediaEpoch: row.media_epoch,
    userData: row.user_data,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    endReason: row.end_reason as EndReason | null,
    endedBy: row.ended_by as UserId | null,
    members: members.map(toMember),
  };
}

function toMember(row: MemberRow): Member {
  return {
    userId: row.user_id as UserId,
    nickname: row.nickname,
    avatar: row.avatar,
    role: row.role as Role,
    status: row.status as MemberStatus,
    statusVersion: row.status_version,
    invitedBy: row.invited_by as UserId | null,
    invitedVersion: row.invited_version,
    alerted: row.alerted === 1,
    away: row.away === 1,
    held: row.held === 1,
    audioMuted: row.audio_muted === 1,
    videoMuted: row.video_muted === 1,
    suppressed: row.suppressed === 1,
    joinedAt: row.joined_at,
    leftAt: row.left_at,
    sessionId: row.session_id as SessionId | null,
    ringUntil: row.ring_until,
    graceUntil: row.grace_until,
    lastSeenAt: row.last_seen_at,
    leaving: row.leaving === 1,
    previousParticipation: previousParticipationOf(row),
  };
}

function previousParticipationOf(row: MemberRow): ParticipationRecord | null {
  const {
    previous_outcome: outcome,
    previous_started_at: startedAt,
    previous_duration_ms: durationMs,
  } = row;
  if (outcome === null || startedAt === null || durationMs === null) return null;
  return { outcome: outcome as ParticipationRecord['outcome'], startedAt, durationMs };
}

export function toMissed(row: Omit<MissedRow, 'seq'> & { seq: number }): MissedCall {
  return {
    seq: row.seq,
    callId: row.call_id as CallId,
    callerId: row.caller_id as UserId,
    callerNickname: row.caller_nickname,
    callerAvatar: row.caller_avatar,
    mediaType: row.media_type as MediaType,
    groupId: row.group_id,
    reason: row.reason as MissedCall['reason'],
    at: row.at,
  };
}
