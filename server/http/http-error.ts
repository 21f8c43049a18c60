import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { ERRORS, errorShape } from '../../src/protocol/index.ts';
import type { ErrorName, ErrorShape } from '../../src/protocol/index.ts';
import type { Log } from '../shared/log.ts';
import { CommandError, toErrorShape } from '../shared/command-error.ts';
import { StoreUnavailable } from '../calls/store.ts';
import { PROBLEM_TYPE } from './rest/route.ts';
import type { Problem } from './rest/schemas.ts';

/** HTTP status by error name; others are server errors (500). */
const STATUS: { readonly [N in ErrorName]?: number } = {
  'invalid-parameter': 400,
  'self-call': 400,
  'user-sig-expired': 401,
  'user-sig-invalid': 401,
  'api-key-invalid': 401,
  'origin-refused': 403,
  'scope-missing': 403,
  'call-denied': 403,
  'call-not-found': 404,
  'not-supported-here': 404,
  'wrong-state': 409,
  'call-full': 409,
  'repeated-request': 409,
  'idempotency-key-reused': 422,
  'rate-limited': 429,
  'media-failed': 503,
  'membership-unknown': 503,
};

/** RFC 9457, with the fields of an ErrorShape. */
function problemOf(status: number, shape: ErrorShape): Problem {
  const { code, name, message, retryable } = shape;
  return {
    type: `urn:tui-call:error:${name}`,
    title: ERRORS[name].meaning,
    status,
    detail: message,
    ...{ code, name, message, retryable },
  };
}

/** Does not repeat the input. */
const malformed = (status: number) =>
  JSON.stringify(problemOf(status, errorShape('invalid-parameter', 'The request is malformed.')));

/** Responds to a URL that the router cannot parse. */
export function answerMalformed(response: ServerResponse): void {
  const headers = { 'content-type': PROBLEM_TYPE, connection: 'close' };
  response.writeHead(400, headers).end(malformed(400));
}

/** Responds to bytes that Node cannot parse as a request, and closes the connection. */
export function answerUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNREADABLE[error.code] ?? 400;
  const body = malformed(status);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${PROBLEM_TYPE}`;
  socket.end(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`, () => socket.destroy());
}

const UNREADABLE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The only place that renders errors as HTTP responses: always problem+json, never a stack trace. */
export function renderErrors(app: Pick<FastifyInstance, 'setErrorHandler'>, log: Log): void {
  app.setErrorHandler((error: FastifyError | CommandError, request, reply) => {
    const [status, shape] = toResponse(error);
    if (status >= 500)
      log.error({ err: error, route: request.routeOptions.url }, 'HTTP request failed');
    return sendProblem(reply, status, shape);
  });
}

export function sendProblem(reply: FastifyReply, status: number, shape: ErrorShape): FastifyReply {
  if (shape.name === 'api-key-invalid') void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type(PROBLEM_TYPE).send(problemOf(status, shape));
}

function toResponse(error: FastifyError | CommandError): readonly [number, ErrorShape] {
  if (error instanceof CommandError) return [STATUS[error.shape.name] ?? 500, error.shape];
  if (error instanceof StoreUnavailable) return [503, toErrorShape(error)];
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return [500, errorShape('internal-error')];
  return [status, errorShape('invalid-parameter', error.message)];
}
