import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server, type Socket } from 'socket.io';

import { errorShape, type ErrorName } from '../../../src/protocol/index.ts';

/** A Socket.IO server under a path, as behind a proxy, without call logic. */
export interface SignalServer {
  readonly url: string;
  readonly port: number;
  /** The handshakes of all attempts. */
  readonly handshakes: unknown[];
  readonly beacons: { readonly type: string | undefined; readonly body: string }[];
  /** Refuses handshakes with this error; null: admits them. */
  refuse(error: ErrorName | null): void;
  nextSocket(): Promise<Socket>;
  nextBeacon(): Promise<void>;
  close(): Promise<void>;
}

export async function startSignalServer(port = 0): Promise<SignalServer> {
  const http = createServer();
  const io = new Server(http, {
    path: '/calls/socket.io',
    cors: { origin: true },
    transports: ['websocket'],
  });
  const handshakes: unknown[] = [];
  const beacons: SignalServer['beacons'] = [];
  let refusal: ErrorName | null = null;
  io.use((socket, next) => {
    handshakes.push(socket.handshake.auth);
    if (refusal === null) return next();
    next(Object.assign(new Error(refusal), { data: errorShape(refusal) }));
  });
  http.on('request', (request: IncomingMessage, response) => {
    if (request.url !== '/calls/v1/leave') return;
    void bodyOf(request).then((body) => {
      beacons.push({ type: request.headers['content-type'], body });
      response.end();
      http.emit('beacon');
    });
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const bound = (http.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/calls/`,
    port: bound,
    handshakes,
    beacons,
    refuse: (error) => (refusal = error),
    nextSocket: () => new Promise((resolve) => io.once('connection', resolve)),
    nextBeacon: async () => void (await once(http, 'beacon')),
    close: async () => {
      http.closeAllConnections();
      await io.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
