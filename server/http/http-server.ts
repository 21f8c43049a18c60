import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify from 'fastify';
import { isOriginAllowed } from '../limits/origin.ts';
import { addDocsRoutes } from './docs-routes.ts';
import { addRestRoutes } from './rest/rest-routes.ts';
import type { RestDependencies } from './rest/api.ts';
import type { RequestGuard } from '../limits/request-guard.ts';
import { answerMalformed, answerUnreadable, renderErrors, sendProblem } from './http-error.ts';
import { addDeclineRoute } from './decline-route.ts';
import type { DeclineRouteDependencies } from './decline-route.ts';
import { addLeaveRoute } from './leave-route.ts';
import type { LeaveRouteDependencies } from './leave-route.ts';
import { refuseUnknownRoutes } from './unknown-routes.ts';
import { addStatusRoutes } from './status-routes.ts';
import type { StatusRouteDependencies } from './status-routes.ts';
import { validatorCompiler } from './validator.ts';
import { addWebhookRoute } from './webhook-route.ts';
import type { WebhookRouteDependencies } from './webhook-route.ts';

export type HttpDependencies = LeaveRouteDependencies &
  DeclineRouteDependencies &
  StatusRouteDependencies &
  WebhookRouteDependencies &
  RestDependencies & { readonly guard: RequestGuard };

const MAX_BODY_BYTES = 64 * 1024;
/** Closes connections that send their headers too slowly; checked once a second. */
const REQUEST_TIMEOUT_MS = 6_000;

export type Http = Awaited<ReturnType<typeof createHttpServer>>;

/** The HTTP server: status, leave beacon, LiveKit's webhooks and the REST API. Contains no call rules. */
export async function createHttpServer(dependencies: HttpDependencies) {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
      shouldUpgradeCallback: (request) => dependencies.guard.opensWebsocket(request),
    },
    frameworkErrors: (_error, _request, reply) => answerMalformed(reply.raw),
    clientErrorHandler: answerUnreadable,
    // The proxy writes an access log.
    logger: false,
    forceCloseConnections: true,
  })
    .setValidatorCompiler(validatorCompiler)
    .withTypeProvider<TypeBoxTypeProvider>();
  renderErrors(app, dependencies.log);
  app.addHook('onRequest', async ({ raw }, reply) => {
    // A proxy may assume that the upgrade succeeded: closes the connection so that nothing can follow on it.
    if (raw.headers.upgrade !== undefined) reply.header('connection', 'close');
    const rejection = dependencies.guard.reject(raw);
    if (rejection !== null) return sendProblem(reply, rejection.status, rejection.error);
  });
  refuseUnknownRoutes(app);
  const { origins } = dependencies.config;
  await app.register(cors, {
    origin: (origin, answer) => answer(null, isOriginAllowed(origins, origin)),
  });
  await app.register(swagger, { openapi: DESCRIPTION });
  await addDocsRoutes(app);
  addStatusRoutes(app, dependencies);
  addLeaveRoute(app, dependencies);
  addDeclineRoute(app, dependencies);
  await addWebhookRoute(app, dependencies);
  await addRestRoutes(app, dependencies);
  await app.ready();
  return app;
}

const DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'tui-call-server',
    version: '0.1.0',
    description: 'The call server of tui-call. Signalling uses Socket.IO at /socket.io/.',
  },
  components: { securitySchemes: { apiKey: { type: 'http' as const, scheme: 'bearer' } } },
};
