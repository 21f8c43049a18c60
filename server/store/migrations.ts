import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { StoreError } from '../calls/store.ts';

/** Pending migrations run in one transaction: a crash leaves the schema unchanged or complete. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-calls': { up: (db) => run(db, CALLS) },
  '0002-group-calls': { up: (db) => run(db, GROUP_CALLS) },
  '0003-own-lists': { up: (db) => run(db, OWN_LISTS) },
  '0004-invited-again': { up: (db) => run(db, INVITED_AGAIN) },
  '0005-server-api': { up: (db) => run(db, SERVER_API) },
  '0006-ended-rooms': { up: (db) => run(db, ENDED_ROOMS) },
  '0007-callbacks': { up: (db) => run(db, CALLBACKS) },
  '0008-push': { up: (db) => run(db, PUSH) },
  '0009-indexes': { up: (db) => run(db, INDEXES) },
};

/** The server does not open a database with a newer schema. */
export const NEWEST_SCHEMA = Object.keys(MIGRATIONS).length;

const CALLS = [
  `create table calls (
    call_id text primary key, version integer not null, status text not null,
    media_type text not null, group_id text not null, is_group integer not null,
    caller_id text not null, room_name text not null, media_epoch integer not null,
    user_data text not null, created_at integer not null, started_at integer,
    ended_at integer, end_reason text, ended_by text
  ) strict`,
  `create index live_calls on calls (created_at) where ended_at is null`,
  `create table members (
    call_id text not null references calls, user_id text not null, position integer not null,
    nickname text not null, avatar text not null, role text not null, status text not null,
    status_version integer not null, invited_by text, invited_version integer not null,
    alerted integer not null, away integer not null, joined_at integer, left_at integer,
    session_id text, ring_until integer, grace_until integer, last_seen_at integer,
    leaving integer not null, live integer not null,
    primary key (call_id, user_id)
  ) strict, without rowid`,
  `create unique index one_live_call on members (user_id) where live = 1`,
  `create table commands (
    user_id text not null, command_id text not null, type text not null, call_id text,
    at integer not null, primary key (user_id, command_id)
  ) strict, without rowid`,
  `create index commands_by_age on commands (at)`,
  `create table users (
    user_id text primary key, nickname text not null, avatar text not null
  ) strict, without rowid`,
  `create table missed (
    seq integer primary key autoincrement, user_id text not null, call_id text not null,
    caller_id text not null, caller_nickname text not null, caller_avatar text not null,
    media_type text not null, group_id text not null, reason text not null, at integer not null
  ) strict`,
  `create index missed_by_user on missed (user_id, seq)`,
  `create table jobs (
    kind text not null, subject text not null, due_at integer not null,
    attempts integer not null, primary key (kind, subject)
  ) strict, without rowid`,
  `create index jobs_by_due on jobs (due_at)`,
  `create table server_state (
    name text primary key, value integer not null
  ) strict, without rowid`,
  `pragma user_version = 1`,
];

const GROUP_CALLS = [
  `alter table calls add column group_proven integer not null default 0`,
  `create unique index one_call_in_group on calls (group_id)
    where ended_at is null and group_proven = 1`,
  `pragma user_version = 2`,
];

const OWN_LISTS = [
  `alter table members add column held integer not null default 0`,
  `alter table members add column suppressed integer not null default 0`,
  `alter table members add column engaged integer not null default 0`,
  `update members set engaged = live`,
  `drop index one_live_call`,
  `create index live_members on members (user_id) where live = 1`,
  `create unique index one_engaged on members (user_id) where engaged = 1`,
  `create table recents (
    user_id text not null, at integer not null, call_id text not null references calls,
    primary key (user_id, at, call_id)
  ) strict, without rowid`,
  `create unique index recents_by_call on recents (call_id, user_id)`,
  `create index recents_by_age on recents (at)`,
  `create table blocked (
    user_id text not null, other_id text not null, primary key (user_id, other_id)
  ) strict, without rowid`,
  `pragma user_version = 3`,
];

const INVITED_AGAIN = [
  `alter table members add column previous_outcome text`,
  `alter table members add column previous_started_at integer`,
  `alter table members add column previous_duration_ms integer`,
  `pragma user_version = 4`,
];

const SERVER_API = [
  `create table api_keys (
    key_id text primary key, name text not null, hash text not null, scopes text not null,
    created_at integer not null, expires_at integer, last_used_at integer
  ) strict, without rowid`,
  `create table idempotency (
    key_id text not null, idempotency_key text not null, request text not null, status integer,
    body text not null, at integer not null, primary key (key_id, idempotency_key)
  ) strict, without rowid`,
  `create index idempotency_by_age on idempotency (at)`,
  `create table usage (
    call_id text not null, user_id text not null, group_id text not null, media_type text not null,
    started_at integer not null, ended_at integer
  ) strict`,
  `create index usage_by_call on usage (call_id, user_id)`,
  `create index usage_by_end on usage (ended_at)`,
  `create index usage_by_user on usage (user_id)`,
  `create index records_by_time on calls (created_at, call_id) where ended_at is not null`,
  `create index records_by_end on calls (ended_at) where ended_at is not null`,
  `create index members_by_user on members (user_id)`,
  `alter table calls add column rating integer`,
  `alter table members add column quality text`,
  `alter table members add column audio_muted integer not null default 0`,
  `alter table members add column video_muted integer not null default 0`,
  `alter table users add column set_by_server integer not null default 0`,
  `pragma user_version = 5`,
];

/** Partial: the start of a call, which is waited for, does not write it. */
const ENDED_ROOMS = [
  `create index ended_rooms on calls (room_name) where ended_at is not null`,
  `pragma user_version = 6`,
];

const CALLBACKS = [
  `create table callbacks (
    endpoint_id text primary key, url text not null, types text, on_failure text not null,
    secret text not null, previous_secret text, previous_until integer, disabled text,
    paused_until integer not null, created_at integer not null
  ) strict, without rowid`,
  `create table deliveries (
    seq integer primary key autoincrement, delivery_id text not null, endpoint_id text not null,
    type text not null, subject text not null, body text not null, status text not null,
    attempts integer not null, due_at integer not null, expires_at integer not null,
    created_at integer not null, claimed_by text
  ) strict`,
  `create unique index deliveries_by_id on deliveries (delivery_id)`,
  `create index deliveries_in_order on deliveries (endpoint_id, subject, seq) where status = 'pending'`,
  `create index deliveries_by_due on deliveries (endpoint_id, due_at) where status = 'pending'`,
  `create index deliveries_next on deliveries (due_at) where status = 'pending'`,
  `create index deliveries_by_endpoint on deliveries (endpoint_id, seq)`,
  `create index deliveries_by_subject on deliveries (subject)`,
  `create index deliveries_by_age on deliveries (created_at)`,
  `create table delivery_attempts (
    delivery_id text not null, at integer not null, duration_ms integer not null,
    status integer, error text
  ) strict`,
  `create index attempts_by_delivery on delivery_attempts (delivery_id, at)`,
  `pragma user_version = 7`,
];

const PUSH = [
  `create table push_targets (
    target_id text primary key, user_id text not null, session_id text not null,
    platform text not null, address text not null, p256dh text not null, auth text not null,
    echo text not null, created_at integer not null, used_at integer not null,
    expires_at integer not null
  ) strict, without rowid`,
  `create index push_targets_by_user on push_targets (user_id)`,
  `create index push_targets_by_expiry on push_targets (expires_at)`,
  `create table push_rings (
    call_id text not null, user_id text not null, target_id text not null,
    invited_version integer not null, token_hash text not null, state text not null,
    primary key (call_id, user_id, target_id)
  ) strict, without rowid`,
  `create unique index push_rings_by_token on push_rings (token_hash)`,
  `pragma user_version = 8`,
];

/** For what would otherwise read every call, or every delivery that is kept. */
const INDEXES = [
  `drop index live_calls`,
  `create index live_calls on calls (call_id) where ended_at is null`,
  `create index records_by_group on calls (group_id, created_at, call_id)
    where ended_at is not null and group_id <> ''`,
  `create index records_by_result on calls (end_reason, created_at, call_id)
    where ended_at is not null`,
  `create index deliveries_pending on deliveries (endpoint_id, seq) where status = 'pending'`,
  `create index missed_by_age on missed (at)`,
  `create index missed_by_caller on missed (caller_id)`,
  `create index blocked_by_other on blocked (other_id)`,
  `pragma user_version = 9`,
];

async function run<DB>(db: Kysely<DB>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** @throws {StoreError} if a migration fails. */
export async function migrate<DB>(db: Kysely<DB>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  // SQLite's own errors are explained by the caller, which knows the file.
  if (error instanceof Error && 'errcode' in error) throw error;
  const why = error instanceof Error ? error.message : 'unknown error';
  throw new StoreError(`the database schema could not be migrated: ${why}`);
}
