import { CallError } from '../../engine/api/call-error.ts';
import type { Command, Handshake } from '../../protocol/index.ts';
import {
  decodePacket,
  encodeCommand,
  encodeConnect,
  DISCONNECT,
  PONG,
  type Packet,
} from './socket-io-packet.ts';

/** A try on a dead network gives up after this. */
const CONNECT_TIMEOUT_MS = 8_000;

export interface SocketIoConnectionEvents {
  connected(): void;
  message(frame: unknown): void;
  /** The server does not let this one in; what it says about it. */
  refused(data: unknown): void;
  /** It was connected and is lost, or never came about. `byServer`: ended by the server's own word. */
  lost(wasConnected: boolean, byServer: boolean): void;
}

/**
 * One connection to the call server, from the try to its end: it ends with `refused`, `lost` or
 * `close()` and does not come back. Owns its WebSocket, its timers and the commands without an answer.
 */
export class SocketIoConnection {
  readonly #socket: WebSocket;
  readonly #handshake: () => Handshake;
  readonly #events: SocketIoConnectionEvents;
  readonly #ended = new AbortController();
  readonly #acks = new Map<number, (answer: unknown) => void>();
  #lastId = 0;
  #connected = false;
  #heartbeatTimeoutMs = CONNECT_TIMEOUT_MS;
  #heartbeatDeadline = 0;
  #heartbeatTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, handshake: () => Handshake, events: SocketIoConnectionEvents) {
    this.#handshake = handshake;
    this.#events = events;
    this.#socket = new WebSocket(url);
    const { signal } = this.#ended;
    this.#socket.addEventListener('message', ({ data }) => this.#onPacket(decodePacket(data)), {
      signal,
    });
    this.#socket.addEventListener('close', () => this.#onLost(), { signal });
    this.#resetHeartbeat();
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** @throws {CallError} signaling-failed without an answer in time. */
  send(command: Command, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#connected) return reject(connectionError('the connection is closed'));
      const id = (this.#lastId += 1);
      const fail = (): void =>
        settle(() => reject(connectionError(`no answer to ${command.type}`)));
      const timer = setTimeout(fail, timeoutMs);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.#ended.signal.removeEventListener('abort', fail);
        this.#acks.delete(id);
        how();
      };
      this.#ended.signal.addEventListener('abort', fail);
      this.#acks.set(id, (answer) => settle(() => resolve(answer)));
      this.#socket.send(encodeCommand(id, command));
    });
  }

  /** Timers stand still while a machine sleeps: what should have been heard since then is looked at here. */
  check(): void {
    if (performance.now() > this.#heartbeatDeadline) this.#onLost();
  }

  /** Lost, as the browser says: without waiting for the silence. */
  drop(): void {
    this.#onLost();
  }

  close(): void {
    if (this.#connected) this.#socket.send(DISCONNECT);
    this.#end();
  }

  #onPacket(packet: Packet): void {
    this.#resetHeartbeat();
    switch (packet.type) {
      case 'open':
        this.#heartbeatTimeoutMs = packet.heartbeatTimeoutMs;
        return this.#socket.send(encodeConnect(this.#handshake()));
      case 'ping':
        return this.#socket.send(PONG);
      case 'connected':
        this.#connected = true;
        this.#resetHeartbeat();
        return this.#events.connected();
      case 'message':
        return this.#events.message(packet.message);
      case 'ack':
        return this.#acks.get(packet.id)?.(packet.result);
      case 'refused':
        this.#end();
        return this.#events.refused(packet.data);
      case 'closed':
        return this.#onLost(true);
      case 'invalid':
        return this.#onLost();
      case 'ignored':
    }
  }

  /** Until the server has let us in, the time of the try runs on, whatever comes. */
  #resetHeartbeat(): void {
    if (!this.#connected && this.#heartbeatTimer !== undefined) return;
    clearTimeout(this.#heartbeatTimer);
    this.#heartbeatDeadline = performance.now() + this.#heartbeatTimeoutMs;
    this.#heartbeatTimer = setTimeout(() => this.#onLost(), this.#heartbeatTimeoutMs);
  }

  #onLost(byServer = false): void {
    const wasConnected = this.#connected;
    this.#end();
    this.#events.lost(wasConnected, byServer);
  }

  #end(): void {
    this.#connected = false;
    clearTimeout(this.#heartbeatTimer);
    this.#ended.abort();
    this.#socket.close();
  }
}

export function connectionError(message: string): CallError {
  return new CallError('signaling-failed', message);
}
