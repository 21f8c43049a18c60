import { createCursor, parseCursor } from '../../api/cursor.ts';
import { iso } from '../../api/record.ts';
import { CommandError } from '../../shared/command-error.ts';
import type { CallbackEndpoint, DeliveryAttempt, LoggedDelivery } from '../../webhooks/delivery.ts';
import type { App } from '../app.ts';
import type { Api } from './api.ts';
import {
  Callback,
  CallbackParams,
  CallbackPatch,
  Callbacks,
  CallbackWithSecret,
  Deliveries,
  DeliveryParams,
  NewCallback,
  TestResult,
} from './callback-schemas.ts';
import { described, DONE } from './route.ts';
import { NoQuery, OnceHeaders, Page } from './schemas.ts';

const DEFAULT_LIMIT = 100;

/** The endpoints that are told of calls, and what was sent to them. */
export function addCallbackRoutes(scope: App, { callbacks }: Api): void {
  addReads(scope, callbacks);
  addWrites(scope, callbacks);
  addRotation(scope, callbacks);
  addDeliveries(scope, callbacks);
}

function addReads(scope: App, callbacks: Api['callbacks']): void {
  scope.get(
    '/v1/callbacks',
    described('callbacks:read', 'Lists the callbacks, the oldest first.', {
      querystring: NoQuery,
      response: { 200: Callbacks },
    }),
    async () => ({ callbacks: (await callbacks.all()).map(shown) }),
  );
  scope.get(
    '/v1/callbacks/:callbackId',
    described('callbacks:read', 'Returns a callback, without its secret.', {
      params: CallbackParams,
      querystring: NoQuery,
      response: { 200: Callback },
    }),
    async (request) => shown(await callbacks.one(request.params.callbackId)),
  );
}

function addWrites(scope: App, callbacks: Api['callbacks']): void {
  scope.post(
    '/v1/callbacks',
    described('callbacks:write', 'Creates a callback. Its secret is shown in this response only.', {
      body: NewCallback,
      headers: OnceHeaders,
      querystring: NoQuery,
      response: { 201: CallbackWithSecret },
    }),
    async (request, reply) => {
      const { url, types = null, onFailure = 'allow' } = request.body;
      const created = await callbacks.create({ url, types, onFailure });
      return reply.code(201).send(withSecret(created));
    },
  );
  scope.patch(
    '/v1/callbacks/:callbackId',
    described('callbacks:write', 'Changes the given fields of a callback.', {
      params: CallbackParams,
      querystring: NoQuery,
      body: CallbackPatch,
      response: { 200: Callback },
    }),
    async (request) => shown(await callbacks.update(request.params.callbackId, request.body)),
  );
  scope.delete(
    '/v1/callbacks/:callbackId',
    described('callbacks:write', 'Deletes a callback with its deliveries.', {
      params: CallbackParams,
      querystring: NoQuery,
      response: DONE,
    }),
    async (request, reply) => {
      await callbacks.remove(request.params.callbackId);
      return reply.code(204).send(null);
    },
  );
}

function addRotation(scope: App, callbacks: Api['callbacks']): void {
  scope.post(
    '/v1/callbacks/:callbackId/rotate-secret',
    described('callbacks:write', 'Makes a new secret; the one before signs as well for 24 h.', {
      params: CallbackParams,
      headers: OnceHeaders,
      querystring: NoQuery,
      response: { 200: CallbackWithSecret },
    }),
    async (request) => withSecret(await callbacks.rotate(request.params.callbackId)),
  );
  scope.post(
    '/v1/callbacks/:callbackId/test',
    described('callbacks:write', 'Sends one callback.test now and returns what came of it.', {
      params: CallbackParams,
      headers: OnceHeaders,
      querystring: NoQuery,
      response: { 200: TestResult },
    }),
    async (request) => {
      const { at, durationMs, status, error } = await callbacks.test(request.params.callbackId);
      const isOk = status !== null && status >= 200 && status < 300;
      return attempt({ at, durationMs, status, error: isOk ? null : (error ?? 'status') });
    },
  );
}

function addDeliveries(scope: App, callbacks: Api['callbacks']): void {
  scope.get(
    '/v1/callbacks/:callbackId/deliveries',
    described('callbacks:read', 'Lists deliveries with their attempts, the newest first.', {
      params: CallbackParams,
      querystring: Page,
      response: { 200: Deliveries },
    }),
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor = null } = request.query;
      const { callbackId } = request.params;
      const query = { list: 'deliveries', callbackId };
      const before = positionOf(parseCursor(query, cursor));
      const found = await callbacks.deliveries(callbackId, before, limit + 1);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      const next = last === undefined ? null : createCursor(query, String(last.seq));
      return { deliveries: page.map(logged), cursor: next };
    },
  );
  scope.post(
    '/v1/deliveries/:deliveryId/replay',
    described('callbacks:write', 'Sends a delivery again that was delivered or given up.', {
      params: DeliveryParams,
      headers: OnceHeaders,
      querystring: NoQuery,
      response: DONE,
    }),
    async (request, reply) => {
      await callbacks.replay(request.params.deliveryId);
      return reply.code(204).send(null);
    },
  );
}

/** @throws {CommandError} invalid-parameter */
function positionOf(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandError('invalid-parameter', 'cursor does not belong to this query');
}

function shown(endpoint: CallbackEndpoint) {
  const { endpointId: id, url, types, onFailure, disabled, pausedUntil, createdAt } = endpoint;
  return {
    ...{ id, url, onFailure },
    types: types === null ? null : [...types],
    disabled: disabled !== null,
    disabledReason: disabled,
    pausedUntil: pausedUntil === 0 ? null : iso(pausedUntil),
    previousSecretUntil:
      endpoint.previousSecret === null ? null : iso(endpoint.previousSecret.until),
    createdAt: iso(createdAt),
  };
}

function withSecret(endpoint: CallbackEndpoint) {
  return { ...shown(endpoint), secret: `whsec_${endpoint.secret.reveal()}` };
}

function attempt({ at, durationMs, status, error }: DeliveryAttempt) {
  return { at: iso(at), durationMs, status, error };
}

function logged(delivery: LoggedDelivery) {
  const { deliveryId: id, type, subject: callId, status } = delivery;
  return {
    ...{ id, type, callId, status },
    createdAt: iso(delivery.createdAt),
    nextAttemptAt: status === 'pending' ? iso(delivery.dueAt) : null,
    attempts: delivery.attemptLog.map(attempt),
  };
}
