import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Secret } from '../shared/secret.ts';
import type {
  CallbackEndpoint,
  CallbackTables,
  CallbackType,
  Delivery,
  DeliveryAttempt,
  DeliveryClaim,
  DeliveryResult,
  DeliveryStatus,
  LoggedDelivery,
} from '../webhooks/delivery.ts';
import { withoutUser } from '../webhooks/erasure.ts';
import { compileOnce } from './compile-once.ts';
import { MAX_PURGED_ROWS } from './old-rows.ts';
import type { CallbackRow, DeliveryRow, Schema } from './schema.ts';

/** Read in every commit that changes a call. */
const allEndpoints = compileOnce((db, _: readonly string[]) =>
  db.selectFrom('callbacks').selectAll().orderBy('created_at').orderBy('endpoint_id'),
);

/** In the text of a statement: for a parameter the partial indexes would not be used. */
const PENDING = sql.lit('pending');

export interface CallbackRowsOptions {
  /** Names this process in what it claims. */
  readonly nodeId: string;
  /** Several nodes: claims skip what another one is just claiming. */
  readonly isShared: boolean;
}

/** The tables of callbacks, in the SQL that both databases understand. */
export class CallbackRows implements CallbackTables {
  readonly #db: Kysely<Schema>;
  readonly #options: CallbackRowsOptions;

  constructor(db: Kysely<Schema>, options: CallbackRowsOptions) {
    this.#db = db;
    this.#options = options;
  }

  async endpoints(): Promise<readonly CallbackEndpoint[]> {
    return (await allEndpoints(this.#db, [])).rows.map(toEndpoint);
  }

  async saveDeliveries(deliveries: readonly Delivery[]): Promise<void> {
    await this.#db.insertInto('deliveries').values(deliveries.map(deliveryRow)).execute();
  }

  async saveEndpoint(endpoint: CallbackEndpoint): Promise<void> {
    const { endpoint_id: id, ...rest } = endpointRow(endpoint);
    await this.#db
      .insertInto('callbacks')
      .values({ endpoint_id: id, ...rest })
      .onConflict((conflict) => conflict.column('endpoint_id').doUpdateSet(rest))
      .execute();
  }

  async deleteEndpoint(endpointId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('callbacks')
      .where('endpoint_id', '=', endpointId)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  async deleteDeliveriesOf(endpointId: string): Promise<boolean> {
    const rows = await this.#db
      .selectFrom('deliveries')
      .select('delivery_id')
      .where('endpoint_id', '=', endpointId)
      .orderBy('seq')
      .limit(MAX_PURGED_ROWS)
      .execute();
    return (await this.#delete(rows)) === MAX_PURGED_ROWS;
  }

  async pauseEndpoint(endpointId: string, until: number): Promise<void> {
    await this.#db
      .updateTable('callbacks')
      .set({ paused_until: until })
      .where('endpoint_id', '=', endpointId)
      .where('paused_until', '<', until)
      .execute();
  }

  async disableEndpoint(
    endpointId: string,
    reason: NonNullable<CallbackEndpoint['disabled']>,
  ): Promise<void> {
    await this.#db
      .updateTable('callbacks')
      .set({ disabled: reason })
      .where('endpoint_id', '=', endpointId)
      .where('disabled', 'is', null)
      .execute();
  }

  async claimDeliveries(claim: DeliveryClaim): Promise<readonly Delivery[]> {
    const { endpointId, now, leaseUntil, limit } = claim;
    const lock = this.#options.isShared ? sql`for update skip locked` : sql``;
    const { rows } = await sql<DeliveryRow>`
      update deliveries set due_at = ${leaseUntil}, attempts = attempts + 1,
        claimed_by = ${this.#options.nodeId}
      where seq in (
        select one.seq from deliveries as one
        where one.endpoint_id = ${endpointId} and one.status = 'pending' and one.due_at <= ${now}
          and not exists (
            select 1 from deliveries as earlier
            where earlier.endpoint_id = one.endpoint_id and earlier.subject = one.subject
              and earlier.status = 'pending' and earlier.seq < one.seq)
        order by one.due_at, one.seq limit ${sql.lit(limit)} ${lock})
      returning *`.execute(this.#db);
    return rows.map(toDelivery);
  }

  async nextDeliveryAt(now: number): Promise<number | null> {
    const { rows } = await sql<{ at: number | null }>`
      select min(at) as at from (
        select min(due_at) as at from deliveries
          where status = 'pending' and due_at > ${now}
        union all
        select min(paused_until) as at from callbacks where paused_until > ${now}) as times`.execute(
      this.#db,
    );
    return rows[0]?.at ?? null;
  }

  async settleDelivery(claimed: Delivery, result: DeliveryResult): Promise<void> {
    const { deliveryId, endpointId, subject } = claimed;
    const { status, dueAt, attempt } = result;
    const { numUpdatedRows } = await this.#db
      .updateTable('deliveries')
      .set({ status, due_at: dueAt, claimed_by: null })
      .where('delivery_id', '=', deliveryId)
      .where('status', '=', PENDING)
      .where('attempts', '=', claimed.attempts)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return;
    await this.#db
      .insertInto('delivery_attempts')
      .values(attemptRow(deliveryId, attempt))
      .execute();
    if (status !== 'pending') return;
    // Those that wait for this one need not be looked at before.
    await this.#db
      .updateTable('deliveries')
      .set({ due_at: dueAt })
      .where('endpoint_id', '=', endpointId)
      .where('subject', '=', subject)
      .where('status', '=', PENDING)
      .where('due_at', '<', dueAt)
      .execute();
  }

  async releaseDeliveries(): Promise<void> {
    await this.#db
      .updateTable('deliveries')
      .set({ due_at: 0, claimed_by: null })
      .where('claimed_by', 'is not', null)
      .where('status', '=', PENDING)
      .execute();
  }

  async delivery(deliveryId: string): Promise<Delivery | null> {
    const row = await this.#db
      .selectFrom('deliveries')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .executeTakeFirst();
    return row === undefined ? null : toDelivery(row);
  }

  async deliveriesOf(
    endpointId: string,
    before: number | null,
    limit: number,
  ): Promise<readonly LoggedDelivery[]> {
    const all = this.#db.selectFrom('deliveries').selectAll().where('endpoint_id', '=', endpointId);
    const page = before === null ? all : all.where('seq', '<', before);
    const rows = await page.orderBy('seq', 'desc').limit(limit).execute();
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.delivery_id);
    const attempts = await this.#db
      .selectFrom('delivery_attempts')
      .selectAll()
      .where('delivery_id', 'in', ids)
      .orderBy('at')
      .execute();
    return rows.map((row) => {
      const own = attempts.filter((one) => one.delivery_id === row.delivery_id);
      return { ...withoutBody(row), seq: row.seq, attemptLog: own.map(toAttempt) };
    });
  }

  async replayDelivery(
    deliveryId: string,
    { dueAt, expiresAt }: { dueAt: number; expiresAt: number },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('deliveries')
      .set({ status: 'pending', attempts: 0, due_at: dueAt, expires_at: expiresAt })
      .where('delivery_id', '=', deliveryId)
      .where('status', '!=', 'pending')
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async giveUpBeyond(endpointId: string, limit: number): Promise<number> {
    const { rows } = await sql<{ seq: number }>`
      update deliveries set status = 'dead', claimed_by = null
      where endpoint_id = ${endpointId} and status = 'pending' and claimed_by is null and seq <= (
        select seq from deliveries where endpoint_id = ${endpointId} and status = 'pending'
        order by seq desc limit 1 offset ${sql.lit(limit)})
      returning seq`.execute(this.#db);
    return rows.length;
  }

  /**
   * Gives up what has expired of an endpoint that is disabled or deleted, and deletes up to MAX_PURGED_ROWS that are
   * older than `before`. Returns how many.
   */
  async purge({ now, before }: { now: number; before: number }): Promise<number> {
    await this.#db
      .updateTable('deliveries')
      .set({ status: 'dead' })
      .where('status', '=', PENDING)
      .where('expires_at', '<', now)
      // None is due later than it expires: this finds them by an index.
      .where('due_at', '<', now)
      .where('claimed_by', 'is', null)
      .where((is) =>
        is(
          'endpoint_id',
          'not in',
          is.selectFrom('callbacks').select('endpoint_id').where('disabled', 'is', null),
        ),
      )
      .execute();
    const old = this.#db
      .selectFrom('deliveries')
      .where('created_at', '<', before)
      .where('status', '!=', 'pending')
      .orderBy('created_at')
      .limit(MAX_PURGED_ROWS);
    return this.#delete(await old.select('delivery_id').execute());
  }

  /** Deletes these deliveries with their attempts. Returns how many. */
  async #delete(rows: readonly { readonly delivery_id: string }[]): Promise<number> {
    const ids = rows.map((row) => row.delivery_id);
    if (ids.length === 0) return 0;
    await this.#db.deleteFrom('delivery_attempts').where('delivery_id', 'in', ids).execute();
    await this.#db.deleteFrom('deliveries').where('delivery_id', 'in', ids).execute();
    return ids.length;
  }

  /** Replaces the user in the deliveries of the calls they were in. Before the members are replaced. */
  async eraseUser(userId: string, replacement: string): Promise<void> {
    const own = this.#db.selectFrom('members').select('call_id').where('user_id', '=', userId);
    const rows = await this.#db
      .selectFrom('deliveries')
      .innerJoin('calls', 'calls.call_id', 'subject')
      .select(['seq', 'delivery_id', 'body', 'caller_id'])
      .where('subject', 'in', own)
      .execute();
    for (const row of rows) {
      const user = { userId, replacement, isCaller: row.caller_id === userId };
      const body = withoutUser(row.body, user);
      if (body === null) await this.#delete([row]);
      else
        await this.#db.updateTable('deliveries').set({ body }).where('seq', '=', row.seq).execute();
    }
  }
}

function endpointRow(endpoint: CallbackEndpoint): CallbackRow {
  return {
    endpoint_id: endpoint.endpointId,
    url: endpoint.url,
    types: endpoint.types?.join(' ') ?? null,
    on_failure: endpoint.onFailure,
    secret: endpoint.secret.reveal(),
    previous_secret: endpoint.previousSecret?.secret.reveal() ?? null,
    previous_until: endpoint.previousSecret?.until ?? null,
    disabled: endpoint.disabled,
    paused_until: endpoint.pausedUntil,
    created_at: endpoint.createdAt,
  };
}

/** The casts are safe because only endpointRow writes the columns. */
function toEndpoint(row: CallbackRow): CallbackEndpoint {
  const { previous_secret: previous, previous_until: until } = row;
  return {
    endpointId: row.endpoint_id,
    url: row.url,
    types: row.types === null ? null : (row.types.split(' ') as CallbackType[]),
    onFailure: row.on_failure as CallbackEndpoint['onFailure'],
    secret: new Secret(row.secret),
    previousSecret:
      previous === null || until === null ? null : { secret: new Secret(previous), until },
    disabled: row.disabled as CallbackEndpoint['disabled'],
    pausedUntil: row.paused_until,
    createdAt: row.created_at,
  };
}

function deliveryRow(delivery: Delivery) {
  return {
    delivery_id: delivery.deliveryId,
    endpoint_id: delivery.endpointId,
    type: delivery.type,
    subject: delivery.subject,
    body: delivery.body,
    status: delivery.status,
    attempts: delivery.attempts,
    due_at: delivery.dueAt,
    expires_at: delivery.expiresAt,
    created_at: delivery.createdAt,
    claimed_by: null,
  };
}

function toDelivery(row: DeliveryRow): Delivery {
  return { ...withoutBody(row), body: row.body };
}

function withoutBody(row: DeliveryRow): Omit<Delivery, 'body'> {
  return {
    deliveryId: row.delivery_id,
    endpointId: row.endpoint_id,
    type: row.type,
    subject: row.subject,
    status: row.status as DeliveryStatus,
    attempts: row.attempts,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}

function attemptRow(deliveryId: string, { at, durationMs, status, error }: DeliveryAttempt) {
  return { delivery_id: deliveryId, at, duration_ms: durationMs, status, error };
}

function toAttempt(row: {
  at: number;
  duration_ms: number;
  status: number | null;
  error: string | null;
}): DeliveryAttempt {
  return { at: row.at, durationMs: row.duration_ms, status: row.status, error: row.error };
}
