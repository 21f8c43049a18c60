import { CallError } from '../engine/call-error.ts';
import type { Command, Handshake } from '../protocol/index.ts';
import {
  decodePacket,
  encodeCommand,
  encodeHello,
  GOODBYE,
  PONG,
  type Packet,
} from './socket-io-packet.ts';

/** A try on a dead network gives up after this. */
const CONNECT_TIMEOUT_MS = 8_000;

export interface LinkEvents {
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
export class SocketIoLink {
  readonly #socket: WebSocket;
  readonly #handshake: () => Handshake;
  readonly #events: LinkEvents;
  readonly #ended = new AbortController();
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #lastId = 0;
  #connected = false;
  #silentAtMostMs = CONNECT_TIMEOUT_MS;
  #silentUntil = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, handshake: () => Handshake, events: LinkEvents) {
    this.#handshake = handshake;
    this.#events = events;
    this.#socket = new WebSocket(url);
    const { signal } = this.#ended;
    this.#socket.addEventListener('message', ({ data }) => this.#take(decodePacket(data)), {
      signal,
    });
    this.#socket.addEventListener('close', () => this.#lose(), { signal });
    this.#heard();
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** @throws {CallError} signaling-failed without an answer in time. */
  send(command: Command, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#connected) return reject(lost('the connection is closed'));
      const id = (this.#lastId += 1);
      const fail = (): void => settle(() => reject(lost(`no answer to ${command.type}`)));
      const timer = setTimeout(fail, timeoutMs);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.#ended.signal.removeEventListener('abort', fail);
        this.#answers.delete(id);
        how();
      };
      this.#ended.signal.addEventListener('abort', fail);
      this.#answers.set(id, (answer) => settle(() => resolve(answer)));
      this.#socket.send(encodeCommand(id, command));
    });
  }

  /** Timers stand still while a machine sleeps: what should have been heard since then is looked at here. */
  check(): void {
    if (performance.now() > this.#silentUntil) this.#lose();
  }

  /** Lost, as the browser says: without waiting for the silence. */
  drop(): void {
    this.#lose();
  }

  close(): void {
    if (this.#connected) this.#socket.send(GOODBYE);
    this.#end();
  }

  #take(packet: Packet): void {
    this.#heard();
    switch (packet.type) {
      case 'open':
        this.#silentAtMostMs = packet.silentAtMostMs;
        return this.#socket.send(encodeHello(this.#handshake()));
      case 'ping':
        return this.#socket.send(PONG);
      case 'connected':
        this.#connected = true;
        this.#heard();
        return this.#events.connected();
      case 'message':
        return this.#events.message(packet.message);
      case 'answer':
        return this.#answers.get(packet.id)?.(packet.answer);
      case 'refused':
        this.#end();
        return this.#events.refused(packet.data);
      case 'closed':
        return this.#lose(true);
      case 'broken':
        return this.#lose();
      case 'nothing':
    }
  }

  /** Until the server has let us in, the time of the try runs on, whatever comes. */
  #heard(): void {
    if (!this.#connected && this.#silence !== undefined) return;
    clearTimeout(this.#silence);
    this.#silentUntil = performance.now() + this.#silentAtMostMs;
    this.#silence = setTimeout(() => this.#lose(), this.#silentAtMostMs);
  }

  #lose(byServer = false): void {
    const wasConnected = this.#connected;
    this.#end();
    this.#events.lost(wasConnected, byServer);
  }

  #end(): void {
    this.#connected = false;
    clearTimeout(this.#silence);
    this.#ended.abort();
    this.#socket.close();
  }
}

export function lost(message: string): CallError {
  return new CallError('signaling-failed', message);
}
