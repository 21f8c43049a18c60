import type { SignalEvents, SignalSocket } from '../../engine/api/ports.ts';
import { decodeRefusal, errorShape, type Command, type Handshake } from '../../protocol/index.ts';
import { parseServer, type ServerAddress } from './server-address.ts';
import { connectionError, SignalConnection } from './signal-connection.ts';

/** Limits of the delay between two attempts; jittered, so that clients do not reconnect at once. */
const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 3_000;

/**
 * SignalSocket on socket.io-client. Owns one connection at a time and its retries.
 * Ends with `close()`, a final refusal of the handshake or a kick.
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
  readonly #address: ServerAddress;
  readonly #handshake: () => Handshake;
  readonly #events: SignalEvents;
  readonly #ended = new AbortController();
  #connection: SignalConnection | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(server: string, handshake: () => Handshake, events: SignalEvents) {
    this.#address = parseServer(server);
    this.#handshake = handshake;
    this.#events = events;
    const { signal } = this.#ended;
    addEventListener('offline', () => this.#connection?.drop(), { signal });
    addEventListener('online', () => this.#connectNow(), { signal });
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
    this.#connection = new SignalConnection(this.#address, this.#handshake, {
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
    // Before the events: their handler may close this socket or open another.
    this.#scheduleRetry(byServer);
    if (wasConnected) this.#events.disconnected();
    else this.#events.unreachable();
  }

  #onRefused(data: unknown): void {
    this.#connection = null;
    const refusal = decodeRefusal(data);
    const shape = refusal && errorShape(refusal.name, refusal.message);
    // Rate limits and server failures are temporary.
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
    // The server closes the socket next; a reconnection would kick the newer session.
    if (kicked && !this.#ended.signal.aborted) {
      this.close();
      this.#events.disconnected();
    }
  }

  #onVisibility(): void {
    if (document.visibilityState === 'visible') this.#connectNow();
  }

  /** The server ends many connections at the same time: their retries spread over the longest delay. */
  #scheduleRetry(byServer: boolean): void {
    const maxDelay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    const wait = byServer
      ? RETRY_MIN_MS + Math.random() * (RETRY_MAX_MS - RETRY_MIN_MS)
      : maxDelay * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  /** Ends a running delay: the network or the user is back. */
  #connectNow(): void {
    this.#connection?.check();
    if (this.#connection?.connected) return;
    // An attempt that began on the previous network may never finish.
    this.#connection?.close();
    this.#connect();
  }
}
