import type { Socket } from 'socket.io';
import type { ErrorName } from '../../src/protocol/index.ts';

/** The connection under a socket.io socket: engine.io's. */
export type TransportConnection = Socket['conn'];

/** Why the server ends a websocket, in the range that RFC 6455 leaves to applications. */
export const CLOSE_CODES = {
  refused: 4400,
  'not-signed-in': 4401,
  'origin-refused': 4403,
  'rate-limited': 4429,
  /** Taken over, or not needed any more. */
  done: 1000,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** Long enough for the peer's half of the closing handshake; one who does not answer is cut off. */
const CLOSE_TIMEOUT_MS = 1_000;

/** What engine.io's types keep private, and only the websocket itself can say or do. */
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

/** Bytes for this peer that it has not taken yet; about, in what engine.io still holds back. */
export function bufferedBytes(connection: TransportConnection): number {
  const held: unknown = connection['writeBuffer'];
  let bytes = websocketOf(connection).bufferedAmount;
  for (const packet of Array.isArray(held) ? (held as readonly unknown[]) : []) {
    const data = isRecord(packet) ? packet['data'] : null;
    if (typeof data === 'string') bytes += data.length;
  }
  return bytes;
}

/** Ends it now, with a code that says why; what the peer still sends is not looked at. */
export function endConnection(connection: TransportConnection, reason: CloseReason): void {
  const websocket = websocketOf(connection);
  websocket.close(CLOSE_CODES[reason], reason);
  connection.close(true);
  setTimeout(() => websocket.terminate(), CLOSE_TIMEOUT_MS).unref();
}

/** The same after what was said last has gone out, for one who reads. */
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

/** The close that goes with a refusal at the handshake. */
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
