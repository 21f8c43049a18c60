import { io, type Socket } from 'socket.io-client';

import { CallError } from '../engine/call-error.ts';
import type { SignalEvents, SignalSocket } from '../engine/ports.ts';
import { decodeRefusal, errorShape, type Command, type Handshake } from '../protocol/index.ts';
import { parseServer } from './server-address.ts';

/** Shortest and longest wait between two tries; spread, so that clients do not come back as one. */
const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 3_000;

/** A try on a dead network gives up after this. */
const CONNECT_TIMEOUT_MS = 8_000;

/**
 * SignalSocket on socket.io. Owns one socket.io connection and its retries.
 * Ends when `close()` is called, or by itself when the server refuses the handshake or kicks.
 */
export class BrowserSocket implements SignalSocket {
  #connection: Connection | null = null;

  open(server: string, handshake: () => Handshake, events: SignalEvents): void {
    this.close();
    this.#connection = new Connection(server, handshake, events);
  }

  send(command: Command, timeoutMs: number): Promise<unknown> {
    if (!this.#connection) return Promise.reject(lost('the socket is not open'));
    return this.#connection.send(command, timeoutMs);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #events: SignalEvents;
  readonly #ended = new AbortController();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(server: string, handshake: () => Handshake, events: SignalEvents) {
    const { origin, path } = parseServer(server);
    this.#events = events;
    this.#socket = io(origin, {
      path: `${path}/socket.io`,
      // The slim bundle has no polling in it, and websockets need no sticky sessions.
      transports: ['websocket'],
      auth: (give: (handshake: object) => void) => give(handshake()),
      forceNew: true,
      reconnectionDelay: RETRY_MIN_MS,
      reconnectionDelayMax: RETRY_MAX_MS,
      randomizationFactor: 0.5,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#socket.on('connect', () => events.connected());
    this.#socket.on('disconnect', (reason) => this.#onDisconnect(reason));
    this.#socket.on('connect_error', (error) => this.#onConnectError(error));
    this.#socket.on('message', (frame: unknown) => this.#onMessage(frame));
    const { signal } = this.#ended;
    addEventListener('online', () => this.#tryNow(), { signal });
    document.addEventListener('visibilitychange', () => this.#onVisibility(), { signal });
  }

  async send(command: Command, timeoutMs: number): Promise<unknown> {
    // socket.io would keep it and send it after the next connect: the engine decides that, not we.
    if (!this.#socket.connected) throw lost('not connected to the call server');
    try {
      const answer: unknown = await this.#socket.timeout(timeoutMs).emitWithAck('command', command);
      return answer;
    } catch (cause) {
      throw lost(`no answer to ${command.type}`, cause);
    }
  }

  close(): void {
    this.#ended.abort();
    clearTimeout(this.#retry);
    this.#socket.off();
    this.#socket.disconnect();
  }

  #onDisconnect(reason: string): void {
    this.#events.disconnected();
    // A close by the server is the one that socket.io does not come back from by itself.
    if (reason === 'io server disconnect') this.#tryLater();
  }

  #onConnectError(error: Error): void {
    // `active`: no connection came about, and socket.io goes on trying. Otherwise the server spoke.
    if (this.#socket.active) return this.#events.unreachable();
    const refusal = decodeRefusal('data' in error ? error.data : null);
    if (refusal) {
      const shape = errorShape(refusal.name, refusal.message);
      // Too many tries or a passing failure of the server: no reason to give up for good.
      if (!shape.retryable) {
        this.close();
        return this.#events.refused(shape);
      }
    }
    this.#events.unreachable();
    this.#tryLater();
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
    if (document.visibilityState === 'visible') this.#tryNow();
  }

  #tryLater(): void {
    clearTimeout(this.#retry);
    const wait = RETRY_MIN_MS + Math.random() * (RETRY_MAX_MS - RETRY_MIN_MS);
    this.#retry = setTimeout(() => this.#socket.connect(), wait);
  }

  /** Cuts a running wait short: the network or the user is back. */
  #tryNow(): void {
    if (this.#socket.connected) return;
    clearTimeout(this.#retry);
    this.#socket.disconnect().connect();
  }
}

function lost(message: string, cause?: unknown): CallError {
  return new CallError('signaling-failed', message, { cause });
}
