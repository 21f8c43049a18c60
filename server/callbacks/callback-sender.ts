import type { ServerStore } from '../api/api-store.ts';
import { OutboundError } from '../outbound/guarded-client.ts';
import type { GuardedClient } from '../outbound/guarded-client.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { CallbackEndpoint, Delivery } from '../webhooks/delivery.ts';
import { afterAttempt } from './schedule.ts';
import type { Outcome } from './schedule.ts';
import { callbackHeaders } from './sign-callback.ts';

export interface SenderDependencies {
  readonly store: ServerStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly client: Pick<GuardedClient, 'post'>;
}

const ATTEMPT_TIMEOUT_MS = 10_000;
/** Longer than an attempt and its transaction. */
const LEASE_MS = 30_000;
/** Of one endpoint and node: an endpoint that hangs takes no place of another one. */
const MAX_AT_ONCE = 8;
/** Fallback in case a wake-up is lost, and for what other nodes have written. */
const POLL_INTERVAL_MS = 15_000;
const RETRY_MS = 1_000;
/** More pending deliveries of one endpoint are given up, the oldest first. */
const MAX_PENDING = 100_000;

/**
 * Sends due deliveries. The rows of the outbox are authoritative; timer and wake-ups only make it prompt. Owns the
 * timer and the requests; ends with stop().
 */
export class CallbackSender {
  readonly #dependencies: SenderDependencies;
  readonly #abort = new AbortController();
  /** Requests under way by endpoint. */
  readonly #busy = new Map<string, number>();
  readonly #requests = new Set<Promise<void>>();
  #timer: () => void = () => undefined;
  #pass: Promise<void> | null = null;
  #isPassWanted = false;

  constructor(dependencies: SenderDependencies) {
    this.#dependencies = dependencies;
  }

  /** Where one process alone uses the database, what an earlier one was sending is due again. */
  async start({ isAlone }: { isAlone: boolean }): Promise<void> {
    const { store } = this.#dependencies;
    if (isAlone) await store.transaction((tx) => tx.callbacks.releaseDeliveries(), 'repeatable');
    this.wake();
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#abort.signal.aborted) return;
    this.#isPassWanted = true;
    this.#pass ??= this.#run().finally(() => {
      this.#pass = null;
      // Wanted after the last look of the loop.
      if (this.#isPassWanted) this.wake();
    });
  }

  /** Aborts the requests; what they sent is sent again by the next process. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#timer();
    await this.#pass;
    await Promise.all(this.#requests);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#dependencies;
    while (this.#isPassWanted && !this.#abort.signal.aborted) {
      this.#isPassWanted = false;
      let next = clock.now() + RETRY_MS;
      try {
        next = await this.#sendDue();
      } catch (error) {
        log.error({ err: error }, 'due callbacks could not be read');
      }
      this.#wakeAt(next);
    }
  }

  #wakeAt(at: number): void {
    const { clock } = this.#dependencies;
    this.#timer();
    if (this.#abort.signal.aborted) return;
    const ms = Math.min(Math.max(at - clock.now(), 0), POLL_INTERVAL_MS);
    this.#timer = clock.after(ms, () => this.wake());
  }

  /** Starts the requests for which there is a place. Returns when something is due next. */
  async #sendDue(): Promise<number> {
    const { store, clock } = this.#dependencies;
    const now = clock.now();
    const { claimed, next } = await store.transaction(async ({ callbacks }) => {
      const found: (readonly [CallbackEndpoint, Delivery])[] = [];
      for (const endpoint of await callbacks.endpoints()) {
        const { endpointId, disabled, pausedUntil } = endpoint;
        const limit = MAX_AT_ONCE - (this.#busy.get(endpointId) ?? 0);
        if (disabled !== null || pausedUntil > now || limit === 0) continue;
        const claim = { endpointId, now, limit, leaseUntil: now + LEASE_MS };
        const due = await callbacks.claimDeliveries(claim);
        found.push(...due.map((delivery) => [endpoint, delivery] as const));
      }
      return { claimed: found, next: await callbacks.nextDeliveryAt(now) };
    }, 'repeatable');
    for (const [endpoint, delivery] of claimed) this.#start(endpoint, delivery);
    return next ?? Infinity;
  }

  #start(endpoint: CallbackEndpoint, delivery: Delivery): void {
    const { endpointId } = endpoint;
    this.#busy.set(endpointId, (this.#busy.get(endpointId) ?? 0) + 1);
    const request = this.#send(endpoint, delivery).finally(() => {
      this.#busy.set(endpointId, (this.#busy.get(endpointId) ?? 1) - 1);
      this.#requests.delete(request);
      this.wake();
    });
    this.#requests.add(request);
  }

  async #send(endpoint: CallbackEndpoint, delivery: Delivery): Promise<void> {
    const { store, clock, log } = this.#dependencies;
    const { endpointId } = endpoint;
    try {
      const outcome = await this.attempt(endpoint, delivery.deliveryId, delivery.body);
      if (outcome.error === 'aborted') return;
      const verdict = afterAttempt(delivery, outcome, clock.now());
      await store.transaction(async ({ callbacks }) => {
        await callbacks.settleDelivery(delivery, verdict.result);
        if (verdict.isGone) await callbacks.disableEndpoint(endpointId, 'gone');
        if (verdict.pauseUntil !== null) {
          await callbacks.pauseEndpoint(endpointId, verdict.pauseUntil);
        }
        if (verdict.result.status === 'pending')
          await callbacks.giveUpBeyond(endpointId, MAX_PENDING);
      }, 'repeatable');
      if (verdict.result.status === 'dead') {
        log.warn({ endpoint: endpointId, delivery: delivery.deliveryId }, 'a callback is given up');
      }
    } catch (error) {
      // It is due again when its lease has ended.
      log.error({ err: error, endpoint: endpointId }, 'the result of a callback was not written');
    }
  }

  /** One signed request to an endpoint. Never rejects. */
  async attempt(endpoint: CallbackEndpoint, id: string, body: string): Promise<Outcome> {
    const { client, clock } = this.#dependencies;
    const at = clock.now();
    const headers = callbackHeaders(endpoint, { id, body, at: clock.wall() }, at);
    const { signal } = this.#abort;
    try {
      const {
        status,
        durationMs,
        headers: answered,
      } = await client.post(endpoint.url, {
        ...{ headers, body, signal, timeoutMs: ATTEMPT_TIMEOUT_MS },
      });
      return { at, durationMs, status, error: null, retryAfter: answered['retry-after'] };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const { durationMs } = error;
      return { at, durationMs, status: null, error: error.error, retryAfter: undefined };
    }
  }
}
