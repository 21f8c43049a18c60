import { CallError } from '../../../../src/engine/api/call-error.ts';
import type { Clock, SignalEvents } from '../../../../src/engine/api/ports.ts';
import {
  decodeRefusal,
  errorShape,
  type Command,
  type Handshake,
  type LeaveBeacon,
} from '../../../../src/protocol/index.ts';
import type { Line } from './system.ts';

/** What is on its way to the server. */
export type Up =
  | { readonly type: 'hello'; readonly handshake: Handshake }
  | { readonly type: 'command'; readonly attempt: number; readonly command: Command }
  | { readonly type: 'beacon'; readonly body: LeaveBeacon };

/** What is on its way to a device. */
export type Down =
  | { readonly type: 'let in' }
  | { readonly type: 'refused'; readonly data: unknown }
  | { readonly type: 'message'; readonly frame: unknown }
  | { readonly type: 'answer'; readonly attempt: number; readonly raw: unknown }
  | { readonly type: 'closed' };

/** The server's end of one connection. */
export interface ServerEnd {
  gone(): void;
}

/** As in the real socket: the shortest and the longest delay between two attempts. */
const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 3000;
/** Within these times each end detects a dead connection by itself. */
const CLIENT_NOTICES_MS = 14_000;
const SERVER_NOTICES_MS = 13_000;

interface Opened {
  readonly clock: Clock;
  readonly events: SignalEvents;
  readonly handshake: () => Handshake;
}

/**
 * The connection of one device: a queue in each direction, which the test delivers in order. It breaks
 * openly (both ends notice, messages on their way are lost) or silently (each end notices later).
 */
export class Link implements Line {
  readonly up: Up[] = [];
  readonly down: Down[] = [];
  /** No new connection can be made. */
  away = false;
  readonly #worldClock: Clock;
  #clock: Clock;
  #opened: Opened | null = null;
  #state: 'none' | 'trying' | 'connected' = 'none';
  #server: ServerEnd | null = null;
  /** All messages from now on are lost. */
  #dead = false;
  #failures = 0;
  #serials = 0;
  readonly #waiting = new Map<number, { resolve(raw: unknown): void; reject(): void }>();
  #cancel: (() => void)[] = [];

  constructor(worldClock: Clock) {
    this.#worldClock = worldClock;
    this.#clock = worldClock;
  }

  /** The page's own clock: its timers end with it. */
  useClock(clock: Clock): void {
    this.#clock = clock;
  }

  get isConnected(): boolean {
    return this.#state === 'connected' && !this.#dead;
  }

  get isQuiet(): boolean {
    return !this.#dead && this.up.length + this.down.length === 0;
  }

  open(_server: string, handshake: () => Handshake, events: SignalEvents): void {
    this.close();
    this.#opened = { clock: this.#clock, events, handshake };
    this.#failures = 0;
    this.#try();
  }

  close(): void {
    this.#opened = null;
    this.#end();
  }

  send(command: Command, timeoutMs: number): Promise<unknown> {
    if (this.#state !== 'connected') return Promise.reject(new CallError('signaling-failed'));
    const attempt = (this.#serials += 1);
    if (!this.#dead) this.up.push({ type: 'command', attempt, command: onTheWire(command) });
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#waiting.delete(attempt);
        stop();
        reject(new CallError('signaling-failed'));
      };
      const stop = this.#clock.after(timeoutMs, fail);
      const answered = (raw: unknown): void => {
        this.#waiting.delete(attempt);
        stop();
        resolve(raw);
      };
      this.#waiting.set(attempt, { resolve: answered, reject: fail });
    });
  }

  sendBeacon(body: LeaveBeacon): void {
    if (!this.away && !this.#dead) this.up.push({ type: 'beacon', body: onTheWire(body) });
  }

  /** The server has admitted this connection; this is the server's end of it. */
  letIn(server: ServerEnd): void {
    this.#server = server;
    this.deliver({ type: 'let in' });
  }

  /** False when a newer connection has replaced it. */
  isOf(server: ServerEnd): boolean {
    return this.#server === server;
  }

  deliver(down: Down): void {
    if (!this.#dead) this.down.push(onTheWire(down));
  }

  /** The server closes it; messages sent before still arrive. */
  closedByServer(server: ServerEnd): void {
    if (this.#server !== server) return;
    this.#server = null;
    this.deliver({ type: 'closed' });
    server.gone();
  }

  /** Delivers the next message to the device. */
  hear(): void {
    const down = this.down.shift();
    if (down === undefined || this.#opened === null) return;
    const { events } = this.#opened;
    switch (down.type) {
      case 'let in':
        this.#state = 'connected';
        this.#failures = 0;
        return events.connected();
      case 'refused':
        return this.#refused(down.data);
      case 'message':
        return this.#message(down.frame);
      case 'answer':
        return this.#waiting.get(down.attempt)?.resolve(down.raw);
      case 'closed':
        return this.#lost();
    }
  }

  /** The connection breaks, and both ends notice. */
  break(): void {
    if (this.#state === 'none') return;
    this.#cutServer();
    this.#lost();
  }

  /** The connection dies, and no end notices. */
  die(): void {
    if (this.#state !== 'connected' || this.#dead) return;
    this.#dead = true;
    this.up.length = this.down.length = 0;
    const server = this.#server;
    // Stopped when the connection ends for another reason.
    this.#cancel.push(this.#clock.after(CLIENT_NOTICES_MS, () => this.#lost()));
    // On the server's own clock: the page may close.
    this.#worldClock.after(SERVER_NOTICES_MS, () => {
      if (server === null) return;
      if (this.#server === server) this.#server = null;
      server.gone();
    });
  }

  /** The server stops, and every device notices. */
  serverDied(): void {
    this.#server = null;
    if (this.#state !== 'none' && !this.#dead) this.#lost();
  }

  /** The page closes: none of its code runs any more. */
  pageGone(): void {
    const beacons = this.up.filter(({ type }) => type === 'beacon');
    this.#opened = null;
    this.#end();
    this.up.push(...beacons);
  }

  /** The network or the user is back: reconnects without a delay. */
  tryNow(): void {
    if (this.#opened === null || this.#state !== 'none') return;
    this.#stopTimers();
    this.#try();
  }

  #try(): void {
    const { handshake } = this.#opened ?? {};
    if (handshake === undefined) return;
    if (this.away) {
      this.#tryLater();
      this.#opened?.events.unreachable();
      return;
    }
    this.#state = 'trying';
    this.up.push({ type: 'hello', handshake: onTheWire(handshake()) });
  }

  #tryLater(): void {
    const wait = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancel.push(this.#clock.after(wait, () => this.#try()));
  }

  #lost(): void {
    const events = this.#opened?.events;
    const was = this.#state;
    this.#end();
    if (events === undefined || was === 'none') return;
    this.#tryLater();
    if (was === 'connected') events.disconnected();
    else events.unreachable();
  }

  #refused(data: unknown): void {
    const events = this.#opened?.events;
    this.#end();
    const refusal = decodeRefusal(data);
    const shape = refusal && errorShape(refusal.name, refusal.message);
    if (shape && !shape.retryable) {
      this.#opened = null;
      return events?.refused(shape);
    }
    this.#tryLater();
    events?.unreachable();
  }

  #message(frame: unknown): void {
    const events = this.#opened?.events;
    events?.message(frame);
    const kicked =
      typeof frame === 'object' && frame !== null && 'type' in frame && frame.type === KICKED;
    if (!kicked || this.#opened === null) return;
    this.close();
    events?.disconnected();
  }

  /** Removes all state of this connection. */
  #end(): void {
    this.#stopTimers();
    this.#cutServer();
    this.#state = 'none';
    this.#dead = false;
    this.up.length = this.down.length = 0;
    for (const { reject } of [...this.#waiting.values()]) reject();
  }

  #cutServer(): void {
    const server = this.#server;
    this.#server = null;
    // The server is not notified of a dead connection: it notices at its own timeout.
    if (!this.#dead) server?.gone();
  }

  #stopTimers(): void {
    for (const cancel of this.#cancel.splice(0)) cancel();
  }
}

const KICKED = 'kicked-offline';

/** Passes on only what the wire format can carry. */
function onTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
