import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { errorShape } from '../../src/protocol/index.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import type { AddressLimit } from './address-limit.ts';

/** The one address at which there are websockets: socket.io's. */
const SIGNALLING_PATH = '/socket.io/';
/** Browsers and proxies send about thirty. */
const MOST_HEADERS = 100;

/** A request that goes no further. */
export interface Rejection {
  readonly status: 429 | 431;
  readonly error: ErrorShape;
}

/** Looks at requests before anything else does: at their shape, and how many come from where. */
export class RequestGuard {
  readonly #addresses: AddressLimit;

  constructor(addresses: AddressLimit) {
    this.#addresses = addresses;
  }

  /** What only says that it upgrades is a plain request, and answered as one. */
  opensWebsocket(request: IncomingMessage): boolean {
    const { url = '', headers } = request;
    if (!url.startsWith(SIGNALLING_PATH)) return false;
    return headers.upgrade?.toLowerCase() === 'websocket' && this.reject(request) === null;
  }

  reject({ url = '', rawHeaders, socket }: IncomingMessage): Rejection | null {
    if (rawHeaders.length / 2 > MOST_HEADERS) {
      const error = errorShape('invalid-parameter', 'The request has too many headers.');
      return { status: 431, error };
    }
    const isSignalling = url.startsWith(SIGNALLING_PATH);
    if (!isSignalling || !this.#addresses.isFull(socket.remoteAddress)) return null;
    return { status: 429, error: errorShape('rate-limited', 'Too many connections.') };
  }
}

/** The same for requests that go to socket.io, as a middleware of it. */
export function guardMiddleware(guard: RequestGuard) {
  return (request: IncomingMessage, response: unknown, next: () => void): void => {
    // A true upgrade has passed the door already, and its answer is no HTTP response.
    if (!(response instanceof ServerResponse)) return next();
    // A proxy may believe in an upgrade that there was not: nothing may follow on this connection.
    if (request.headers.upgrade !== undefined) response.setHeader('connection', 'close');
    const rejection = guard.reject(request);
    if (rejection === null) return next();
    response.writeHead(rejection.status, {
      'content-type': 'application/json',
      connection: 'close',
    });
    response.end(JSON.stringify(rejection.error));
  };
}
