import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireScope } from '../../api/api-keys.ts';
import type { Principal } from '../../api/api-keys.ts';
import type { IdempotentCall } from '../../api/idempotency.ts';
import { FailureLimit } from '../../limits/failure-limit.ts';
import type { FailuresLeft } from '../../limits/failure-limit.ts';
import { CommandError } from '../../shared/command-error.ts';
import type { App } from '../app.ts';
import type { RestDependencies } from './api.ts';
import { addCallbackRoutes } from './callback-routes.ts';
import { addCallRoutes } from './call-routes.ts';
import { addHistoryRoutes } from './history-routes.ts';
import { PROBLEM_TYPE } from './route.ts';
import { addUserRoutes } from './user-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose API key the request carries; null before that is known. */
    principal: Principal | null;
    /** A request with an Idempotency-Key that is executed. */
    idempotent: IdempotentCall | null;
  }
}

const IDEMPOTENCY_KEY = 'idempotency-key';

/** The REST API, with `Authorization: Bearer <API key>`. Contains no call rules. */
export async function addRestRoutes(app: App, dependencies: RestDependencies): Promise<void> {
  await app.register(async (scope: App) => {
    scope.decorateRequest('principal', null);
    scope.decorateRequest('idempotent', null);
    scope.addHook('onRoute', ({ url, config }) => {
      if (config?.scope === undefined) throw new Error(`the route ${url} names no scope`);
    });
    authenticate(scope, dependencies);
    await limitRates(scope, dependencies);
    executeOnce(scope, dependencies);
    addCallRoutes(scope, dependencies.api);
    addHistoryRoutes(scope, dependencies.api);
    addUserRoutes(scope, dependencies.api);
    addCallbackRoutes(scope, dependencies.api);
  });
}

/** Before the rest of the request is parsed. */
function authenticate(scope: App, { apiKeys, config, clock }: RestDependencies): void {
  const failures = new FailureLimit(clock, config.rates.invalidApiKeysPerMinute);
  scope.addHook('onRequest', async (request, reply) => {
    request.principal = await apiKeys
      .principal(request.headers.authorization)
      .catch((error: unknown) => {
        if (config.rates.apiRequestsPerMinute === 0 || !isInvalidKey(error)) throw error;
        throw refusal(error, reply, failures.add(request.socket.remoteAddress));
      });
    const needed = request.routeOptions.config.scope;
    if (needed !== undefined) requireScope(request.principal, needed);
  });
}

const isInvalidKey = (error: unknown): error is CommandError =>
  error instanceof CommandError && error.shape.name === 'api-key-invalid';

/** A valid key is never refused for the invalid ones of its address. */
function refusal(error: CommandError, reply: FastifyReply, left: FailuresLeft): CommandError {
  reply.headers({
    'ratelimit-limit': left.limit,
    'ratelimit-remaining': left.remaining,
    'ratelimit-reset': left.resetSeconds,
  });
  if (!left.isOver) return error;
  reply.header('retry-after', left.resetSeconds);
  return new CommandError('rate-limited');
}

/** Per API key and node. */
async function limitRates(scope: App, { config }: RestDependencies): Promise<void> {
  const max = config.rates.apiRequestsPerMinute;
  if (max === 0) return;
  await scope.register(rateLimit, {
    max,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: ({ principal }) => principal?.keyId ?? '',
    errorResponseBuilder: () => new CommandError('rate-limited'),
  });
}

/** Executes a POST with an Idempotency-Key once, and repeats its response. */
function executeOnce(scope: App, { idempotency }: RestDependencies): void {
  scope.addHook('preHandler', async (request, reply) => {
    const call = idempotentCall(request);
    if (call === null) return;
    const first = await idempotency.begin(call);
    if (first === null) {
      request.idempotent = call;
      return;
    }
    void reply.header('idempotency-replayed', 'true');
    return replay(reply, first.status, first.body);
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const call = request.idempotent;
    if (call === null) return;
    request.idempotent = null;
    const body = typeof payload === 'string' ? payload : '';
    await idempotency.end(call, { status: reply.statusCode, body });
  });
}

function replay(reply: FastifyReply, status: number, body: string): FastifyReply {
  const type = status < 400 ? 'application/json; charset=utf-8' : PROBLEM_TYPE;
  reply.code(status).serializer((text: string) => text);
  return body === '' ? reply.send() : reply.type(type).send(body);
}

function idempotentCall(request: FastifyRequest): IdempotentCall | null {
  const idempotencyKey = request.headers[IDEMPOTENCY_KEY];
  const { method, url, body, principal } = request;
  if (method !== 'POST' || idempotencyKey === undefined || principal === null) return null;
  const keys = [idempotencyKey].flat().join(',');
  return { keyId: principal.keyId, idempotencyKey: keys, method, url, body };
}
