import type { Generated } from 'kysely';

/** The tables as Kysely sees them; migrations.ts makes them. Booleans are 0 and 1, times epoch ms. */
export interface Schema {
  calls: CallRow;
  members: MemberRow;
  commands: CommandRow;
  users: UserRow;
  missed: MissedRow;
  jobs: JobRow;
  recents: RecentRow;
  blocked: BlockedRow;
  server_state: { name: string; value: number };
}

export interface CallRow {
  call_id: string;
  version: number;
  status: string;
  media_type: string;
  group_id: string;
  group_proven: number;
  is_group: number;
  caller_id: string;
  room_name: string;
  media_epoch: number;
  user_data: string;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  end_reason: string | null;
  ended_by: string | null;
}

export interface MemberRow {
  call_id: string;
  user_id: string;
  /** The member's place in the call's list. */
  position: number;
  nickname: string;
  avatar: string;
  role: string;
  status: string;
  status_version: number;
  invited_by: string | null;
  invited_version: number;
  alerted: number;
  away: number;
  joined_at: number | null;
  left_at: number | null;
  session_id: string | null;
  ring_until: number | null;
  grace_until: number | null;
  last_seen_at: number | null;
  leaving: number;
  held: number;
  suppressed: number;
  /** Of the parts before this one; null: there was none. */
  previous_outcome: string | null;
  previous_started_at: number | null;
  previous_duration_ms: number | null;
  /** 1 while ringing (heard) or joined. */
  live: number;
  /** 1 while no other call may take the user: a unique index allows one such row for each. */
  engaged: number;
}

export interface CommandRow {
  user_id: string;
  command_id: string;
  type: string;
  call_id: string | null;
  at: number;
}

export interface UserRow {
  user_id: string;
  nickname: string;
  avatar: string;
}

export interface MissedRow {
  seq: Generated<number>;
  user_id: string;
  call_id: string;
  caller_id: string;
  caller_nickname: string;
  caller_avatar: string;
  media_type: string;
  group_id: string;
  reason: string;
  at: number;
}

/** A line of a user's own list of calls; what it says is in the call. */
export interface RecentRow {
  user_id: string;
  at: number;
  call_id: string;
}

/** `user_id` does not want to be rung by `other_id`. */
export interface BlockedRow {
  user_id: string;
  other_id: string;
}

export interface JobRow {
  kind: string;
  subject: string;
  due_at: number;
  attempts: number;
}
