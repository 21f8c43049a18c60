import type { SignalEvents, SignalSocket } from '../../engine/api/ports.ts';
import { decodeRefusal, errorShape, type Command, type Handshake } from '../../protocol/index.ts';
import { parseServer } from './server-address.ts';
import { connectionError, SocketIoConnection } from './socket-io-connection.ts';

/** Shortest and longest wait between two tries; spread, so that clients do not come back as one. */
const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 3_000;

/**
 * SignalSocket to a Socket.IO server. Owns one connection at a time and its retries.
 * Ends when `close()` is called, or by itself when the server refuses the handshake or kicks.
 */
export class BrowserSocket implements SignalSocket {
  #connection: ReconnectingSocket | null = null;

  open(server: string, handshake: () => Handshake, events: SignalEvents): void {
    this.close();
    this.#connection = new ReconnectingSocket(server, handshake, events);
  }

  send(command: Command, timeoutMs: number): Promise<unknown> {
    if (!this.#connection) return Promise.reject(connectionError('the connection is closed'));
    return this.#connection.send(command, timeoutMs);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }
}

class ReconnectingSocket {
  readonly #url: string;
  readonly #handshake: () => Handshake;
  readonly #events: SignalEvents;
  readonly #ended = new AbortController();
  #connection: SocketIoConnection | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(server: string, handshake: () => Handshake, events: SignalEvents) {
    const { origin, path } = parseServer(server);
    // One WebSocket from the beginning: no long polling first, and so no sticky sessions.
    this.#url = `${origin.replace(/^http/, 'ws')}${path}/socket.io/?EIO=4&transport=websocket`;
    this.#handshake = handshake;
    this.#events = events;
    const { signal } = this.#ended;
    addEventListener('offline', () => this.#connection?.drop(), { signal });
    addEventListener('online', () => this.#connectNow(), { signal });
    // A page in the back/forward cache is frozen: with an open connection its user would count as present.
    addEventListener('pagehide', () => this.#pause(), { signal });
    addEventListener('pageshow', (event) => event.persisted && this.#connectNow(), { signal });
    document.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
    this.#connect();
  }

  async send(command: Command, timeoutMs: number): Promise<unknown> {
    this.#connection?.check();
    if (!this.#connection) throw connectionError('the connection is closed');
    return this.#connection.send(command, timeoutMs);
  }

  close(): void {
    this.#ended.abort();
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.#connection = null;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#connection = new SocketIoConnection(this.#url, this.#handshake, {
      connected: () => this.#onConnected(),
      message: (frame) => this.#onMessage(frame),
      refused: (data) => this.#onRefused(data),
      lost: (wasConnected, byServer) => this.#onLost(wasConnected, byServer),
    });
  }

  #onConnected(): void {
    this.#failures = 0;
    this.#events.connected();
  }

  #onLost(wasConnected: boolean, byServer: boolean): void {
    this.#connection = null;
    // Before that: whoever is told may close this connection, or open another.
    this.#scheduleRetry(byServer);
    if (wasConnected) this.#events.disconnected();
    else this.#events.unreachable();
  }

  #onRefused(data: unknown): void {
    this.#connection = null;
    const refusal = decodeRefusal(data);
    const shape = refusal && errorShape(refusal.name, refusal.message);
    // Too many tries or a passing failure of the server: no reason to give up for good.
    if (shape && !shape.retryable) {
      this.close();
      return this.#events.refused(shape);
    }
    this.#scheduleRetry(true);
    this.#events.unreachable();
  }

  #onMessage(frame: unknown): void {
    const kicked =
      typeof frame === 'object' && frame !== null && 'type' in frame
        ? frame.type === 'kicked-offline'
        : false;
    this.#events.message(frame);
    // The server closes the socket next; coming back would only fight with the newer session.
    if (kicked && !this.#ended.signal.aborted) {
      this.close();
      this.#events.disconnected();
    }
  }

  #onVisibility(): void {
    if (document.visibilityState === 'visible') this.#connectNow();
  }

  /** After a word of the server anywhere in the whole time: it has said the same to many. */
  #scheduleRetry(byServer: boolean): void {
    const maxDelay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    const wait = byServer
      ? RETRY_MIN_MS + Math.random() * (RETRY_MAX_MS - RETRY_MIN_MS)
      : maxDelay * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #pause(): void {
    this.#connection?.drop();
    clearTimeout(this.#retry);
  }

  /** Cuts a running wait short: the network or the user is back. */
  #connectNow(): void {
    this.#connection?.check();
    if (this.#connection?.connected) return;
    // A try under way may hang in the network as it was.
    this.#connection?.close();
    this.#connect();
  }
}
