import type { RandomId } from '../shared/random-id.ts';
import { wants } from '../webhooks/delivery.ts';
import type { CallbackEvent, Delivery } from '../webhooks/delivery.ts';
import type { Transaction } from './store.ts';

/** How long a delivery is tried. */
export const DELIVERY_LIFE_MS = 24 * 3600_000;

export interface OutboxContext {
  readonly now: number;
  readonly randomId: RandomId;
}

/**
 * Writes a delivery of each event for each endpoint that wants it, in the transaction of the change that the
 * events describe: both are committed or neither. The order of the events is the order of their delivery.
 *
 * @returns how many deliveries were written; the sender has to be woken after the commit if there are any.
 */
export async function writeDeliveries(
  { callbacks }: Pick<Transaction, 'callbacks'>,
  events: readonly CallbackEvent[],
  context: OutboxContext,
): Promise<number> {
  if (events.length === 0) return 0;
  const endpoints = await callbacks.endpoints();
  const deliveries = events.flatMap((event) =>
    endpoints
      .filter((endpoint) => wants(endpoint, event.type))
      .map(({ endpointId }) => newDelivery(endpointId, event, context)),
  );
  if (deliveries.length > 0) await callbacks.saveDeliveries(deliveries);
  return deliveries.length;
}

function newDelivery(
  endpointId: string,
  { type, subject, at, data }: CallbackEvent,
  { now, randomId }: OutboxContext,
): Delivery {
  return {
    ...{ endpointId, type, subject, body: bodyOf(type, at, data) },
    ...{ deliveryId: `msg_${randomId()}`, status: 'pending', attempts: 0 },
    ...{ dueAt: now, expiresAt: now + DELIVERY_LIFE_MS, createdAt: now },
  };
}

/** The body of a callback, as Standard Webhooks recommends it. */
export function bodyOf(type: string, at: number, data: CallbackEvent['data']): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}
