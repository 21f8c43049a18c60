import { Socket as TcpSocket } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import type { Rates } from '../limits/rates.ts';
import { TokenBucket } from '../limits/rate-limit.ts';
import { endConnection, bufferedBytes, websocketOf } from './websocket.ts';
import type { TransportConnection } from './websocket.ts';

/** A client with more unread data is disconnected; it syncs when it reconnects. */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Allowance for heartbeats and handshakes; commands have a limit of their own. */
const EXTRA_FRAME_BURST = 300;
const EXTRA_FRAMES_PER_SECOND = 10;
/** Far above the average frame. Incomplete frames count too. */
const BYTES_PER_FRAME = 4096;

/**
 * Limits everything a connection sends, including pings, unknown events and fragments. Closes a connection
 * that sends too much or does not read. Ends with the connection.
 */
export function guardFromFlood(
  connection: TransportConnection,
  { clock, rates }: { clock: Clock; rates: Rates },
): void {
  const burst = rates.commandBurst + EXTRA_FRAME_BURST;
  const perSecond = rates.commandsPerSecond * 2 + EXTRA_FRAMES_PER_SECOND;
  const frames = new TokenBucket(clock, burst, perSecond);
  const bytes = new TokenBucket(clock, burst * BYTES_PER_FRAME, perSecond * BYTES_PER_FRAME);
  const count = (bucket: TokenBucket, amount: number): void => {
    if (bucket.take(amount) && bufferedBytes(connection) <= MAX_BUFFERED_BYTES) return;
    endConnection(connection, 'rate-limited');
  };
  const onFrame = (): void => count(frames, 1);
  connection.on('packet', onFrame);
  const websocket = websocketOf(connection);
  websocket.on('ping', onFrame);
  websocket.on('pong', onFrame);
  tcpSocketOf(websocket)?.on('data', (chunk: Buffer) => count(bytes, chunk.length));
}

function tcpSocketOf(websocket: object): TcpSocket | null {
  const socket: unknown = '_socket' in websocket ? websocket._socket : null;
  return socket instanceof TcpSocket ? socket : null;
}
