import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { errorShape } from '../../src/protocol/index.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import type { AddressLimit } from './address-limit.ts';

/** The path of Socket.IO, the only one with WebSockets. */
const SIGNALLING_PATH = '/socket.io/';
/** Browsers and proxies send about 30. */
const MAX_HEADERS = 100;

/** The response to a rejected request. */
export interface Rejection {
  readonly status: 429 | 431;
  readonly error: ErrorShape;
}

/** Checks every request first: number of headers, and connections per address. */
export class RequestGuard {
  readonly #addresses: AddressLimit;

  constructor(addresses: AddressLimit) {
    this.#addresses = addresses;
  }

  /** Whether to upgrade. Other requests with an Upgrade header are treated as plain requests. */
  opensWebsocket(request: IncomingMessage): boolean {
    const { url = '', headers } = request;
    if (!url.startsWith(SIGNALLING_PATH)) return false;
    return headers.upgrade?.toLowerCase() === 'websocket' && this.reject(request) === null;
  }

  reject({ url = '', rawHeaders, socket }: IncomingMessage): Rejection | null {
    if (rawHeaders.length / 2 > MAX_HEADERS) {
      const error = errorShape('invalid-parameter', 'The request has too many headers.');
      return { status: 431, error };
    }
    const isSignalling = url.startsWith(SIGNALLING_PATH);
    if (!isSignalling || !this.#addresses.isFull(socket.remoteAddress)) return null;
    return { status: 429, error: errorShape('rate-limited', 'Too many connections.') };
  }
}

/** The same check as middleware of Socket.IO. */
export function guardMiddleware(guard: RequestGuard) {
  return (request: IncomingMessage, response: unknown, next: () => void): void => {
    // A real upgrade was checked before, and its response is not an HTTP response.
    if (!(response instanceof ServerResponse)) return next();
    // A proxy may assume that the upgrade succeeded: closes the connection so that nothing can follow on it.
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
