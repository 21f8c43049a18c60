import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import type { ServerMessage } from '../../src/protocol/index.ts';
import { guardMiddleware } from '../limits/request-guard.ts';
import type { RequestGuard } from '../limits/request-guard.ts';
import { toErrorShape } from '../shared/command-error.ts';
import type { AddressLimit } from '../limits/address-limit.ts';
import { admit } from './admission.ts';
import type { AdmissionDependencies } from './admission.ts';
import { SessionLifecycle } from './session-lifecycle.ts';
import type { SessionLifecycleDependencies } from './session-lifecycle.ts';
import type { Transport } from './connection.ts';
import { guardFromFlood } from './flood-guard.ts';
import type { Session } from './session.ts';
import { closeReasonOf, endAfterWriting, endConnection, bufferedBytes } from './websocket.ts';
import type { TransportConnection } from './websocket.ts';

interface FromClient {
  command: (payload: unknown, acknowledge: unknown) => void;
}
interface ToClient {
  message: (message: ServerMessage) => void;
}
type NoEvents = Record<string, never>;
type ClientSocket = Socket<FromClient, ToClient, NoEvents, { session?: Session }>;

export type SignallingDependencies = AdmissionDependencies &
  SessionLifecycleDependencies & { readonly guard: RequestGuard; readonly addresses: AddressLimit };

/** A dead peer is detected within the sum of both. */
const PING_INTERVAL_MS = 5_000;
const PING_TIMEOUT_MS = 8_000;
/** A connection without a handshake is closed after this time. */
const HANDSHAKE_TIMEOUT_MS = 5_000;
const MAX_FRAME_BYTES = 64 * 1024;

/** The Socket.IO server. Owns all sockets; ends with close(). */
export class Signalling {
  readonly #dependencies: SignallingDependencies;
  /** Connections without a session → function that cancels their timeout. */
  readonly #unauthenticated = new Map<TransportConnection, () => void>();
  readonly #lifecycle: SessionLifecycle;
  readonly #io: Server<FromClient, ToClient, NoEvents, { session?: Session }>;

  constructor(http: HttpServer, dependencies: SignallingDependencies) {
    this.#dependencies = dependencies;
    this.#lifecycle = new SessionLifecycle(dependencies);
    this.#io = new Server(http, {
      transports: ['websocket'],
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      // A compressed frame may expand to any size.
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
    });
    this.#io.engine.use(guardMiddleware(dependencies.guard));
    this.#io.engine.on('connection', (connection: TransportConnection) =>
      this.#onConnection(connection),
    );
    this.#io.use((socket, next) => void this.#admit(socket, next));
    this.#io.on('connection', (socket) => this.#onSession(socket));
  }

  /** Closes all sockets; clients reconnect by themselves. */
  close(): void {
    this.#io.disconnectSockets(true);
    // A peer that does not complete the close must not delay the exit.
    for (const connection of this.#unauthenticated.keys()) endConnection(connection, 'done');
    // Not io.close(): it also closes the HTTP server and waits for idle connections.
    this.#io.engine.close();
  }

  /** Limits an unauthenticated connection in data and time. */
  #onConnection(connection: TransportConnection): void {
    const { clock, config, addresses } = this.#dependencies;
    connection.once('close', addresses.add(connection.remoteAddress));
    guardFromFlood(connection, { clock, rates: config.rates });
    const cancelTimeout = clock.after(HANDSHAKE_TIMEOUT_MS, () =>
      endConnection(connection, 'not-signed-in'),
    );
    const cancel = (): void => {
      cancelTimeout();
      this.#unauthenticated.delete(connection);
      // Most connections stay open for long: what limits only their beginning is not kept in memory.
      connection.off('close', cancel);
    };
    this.#unauthenticated.set(connection, cancel);
    connection.once('close', cancel);
  }

  async #admit(socket: ClientSocket, next: (error?: Error) => void): Promise<void> {
    try {
      const { auth, headers } = socket.handshake;
      socket.data.session = await admit({ auth, origin: headers.origin }, this.#dependencies);
      next();
    } catch (error) {
      const data = toErrorShape(error);
      if (data.name === 'internal-error')
        this.#dependencies.log.error({ err: error }, 'handshake failed');
      next(Object.assign(new Error(data.name), { data }));
      // Closes after the error is sent; another attempt needs a new connection.
      setImmediate(() => endAfterWriting(socket.conn, closeReasonOf(data.name)));
    }
  }

  #onSession(socket: ClientSocket): void {
    const { session } = socket.data;
    if (session === undefined) {
      socket.disconnect(true);
      return;
    }
    this.#unauthenticated.get(socket.conn)?.();
    if (this.#exceedsSessionLimit(session)) {
      endConnection(socket.conn, 'rate-limited');
      return;
    }
    const connection = this.#lifecycle.connected(session, new SocketTransport(socket));
    socket.on('command', (payload, acknowledge) => void connection.receive(payload, acknowledge));
    socket.on('disconnect', () => {
      this.#lifecycle.disconnected(connection);
      // A client that leaves the Socket.IO namespace but keeps the transport open would hold an unowned connection.
      endAfterWriting(socket.conn, 'done');
    });
  }

  /** Also checked at admission, which several handshakes may pass at the same time. */
  #exceedsSessionLimit({ userId, sessionId }: Session): boolean {
    const { hub, config } = this.#dependencies;
    if (hub.isConnected(userId, sessionId)) return false;
    return hub.sessionsOf(userId).length >= config.rates.sessionsPerUser;
  }
}

/** The socket of one session. A class, since thousands exist: its methods take no memory of each. */
class SocketTransport implements Transport {
  readonly #socket: ClientSocket;

  constructor(socket: ClientSocket) {
    this.#socket = socket;
  }

  emit(message: ServerMessage): void {
    this.#socket.emit('message', message);
  }

  backlog(): number {
    return bufferedBytes(this.#socket.conn);
  }

  close(): void {
    this.#socket.disconnect(true);
  }

  terminate(): void {
    endConnection(this.#socket.conn, 'rate-limited');
  }
}
