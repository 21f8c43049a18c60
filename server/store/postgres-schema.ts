import type { PostgresConnection } from './postgres-connection.ts';
import { StoreError } from '../calls/store.ts';

/** Text is compared byte by byte, as SQLite does: a locale would order ids differently. */
const TEXT = 'text collate "C"';

/**
 * Forward only, and each one such that servers of the version before can go on working with the new schema:
 * columns are added first and removed one version later.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `create table calls (
      call_id ${TEXT} primary key, version integer not null, status ${TEXT} not null,
      media_type ${TEXT} not null, group_id ${TEXT} not null, group_proven integer not null,
      is_group integer not null, caller_id ${TEXT} not null, room_name ${TEXT} not null,
      media_epoch integer not null, user_data ${TEXT} not null, created_at bigint not null,
      started_at bigint, ended_at bigint, end_reason ${TEXT}, ended_by ${TEXT}
    )`,
    `create index live_calls on calls (call_id) where ended_at is null`,
    `create unique index one_call_in_group on calls (group_id)
      where ended_at is null and group_proven = 1`,
    `create table members (
      call_id ${TEXT} not null references calls, user_id ${TEXT} not null, position integer not null,
      nickname ${TEXT} not null, avatar ${TEXT} not null, role ${TEXT} not null,
      status ${TEXT} not null, status_version integer not null, invited_by ${TEXT},
      invited_version integer not null, alerted integer not null, away integer not null,
      joined_at bigint, left_at bigint, session_id ${TEXT}, ring_until bigint, grace_until bigint,
      last_seen_at bigint, leaving integer not null, held integer not null,
      suppressed integer not null, previous_outcome ${TEXT}, previous_started_at bigint, previous_duration_ms bigint,
      live integer not null, engaged integer not null,
      primary key (call_id, user_id)
    )`,
    `create index live_members on members (user_id) where live = 1`,
    `create unique index one_engaged on members (user_id) where engaged = 1`,
    `create table commands (
      user_id ${TEXT} not null, command_id ${TEXT} not null, type ${TEXT} not null, call_id ${TEXT},
      at bigint not null, primary key (user_id, command_id)
    )`,
    `create index commands_by_age on commands (at)`,
    `create table users (
      user_id ${TEXT} primary key, nickname ${TEXT} not null, avatar ${TEXT} not null
    )`,
    // A user's numbers have no gaps and are in the order of the commits.
    `create table missed (
      user_id ${TEXT} not null, seq bigint not null, call_id ${TEXT} not null,
      caller_id ${TEXT} not null, caller_nickname ${TEXT} not null, caller_avatar ${TEXT} not null,
      media_type ${TEXT} not null, group_id ${TEXT} not null, reason ${TEXT} not null,
      at bigint not null, primary key (user_id, seq)
    )`,
    `create index missed_by_age on missed (at)`,
    `create table missed_numbers (user_id ${TEXT} primary key, seq bigint not null)`,
    `create table jobs (
      kind ${TEXT} not null, subject ${TEXT} not null, due_at bigint not null,
      attempts integer not null, claimed_by ${TEXT}, primary key (kind, subject)
    )`,
    `create index jobs_by_due on jobs (due_at)`,
    `create table recents (
      user_id ${TEXT} not null, at bigint not null, call_id ${TEXT} not null references calls,
      primary key (user_id, at, call_id)
    )`,
    `create unique index recents_by_call on recents (call_id, user_id)`,
    `create index recents_by_age on recents (at)`,
    `create table blocked (
      user_id ${TEXT} not null, other_id ${TEXT} not null, primary key (user_id, other_id)
    )`,
    `create table server_state (name ${TEXT} primary key, value bigint not null)`,
    `create table nodes (
      node_id ${TEXT} primary key, name ${TEXT} not null, schema integer not null,
      settings ${TEXT} not null, key_prints ${TEXT} not null, seen_at bigint not null
    )`,
    `create table sessions (
      user_id ${TEXT} not null, session_id ${TEXT} not null, node_id ${TEXT},
      connection_id ${TEXT}, left_at bigint, leaving_at bigint,
      can_answer boolean not null default true, primary key (user_id, session_id)
    )`,
    `create index sessions_by_node on sessions (node_id)`,
    `create table evictions (
      connection_id ${TEXT} primary key, node_id ${TEXT} not null, user_id ${TEXT} not null,
      session_id ${TEXT} not null, reason ${TEXT} not null
    )`,
    `create index evictions_by_node on evictions (node_id)`,
    // Lost with a crash of the database: then everyone has the full rate again.
    `create unlogged table rate_limits (
      name ${TEXT} primary key, tokens double precision not null, granted boolean not null,
      at bigint not null, full_at bigint not null
    )`,
  ],
  [
    `create table api_keys (
      key_id ${TEXT} primary key, name ${TEXT} not null, hash ${TEXT} not null,
      scopes ${TEXT} not null, created_at bigint not null, expires_at bigint, last_used_at bigint
    )`,
    `create table idempotency (
      key_id ${TEXT} not null, idempotency_key ${TEXT} not null, request ${TEXT} not null,
      status integer, body ${TEXT} not null, at bigint not null,
      primary key (key_id, idempotency_key)
    )`,
    `create index idempotency_by_age on idempotency (at)`,
    `create table usage (
      call_id ${TEXT} not null, user_id ${TEXT} not null, group_id ${TEXT} not null,
      media_type ${TEXT} not null, started_at bigint not null, ended_at bigint
    )`,
    `create index usage_by_call on usage (call_id, user_id)`,
    `create index usage_by_end on usage (ended_at)`,
    `create index usage_by_user on usage (user_id)`,
    `create index records_by_time on calls (created_at, call_id) where ended_at is not null`,
    `create index records_by_end on calls (ended_at) where ended_at is not null`,
    `create index members_by_user on members (user_id)`,
    `alter table calls add column rating integer`,
    `alter table members add column quality ${TEXT}`,
    `alter table members add column audio_muted integer not null default 0`,
    `alter table members add column video_muted integer not null default 0`,
    `alter table users add column set_by_server integer not null default 0`,
  ],
  // Partial: the start of a call, which is waited for, does not write it.
  [`create index ended_rooms on calls (room_name) where ended_at is not null`],
  [
    `create table callbacks (
      endpoint_id ${TEXT} primary key, url ${TEXT} not null, types ${TEXT},
      on_failure ${TEXT} not null, secret ${TEXT} not null, previous_secret ${TEXT},
      previous_until bigint, disabled ${TEXT}, paused_until bigint not null,
      created_at bigint not null
    )`,
    `create table deliveries (
      seq bigint generated always as identity primary key, delivery_id ${TEXT} not null,
      endpoint_id ${TEXT} not null, type ${TEXT} not null, subject ${TEXT} not null,
      body ${TEXT} not null, status ${TEXT} not null, attempts integer not null,
      due_at bigint not null, expires_at bigint not null, created_at bigint not null,
      claimed_by ${TEXT}
    )`,
    `create unique index deliveries_by_id on deliveries (delivery_id)`,
    `create index deliveries_in_order on deliveries (endpoint_id, subject, seq) where status = 'pending'`,
    `create index deliveries_by_due on deliveries (endpoint_id, due_at) where status = 'pending'`,
    `create index deliveries_next on deliveries (due_at) where status = 'pending'`,
    `create index deliveries_by_endpoint on deliveries (endpoint_id, seq)`,
    `create index deliveries_by_subject on deliveries (subject)`,
    `create index deliveries_by_age on deliveries (created_at)`,
    `create table delivery_attempts (
      delivery_id ${TEXT} not null, at bigint not null, duration_ms bigint not null,
      status integer, error ${TEXT}
    )`,
    `create index attempts_by_delivery on delivery_attempts (delivery_id, at)`,
  ],
  [
    `create table push_targets (
      target_id ${TEXT} primary key, user_id ${TEXT} not null, session_id ${TEXT} not null,
      platform ${TEXT} not null, address ${TEXT} not null, p256dh ${TEXT} not null,
      auth ${TEXT} not null, echo ${TEXT} not null, created_at bigint not null,
      used_at bigint not null, expires_at bigint not null
    )`,
    `create index push_targets_by_user on push_targets (user_id)`,
    `create index push_targets_by_expiry on push_targets (expires_at)`,
    `create table push_rings (
      call_id ${TEXT} not null, user_id ${TEXT} not null, target_id ${TEXT} not null,
      invited_version integer not null, token_hash ${TEXT} not null, state ${TEXT} not null,
      primary key (call_id, user_id, target_id)
    )`,
    `create unique index push_rings_by_token on push_rings (token_hash)`,
  ],
  // For what would otherwise read every call, or every delivery that is kept.
  [
    `create index records_by_group on calls (group_id, created_at, call_id)
      where ended_at is not null and group_id <> ''`,
    `create index records_by_result on calls (end_reason, created_at, call_id)
      where ended_at is not null`,
    `create index deliveries_pending on deliveries (endpoint_id, seq) where status = 'pending'`,
    `create index missed_by_caller on missed (caller_id)`,
    `create index blocked_by_other on blocked (other_id)`,
  ],
];

export const POSTGRES_SCHEMA = MIGRATIONS.length;

/** Any two numbers that no other program uses in this database. */
export const LOCK_SPACE = 0x7475_6963;
const MIGRATION_LOCK = 1;
/** `cluster` names the nodes that share this database. */
const SCHEMA_VERSION = `create table if not exists schema_version (
  version integer not null, cluster text not null default md5(random()::text || clock_timestamp()::text)
)`;
/** A node counts as running while its heartbeat is no older than this. */
export const NODE_ALIVE_MS = 5_000;

/**
 * Brings the schema up to date in one transaction: a crash leaves the schema before it or after it. Nodes
 * that start at once wait for each other. A schema that is newer by one is left as it is.
 *
 * @throws {StoreError} when the schema cannot be used by this version, or another node could not use it then.
 */
export async function migratePostgres(
  connection: PostgresConnection,
  migrations = MIGRATIONS,
): Promise<void> {
  await connection.query('begin');
  try {
    await connection.query('select pg_advisory_xact_lock($1, $2)', [LOCK_SPACE, MIGRATION_LOCK]);
    await connection.query(SCHEMA_VERSION);
    const current = await knownVersion(connection, migrations.length);
    if (current < migrations.length) await apply(connection, current, migrations);
    await connection.query('commit');
  } catch (error) {
    await connection.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Checks without writing whether the schema could be used or made. Returns whether there is one.
 *
 * @throws {StoreError} when it could not.
 */
export async function checkSchema(connection: PostgresConnection): Promise<boolean> {
  const { rows } = await connection.query(
    `select to_regclass('schema_version') is not null as exists,
      has_schema_privilege(current_schema(), 'create') as may`,
  );
  const [schema] = rows as { exists: boolean; may: boolean | null }[];
  if (schema?.exists !== true) {
    if (schema?.may === true) return false;
    throw Object.assign(new Error('permission denied'), { code: '42501' });
  }
  const current = await knownVersion(connection, MIGRATIONS.length);
  if (current < MIGRATIONS.length) await expectNewNodes(connection, MIGRATIONS.length - 1);
  return true;
}

/** The version of the schema; 0: there is none. */
async function knownVersion(connection: PostgresConnection, newest: number): Promise<number> {
  const { rows } = await connection.query('select version from schema_version');
  const current = Number((rows[0] as { version: number } | undefined)?.version ?? 0);
  if (current <= newest + 1) return current;
  throw new StoreError(
    `the Postgres database has schema ${current}, this version knows ${newest}; use a newer tui-call-server, at most one version older than the newest node`,
  );
}

async function apply(
  connection: PostgresConnection,
  current: number,
  migrations: readonly (readonly string[])[],
): Promise<void> {
  if (current > 0) await expectNewNodes(connection, migrations.length - 1);
  for (const statement of migrations.slice(current).flat()) await connection.query(statement);
  const version = [migrations.length];
  if (current > 0) await connection.query('update schema_version set version = $1', version);
  else await connection.query('insert into schema_version (version) values ($1)', version);
}

/** Nodes that are older than the version before this one could not use the new schema. */
async function expectNewNodes(connection: PostgresConnection, oldest: number): Promise<void> {
  const { rows } = await connection.query(
    `select name, schema from nodes where schema < $1
      and seen_at > (extract(epoch from clock_timestamp()) * 1000)::bigint - ${NODE_ALIVE_MS}`,
    [oldest],
  );
  const [node] = rows as { name: string; schema: number }[];
  if (node === undefined) return;
  throw new StoreError(
    `the node ${node.name} runs an older tui-call-server (schema ${node.schema}); upgrade it to schema ${oldest} first: versions may run side by side with the next one only`,
  );
}
