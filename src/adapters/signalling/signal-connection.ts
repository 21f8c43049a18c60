import { Manager, type Socket } from 'socket.io-client';

import { CallError } from '../../engine/api/call-error.ts';
import type { Command, Handshake } from '../../protocol/index.ts';
import { jsonParser } from './json-parser.ts';
import type { ServerAddress } from './server-address.ts';

/** Time from the attempt to the server's admission. */
const CONNECT_TIMEOUT_MS = 8_000;

interface FromServer {
  message(frame: unknown): void;
}

interface ToServer {
  command(command: Command, acknowledge: (result: unknown) => void): void;
}

export interface SignalConnectionEvents {
  connected(): void;
  message(frame: unknown): void;
  /** The server refuses the handshake. `data` is its error. */
  refused(data: unknown): void;
  /** The attempt failed or the connection broke. `byServer`: the server disconnected this client. */
  lost(wasConnected: boolean, byServer: boolean): void;
}

/**
 * One connection attempt and the connection it results in, on socket.io-client without its reconnection.
 * Ends with `refused`, `lost` or `close()`. Owns its socket, timers and unacknowledged commands.
 */
export class SignalConnection {
  readonly #socket: Socket<FromServer, ToServer>;
  readonly #events: SignalConnectionEvents;
  readonly #connectTimer: ReturnType<typeof setTimeout>;
  #wasConnected = false;
  #heartbeatTimeoutMs = CONNECT_TIMEOUT_MS;
  #heartbeatDeadline = Infinity;

  constructor(
    { origin, path }: ServerAddress,
    handshake: () => Handshake,
    events: SignalConnectionEvents,
  ) {
    this.#events = events;
    const manager = new Manager(origin, {
      path: `${path}/socket.io/`,
      transports: ['websocket'],
      parser: jsonParser,
      reconnection: false,
      autoConnect: false,
    });
    this.#socket = manager.socket('/', { auth: (give) => give({ ...handshake() }) });
    this.#socket.on('connect', () => this.#onConnected());
    this.#socket.on('message', (frame) => events.message(frame));
    this.#socket.on('connect_error', (error) => this.#onConnectError(error));
    this.#socket.on('disconnect', (reason) => this.#onLost(reason === 'io server disconnect'));
    this.#connectTimer = setTimeout(() => this.#onLost(), CONNECT_TIMEOUT_MS);
    this.#socket.connect();
    manager.engine.on('handshake', ({ pingInterval, pingTimeout }) => {
      this.#heartbeatTimeoutMs = pingInterval + pingTimeout;
    });
    manager.on('ping', () => this.#extendHeartbeat());
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** @throws {CallError} signaling-failed when the connection is closed, or ends before the acknowledgement. */
  async send(command: Command, timeoutMs: number): Promise<unknown> {
    if (!this.connected) throw connectionError('the connection is closed');
    try {
      return await this.#socket.timeout(timeoutMs).emitWithAck('command', command);
    } catch {
      throw connectionError(`no acknowledgement of ${command.type}`);
    }
  }

  /** Detects heartbeats missed during a sleep of the machine, in which timers do not run. */
  check(): void {
    if (Date.now() > this.#heartbeatDeadline) this.#onLost();
  }

  /** Treats the connection as lost without waiting for the heartbeat timeout. */
  drop(): void {
    this.#onLost();
  }

  close(): void {
    clearTimeout(this.#connectTimer);
    this.#socket.off();
    this.#socket.disconnect();
  }

  #onConnected(): void {
    this.#wasConnected = true;
    clearTimeout(this.#connectTimer);
    this.#extendHeartbeat();
    this.#events.connected();
  }

  /** Of the wall clock, as in engine.io-client: the monotonic clock may stand still during a sleep. */
  #extendHeartbeat(): void {
    this.#heartbeatDeadline = Date.now() + this.#heartbeatTimeoutMs;
  }

  #onConnectError(error: Error): void {
    // An inactive socket has a reply of the server; an active one has none.
    if (this.#socket.active) return this.#onLost();
    this.close();
    this.#events.refused('data' in error ? error.data : null);
  }

  #onLost(byServer = false): void {
    this.close();
    this.#events.lost(this.#wasConnected, byServer);
  }
}

export function connectionError(message: string): CallError {
  return new CallError('signaling-failed', message);
}
