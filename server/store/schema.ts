import type { Generated } from 'kysely';

/** The tables, created by migrations.ts. Booleans are 0 and 1, times are epoch ms. */
export interface Schema {
  calls: CallRow & { rating: Generated<number | null> };
  members: MemberRow & { quality: Generated<string | null> };
  commands: CommandRow;
  users: UserRow & { set_by_server: Generated<number> };
  missed: MissedRow;
  jobs: JobRow;
  recents: RecentRow;
  blocked: BlockedRow;
  server_state: { name: string; value: number };
  api_keys: ApiKeyRow;
  idempotency: IdempotencyRow;
  usage: UsageRow;
  callbacks: CallbackRow;
  deliveries: Omit<DeliveryRow, 'seq'> & { seq: Generated<number> };
  delivery_attempts: DeliveryAttemptRow;
  push_targets: PushTargetRow;
  push_rings: PushRingRow;
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
  /** The index in the call's member list. */
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
  audio_muted: number;
  video_muted: number;
  suppressed: number;
  /** Outcome of earlier invitations; null if there was none. */
  previous_outcome: string | null;
  previous_started_at: number | null;
  previous_duration_ms: number | null;
  /** 1 while ringing (not suppressed) or joined. */
  live: number;
  /** 1 while the user is busy for other calls; a unique index permits one such row per user. */
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

/** An entry of a user's recent calls; its content is in the call. */
export interface RecentRow {
  user_id: string;
  at: number;
  call_id: string;
}

/** `user_id` has blocked `other_id`. */
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

export interface ApiKeyRow {
  key_id: string;
  name: string;
  /** SHA-256 of the secret, hex. */
  hash: string;
  /** Separated by spaces. */
  scopes: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

/** A request with an Idempotency-Key. */
export interface IdempotencyRow {
  key_id: string;
  idempotency_key: string;
  /** SHA-256 of method, path and body, hex. */
  request: string;
  /** null while it is executed. */
  status: number | null;
  body: string;
  at: number;
}

/** A time of one member in one call with one media type. */
export interface UsageRow {
  call_id: string;
  user_id: string;
  group_id: string;
  media_type: string;
  /** null while the member is in the call. */
  ended_at: number | null;
  started_at: number;
}

/** An endpoint of a back end. */
export interface CallbackRow {
  endpoint_id: string;
  url: string;
  /** Separated by spaces; null: all that are not questions. */
  types: string | null;
  on_failure: string;
  /** Base64, without `whsec_`: signing needs the secret itself. */
  secret: string;
  previous_secret: string | null;
  previous_until: number | null;
  /** The reason; null: enabled. */
  disabled: string | null;
  paused_until: number;
  created_at: number;
}

/** An event for one endpoint. */
export interface DeliveryRow {
  /** In the order of the commits, as far as one subject is concerned. */
  seq: number;
  delivery_id: string;
  endpoint_id: string;
  type: string;
  subject: string;
  body: string;
  status: string;
  attempts: number;
  due_at: number;
  expires_at: number;
  created_at: number;
  /** The node that is sending it. */
  claimed_by: string | null;
}

export interface DeliveryAttemptRow {
  delivery_id: string;
  at: number;
  duration_ms: number;
  status: number | null;
  error: string | null;
}

/** A device that is notified of rings. */
export interface PushTargetRow {
  /** SHA-256 of platform and address, base64url. */
  target_id: string;
  user_id: string;
  session_id: string;
  platform: string;
  address: string;
  p256dh: string;
  auth: string;
  echo: string;
  created_at: number;
  used_at: number;
  /** By the wall clock. */
  expires_at: number;
}

/** A ring of which a device is notified. */
export interface PushRingRow {
  call_id: string;
  user_id: string;
  target_id: string;
  invited_version: number;
  /** SHA-256 of the token that declines it, hex. */
  token_hash: string;
  state: string;
}
