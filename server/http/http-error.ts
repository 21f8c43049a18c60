import type { FastifyError, FastifyInstance } from 'fastify';
import { errorShape } from '../../src/protocol/index.ts';
import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../refusal.ts';

/** What is not here is the server's fault: 500. */
const STATUS: { readonly [N in ErrorName]?: number } = {
  'invalid-parameter': 400,
  'user-sig-expired': 401,
  'user-sig-invalid': 401,
  'api-key-invalid': 401,
  'origin-refused': 403,
  'call-not-found': 404,
  'not-supported-here': 404,
  'wrong-state': 409,
  'rate-limited': 429,
  'media-failed': 503,
  'membership-unknown': 503,
};

/** The only place where an error becomes an HTTP answer: always an ErrorShape, never a stack. */
export function renderErrors(
  app: Pick<FastifyInstance, 'setErrorHandler' | 'setNotFoundHandler'>,
  log: Log,
): void {
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    const [status, shape] = rendered(error);
    if (status >= 500)
      log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
    return reply.code(status).send(shape);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorShape('not-supported-here', 'There is nothing at this address.')),
  );
}

function rendered(error: FastifyError | Refusal): readonly [number, ErrorShape] {
  if (error instanceof Refusal) return [STATUS[error.shape.name] ?? 500, error.shape];
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return [500, errorShape('internal-error')];
  return [status, errorShape('invalid-parameter', error.message)];
}
