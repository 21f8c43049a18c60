import { randomBytes } from 'node:crypto';
import type { ServerStore } from '../api/api-store.ts';
import { bodyOf, DELIVERY_LIFE_MS } from '../calls/outbox.ts';
import type { GuardedClient } from '../outbound/guarded-client.ts';
import type { Clock } from '../shared/clock.ts';
import { CommandError } from '../shared/command-error.ts';
import type { RandomId } from '../shared/random-id.ts';
import { Secret } from '../shared/secret.ts';
import type {
  CallbackEndpoint,
  CallbackType,
  LoggedDelivery,
  OnFailure,
} from '../webhooks/delivery.ts';
import type { CallbackSender } from './callback-sender.ts';
import type { Outcome } from './schedule.ts';

/** How long the secret before a rotation signs as well. */
const ROTATION_MS = 24 * 3600_000;
/** Each one is read in each commit that changes a call. */
const MAX_ENDPOINTS = 32;
const SECRET_BYTES = 32;

export interface EndpointSettings {
  readonly url: string;
  /** null: every type but `call.before`. */
  readonly types: readonly CallbackType[] | null;
  readonly onFailure: OnFailure;
  readonly disabled: boolean;
}

export interface CallbackEndpointsDependencies {
  readonly store: ServerStore;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly client: Pick<GuardedClient, 'problemOf'>;
  readonly sender: Pick<CallbackSender, 'wake' | 'attempt'>;
}

/** The configuration of callbacks, and what a back end does with its deliveries. */
export class CallbackEndpoints {
  readonly #dependencies: CallbackEndpointsDependencies;

  constructor(dependencies: CallbackEndpointsDependencies) {
    this.#dependencies = dependencies;
  }

  all(): Promise<readonly CallbackEndpoint[]> {
    return this.#dependencies.store.transaction((tx) => tx.callbacks.endpoints(), 'repeatable');
  }

  /** @throws {CommandError} call-not-found */
  async one(endpointId: string): Promise<CallbackEndpoint> {
    const found = (await this.all()).find((one) => one.endpointId === endpointId);
    if (found === undefined) throw notFound();
    return found;
  }

  /** @throws {CommandError} invalid-parameter if the URL is refused or there are too many endpoints. */
  async create(settings: Omit<EndpointSettings, 'disabled'>): Promise<CallbackEndpoint> {
    const { store, clock, randomId } = this.#dependencies;
    this.#check(settings.url);
    const endpoint: CallbackEndpoint = {
      ...settings,
      endpointId: `cb_${randomId()}`,
      secret: newSecret(),
      previousSecret: null,
      disabled: null,
      pausedUntil: 0,
      createdAt: clock.now(),
    };
    await store.transaction(async ({ callbacks }) => {
      if ((await callbacks.endpoints()).length >= MAX_ENDPOINTS) {
        throw new CommandError('invalid-parameter', `there are ${MAX_ENDPOINTS} callbacks already`);
      }
      await callbacks.saveEndpoint(endpoint);
    });
    return endpoint;
  }

  /** @throws {CommandError} call-not-found; invalid-parameter if the URL is refused. */
  update(endpointId: string, patch: Partial<EndpointSettings>): Promise<CallbackEndpoint> {
    const { disabled, ...settings } = patch;
    if (settings.url !== undefined) this.#check(settings.url);
    return this.#change(endpointId, (endpoint) => {
      if (disabled === undefined) return { ...endpoint, ...settings };
      const reason = disabled ? (endpoint.disabled ?? 'by-request') : null;
      return { ...endpoint, ...settings, disabled: reason, pausedUntil: 0 };
    });
  }

  /** Deletes its deliveries as well, in parts: no ring waits for many of them. @throws {CommandError} call-not-found */
  async remove(endpointId: string): Promise<void> {
    const { store } = this.#dependencies;
    const existed = await store.transaction((tx) => tx.callbacks.deleteEndpoint(endpointId));
    if (!existed) throw notFound();
    const deletePart = () => store.transaction((tx) => tx.callbacks.deleteDeliveriesOf(endpointId));
    while (await deletePart());
  }

  /** A new secret; the one before signs for 24 h more. @throws {CommandError} call-not-found */
  rotate(endpointId: string): Promise<CallbackEndpoint> {
    const until = this.#dependencies.clock.now() + ROTATION_MS;
    return this.#change(endpointId, (endpoint) => ({
      ...endpoint,
      secret: newSecret(),
      previousSecret: { secret: endpoint.secret, until },
    }));
  }

  /** Sends one request now, also to a disabled endpoint. @throws {CommandError} call-not-found */
  async test(endpointId: string): Promise<Outcome> {
    const { clock, randomId, sender } = this.#dependencies;
    const endpoint = await this.one(endpointId);
    const body = bodyOf('callback.test', clock.now(), { callbackId: endpointId });
    return sender.attempt(endpoint, `msg_${randomId()}`, body);
  }

  /** The newest first, before this number. @throws {CommandError} call-not-found */
  async deliveries(
    endpointId: string,
    before: number | null,
    limit: number,
  ): Promise<readonly LoggedDelivery[]> {
    await this.one(endpointId);
    const { store } = this.#dependencies;
    return store.transaction(
      (tx) => tx.callbacks.deliveriesOf(endpointId, before, limit),
      'repeatable',
    );
  }

  /** Sends a delivery again. @throws {CommandError} call-not-found; wrong-state while it is pending. */
  async replay(deliveryId: string): Promise<void> {
    const { store, clock, sender } = this.#dependencies;
    const dueAt = clock.now();
    await store.transaction(async ({ callbacks }) => {
      const known = await callbacks.delivery(deliveryId);
      if (known === null) throw notFound();
      const times = { dueAt, expiresAt: dueAt + DELIVERY_LIFE_MS };
      if (await callbacks.replayDelivery(deliveryId, times)) return;
      throw new CommandError('wrong-state', 'The delivery is pending already.');
    });
    sender.wake();
  }

  #check(url: string): void {
    const problem = this.#dependencies.client.problemOf(url);
    if (problem !== null) throw new CommandError('invalid-parameter', problem.message);
  }

  async #change(
    endpointId: string,
    change: (endpoint: CallbackEndpoint) => CallbackEndpoint,
  ): Promise<CallbackEndpoint> {
    const { store, sender } = this.#dependencies;
    const changed = await store.transaction(async ({ callbacks }) => {
      const found = (await callbacks.endpoints()).find((one) => one.endpointId === endpointId);
      if (found === undefined) throw notFound();
      const result = change(found);
      await callbacks.saveEndpoint(result);
      return result;
    });
    sender.wake();
    return changed;
  }
}

function newSecret(): Secret {
  return new Secret(randomBytes(SECRET_BYTES).toString('base64'));
}

/** The name that every 404 of the API has; its message says what is missing. */
function notFound(): CommandError {
  return new CommandError('call-not-found', 'There is no such callback or delivery.');
}
