import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance } from 'fastify';
import { errorShape } from '../../src/protocol/index.ts';
import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';
import type { Log } from '../shared/log.ts';
import { CommandError, toErrorShape } from '../shared/command-error.ts';
import { StoreUnavailable } from '../calls/store.ts';

/** HTTP status by error name; others are server errors (500). */
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

/** Does not repeat the input. */
const MALFORMED = errorShape('invalid-parameter', 'The request is malformed.');

/** Responds to a URL that the router cannot parse. */
export function answerMalformed(response: ServerResponse): void {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  response.writeHead(400, headers).end(JSON.stringify(MALFORMED));
}

/** Responds to bytes that Node cannot parse as a request, and closes the connection. */
export function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNREADABLE[error.code] ?? 400;
  const body = JSON.stringify(MALFORMED);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json`;
  socket.end(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`, () => socket.destroy());
}

const UNREADABLE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The only place that renders errors as HTTP responses: always an ErrorShape, never a stack trace. */
export function renderErrors(
  app: Pick<FastifyInstance, 'setErrorHandler' | 'setNotFoundHandler'>,
  log: Log,
): void {
  app.setErrorHandler((error: FastifyError | CommandError, request, reply) => {
    const [status, shape] = toResponse(error);
    if (status >= 500)
      log.error({ err: error, route: request.routeOptions.url }, 'HTTP request failed');
    return reply.code(status).send(shape);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorShape('not-supported-here', 'There is no such route.')),
  );
}

function toResponse(error: FastifyError | CommandError): readonly [number, ErrorShape] {
  if (error instanceof CommandError) return [STATUS[error.shape.name] ?? 500, error.shape];
  if (error instanceof StoreUnavailable) return [503, toErrorShape(error)];
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return [500, errorShape('internal-error')];
  return [status, errorShape('invalid-parameter', error.message)];
}
