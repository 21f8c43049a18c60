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
import { isOriginAllowed } from '../limits/origin.ts';
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

/** A dead peer is found within the two together. */
const PING_INTERVAL_MS = 5_000;
const PING_TIMEOUT_MS = 8_000;
/** Whoever connects and says nothing is let go. */
const HANDSHAKE_TIMEOUT_MS = 5_000;
const MAX_FRAME_BYTES = 64 * 1024;

/** The socket.io side of the server. Owns all sockets; ends with close(). */
export class Signalling {
  readonly #dependencies: SignallingDependencies;
  /** Connections without a session → how to stop waiting for one. */
  readonly #unauthenticated = new Map<TransportConnection, () => void>();
  readonly #lifecycle: SessionLifecycle;
  readonly #io: Server<FromClient, ToClient, NoEvents, { session?: Session }>;

  constructor(http: HttpServer, dependencies: SignallingDependencies) {
    this.#dependencies = dependencies;
    this.#lifecycle = new SessionLifecycle(dependencies);
    const { origins } = dependencies.config;
    this.#io = new Server(http, {
      transports: ['websocket', 'polling'],
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      // A compressed frame may unpack to any size.
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
      cors: {
        origin: (origin, answer) => answer(null, isOriginAllowed(origins, origin)),
        methods: ['GET', 'POST'],
      },
    });
    this.#io.engine.use(guardMiddleware(dependencies.guard));
    this.#io.engine.on('connection', (connection: TransportConnection) =>
      this.#onConnection(connection),
    );
    this.#io.use((socket, next) => void this.#admit(socket, next));
    this.#io.on('connection', (socket) => this.#onSession(socket));
  }

  /** Closes all sockets; clients come back by themselves when a server does. */
  close(): void {
    this.#io.disconnectSockets(true);
    // Whoever does not answer a close must not keep the process.
    for (const connection of this.#unauthenticated.keys()) endConnection(connection, 'done');
    // Not io.close(): it closes the HTTP server too, and waits for a peer's idle connection to time out.
    this.#io.engine.close();
  }

  /** Someone is at the door: so much and so long, until they have said who they are. */
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
        this.#dependencies.log.error({ err: error }, 'admission failed');
      next(Object.assign(new Error(data.name), { data }));
      // Said once; another try is another connection.
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
    if (this.#hasTooMany(session)) {
      endConnection(socket.conn, 'rate-limited');
      return;
    }
    const connection = this.#lifecycle.connected(session, transportOf(socket));
    socket.on('command', (payload, acknowledge) => void connection.receive(payload, acknowledge));
    socket.on('disconnect', () => {
      this.#lifecycle.disconnected(connection);
      // Whoever takes leave of socket.io only would keep a connection that is nobody's.
      endAfterWriting(socket.conn, 'done');
    });
  }

  /** Asked at admission too, but many may have come through that at once. */
  #hasTooMany({ userId, sessionId }: Session): boolean {
    const { hub, config } = this.#dependencies;
    if (hub.isConnected(userId, sessionId)) return false;
    return hub.sessionsOf(userId).length >= config.rates.sessionsPerUser;
  }
}

function transportOf(socket: ClientSocket): Transport {
  return {
    emit: (message) => void socket.emit('message', message),
    backlog: () => bufferedBytes(socket.conn),
    close: () => void socket.disconnect(true),
    terminate: () => endConnection(socket.conn, 'rate-limited'),
  };
}
