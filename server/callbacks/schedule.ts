import type { OutboundErrorClass } from '../outbound/guarded-client.ts';
import type { Delivery, DeliveryResult } from '../webhooks/delivery.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The pauses between the attempts; the last one repeats until the delivery expires. */
export const RETRY_PAUSES_MS = [
  ...[SECOND_MS, 5 * SECOND_MS, 30 * SECOND_MS],
  ...[2 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS],
  ...[HOUR_MS, 2 * HOUR_MS],
] as const;

const LONGEST_PAUSE_MS = 2 * HOUR_MS;

/** A request as it ended. */
export interface Outcome {
  /** When the attempt began. Epoch ms. */
  readonly at: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: OutboundErrorClass | null;
  /** The header Retry-After of the response. */
  readonly retryAfter: string | undefined;
}

/** What follows from an attempt. */
export interface Verdict {
  readonly result: DeliveryResult;
  /** Nothing is sent to the endpoint before; null: no limit. */
  readonly pauseUntil: number | null;
  /** The endpoint has asked for no more deliveries. */
  readonly isGone: boolean;
}

/** Decides what becomes of a delivery after an attempt that ended `now`. */
export function afterAttempt(delivery: Delivery, outcome: Outcome, now: number): Verdict {
  const { at, durationMs, status, error } = outcome;
  const isDelivered = status !== null && status >= 200 && status < 300;
  const attempt = { at, durationMs, status, error: isDelivered ? null : (error ?? 'status') };
  const verdict = (result: Omit<DeliveryResult, 'attempt'>, pauseUntil: number | null = null) => ({
    result: { ...result, attempt },
    pauseUntil,
    isGone: status === 410,
  });
  if (isDelivered) return verdict({ status: 'delivered', dueAt: now });
  // Kept until the endpoint is enabled again, or until it expires.
  if (status === 410) return verdict({ status: 'pending', dueAt: now });
  const asked = retryAfterMs(outcome.retryAfter, now);
  const pauseUntil = asked === null ? null : Math.min(now + asked, delivery.expiresAt);
  const planned = now + pauseAfter(delivery.attempts);
  if (pauseUntil !== null && pauseUntil > planned && now < delivery.expiresAt) {
    return verdict({ status: 'pending', dueAt: pauseUntil }, pauseUntil);
  }
  if (planned > delivery.expiresAt) return verdict({ status: 'dead', dueAt: now });
  return verdict({ status: 'pending', dueAt: planned }, pauseUntil);
}

/** The pause after this many attempts. */
function pauseAfter(attempts: number): number {
  return RETRY_PAUSES_MS[attempts - 1] ?? LONGEST_PAUSE_MS;
}

/** Seconds, or a date. null: there is none, or it is malformed or in the past. */
function retryAfterMs(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - now;
  return ms > 0 ? ms : null;
}
