import type { Socket } from 'socket.io';
import type { ErrorName } from '../../src/protocol/index.ts';

/** The Engine.IO connection below a Socket.IO socket. */
export type TransportConnection = Socket['conn'];

/** Close codes of the server, in the range that RFC 6455 reserves for applications. */
const CLOSE_CODES = {
  refused: 4400,
  'not-signed-in': 4401,
  'origin-refused': 4403,
  'rate-limited': 4429,
  /** Replaced, or no longer needed. */
  done: 1000,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** How long the peer may take to complete the closing handshake. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Members of the WebSocket that Engine.IO's types do not expose. */
interface WebSocketLike {
  readonly bufferedAmount: number;
  on(event: 'ping' | 'pong', listener: () => void): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
}

export function websocketOf({ transport }: TransportConnection): WebSocketLike {
  const socket: unknown = 'socket' in transport ? transport.socket : null;
  if (!isWebSocket(socket)) throw new TypeError('the transport is not a websocket');
  return socket;
}

/** Bytes not yet sent to this peer; approximate for the part that Engine.IO buffers. */
export function bufferedBytes(connection: TransportConnection): number {
  const held: unknown = connection['writeBuffer'];
  let bytes = websocketOf(connection).bufferedAmount;
  for (const packet of Array.isArray(held) ? (held as readonly unknown[]) : []) {
    const data = isRecord(packet) ? packet['data'] : null;
    if (typeof data === 'string') bytes += data.length;
  }
  return bytes;
}

/** Closes immediately with a code; ignores further data of the peer. */
export function endConnection(connection: TransportConnection, reason: CloseReason): void {
  const websocket = websocketOf(connection);
  websocket.close(CLOSE_CODES[reason], reason);
  connection.close(true);
  setTimeout(() => websocket.terminate(), CLOSE_TIMEOUT_MS).unref();
}

/** Closes after buffered data is sent, or after a timeout. */
export function endAfterWriting(connection: TransportConnection, reason: CloseReason): void {
  const held: unknown = connection['writeBuffer'];
  if (Array.isArray(held) && held.length === 0) return endConnection(connection, reason);
  const end = (): void => {
    clearTimeout(timer);
    connection.off('drain', end);
    endConnection(connection, reason);
  };
  const timer = setTimeout(end, CLOSE_TIMEOUT_MS).unref();
  connection.on('drain', end);
}

/** The close reason for a refused handshake. */
export function closeReasonOf(error: ErrorName): CloseReason {
  if (error === 'user-sig-invalid' || error === 'user-sig-expired') return 'not-signed-in';
  return error === 'origin-refused' || error === 'rate-limited' ? error : 'refused';
}

function isWebSocket(value: unknown): value is WebSocketLike {
  return isRecord(value) && typeof value['terminate'] === 'function' && 'bufferedAmount' in value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
