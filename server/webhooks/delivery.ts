import type { Secret } from '../shared/secret.ts';

/** What a back end can be notified of. `call.before` is a question; the others are deliveries. */
export const CALLBACK_TYPES = [
  'call.started',
  'call.members-changed',
  'call.ended',
  'push.ring',
  'push.ring-over',
  'call.before',
] as const;
export type CallbackType = (typeof CALLBACK_TYPES)[number];

/** Something that happened and that is written in the same transaction. */
export interface CallbackEvent {
  readonly type: Exclude<CallbackType, 'call.before'>;
  /** The deliveries of a subject are sent in order: the id of a call. */
  readonly subject: string;
  /** When it happened. Epoch ms. */
  readonly at: number;
  /** Becomes `data` of the body, in JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a question of `call.before` results in when nobody answers it. */
export type OnFailure = 'allow' | 'deny';

/** An endpoint of a back end, with its configuration. */
export interface CallbackEndpoint {
  readonly endpointId: string;
  readonly url: string;
  /** null: every type but `call.before`, which has to be named. */
  readonly types: readonly CallbackType[] | null;
  readonly onFailure: OnFailure;
  readonly secret: Secret;
  /** The secret before the last rotation, and until when it signs as well. */
  readonly previousSecret: { readonly secret: Secret; readonly until: number } | null;
  /** Nothing is written or sent. `gone`: the endpoint has answered with status 410. */
  readonly disabled: 'by-request' | 'gone' | null;
  /** A Retry-After of the endpoint: nothing is sent before. 0: none. */
  readonly pausedUntil: number;
  readonly createdAt: number;
}

/** `dead`: given up, to be replayed only. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead';

/** An event for one endpoint. */
export interface Delivery {
  /** The `webhook-id`, the same in each attempt. */
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly type: string;
  readonly subject: string;
  readonly body: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** When the next attempt is due, or until when this one is claimed. */
  readonly dueAt: number;
  /** The last time for an attempt. */
  readonly expiresAt: number;
  readonly createdAt: number;
}

/** One request of a delivery. */
export interface DeliveryAttempt {
  readonly at: number;
  readonly durationMs: number;
  /** null: there was no response. */
  readonly status: number | null;
  /** Why it failed; null: it was delivered. */
  readonly error: string | null;
}

/** A delivery and its latest attempts, without its body. */
export interface LoggedDelivery extends Omit<Delivery, 'body'> {
  readonly seq: number;
  /** The oldest first. */
  readonly attemptLog: readonly DeliveryAttempt[];
}

/** Whether the endpoint gets events of this type. */
export function wants({ types, disabled }: CallbackEndpoint, type: CallbackType): boolean {
  if (disabled !== null) return false;
  return types === null ? type !== 'call.before' : types.includes(type);
}

/** What the transaction of a change needs to write deliveries; see `writeDeliveries`. */
export interface Outbox {
  /** The oldest first. */
  endpoints(): Promise<readonly CallbackEndpoint[]>;
  /** Of one subject they are sent in the order of the commits. */
  saveDeliveries(deliveries: readonly Delivery[]): Promise<void>;
}

/** The tables of callbacks. Live as long as their transaction. */
export interface CallbackTables extends Outbox {
  saveEndpoint(endpoint: CallbackEndpoint): Promise<void>;
  /** Returns whether there was one. Its deliveries are not sent any more. */
  deleteEndpoint(endpointId: string): Promise<boolean>;
  /** Deletes a limited number of deliveries. Returns whether there may be more. */
  deleteDeliveriesOf(endpointId: string): Promise<boolean>;
  /** Sends nothing to the endpoint before this time. */
  pauseEndpoint(endpointId: string, until: number): Promise<void>;
  disableEndpoint(
    endpointId: string,
    reason: NonNullable<CallbackEndpoint['disabled']>,
  ): Promise<void>;

  /**
   * Claims due deliveries of an endpoint until `leaseUntil`, when they are due again. Of each subject only the
   * oldest pending delivery.
   */
  claimDeliveries(claim: DeliveryClaim): Promise<readonly Delivery[]>;
  /** The next time after `now` at which a delivery is due or an endpoint is not paused any more. */
  nextDeliveryAt(now: number): Promise<number | null>;
  /** Writes the result of a claimed delivery, unless it was claimed again meanwhile. */
  settleDelivery(claimed: Delivery, result: DeliveryResult): Promise<void>;
  /** What an earlier process has claimed is due again. Of this node, or of every one. */
  releaseDeliveries(): Promise<void>;

  delivery(deliveryId: string): Promise<Delivery | null>;
  /** The newest first, before this number. */
  deliveriesOf(
    endpointId: string,
    before: number | null,
    limit: number,
  ): Promise<readonly LoggedDelivery[]>;
  /** A delivery that is not pending becomes so again. Returns whether it did. */
  replayDelivery(deliveryId: string, times: { dueAt: number; expiresAt: number }): Promise<boolean>;
  /** Gives up the oldest pending deliveries beyond this number. Returns how many. */
  giveUpBeyond(endpointId: string, limit: number): Promise<number>;
}

export interface DeliveryClaim {
  readonly endpointId: string;
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
}

/** What an attempt results in. */
export interface DeliveryResult {
  readonly status: DeliveryStatus;
  readonly dueAt: number;
  readonly attempt: DeliveryAttempt;
}
