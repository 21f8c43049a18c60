import {
  decodeAnswer,
  decodeServerMessage,
  ProtocolError,
  type Answer,
  type Command,
  type CommandId,
  type ErrorShape,
  type Handshake,
  type ServerMessage,
} from '../protocol/index.ts';
import { CallError } from './call-error.ts';
import type { Delivery } from './call-effect.ts';
import type { Clock, Logger, SignalSocket } from './ports.ts';

/** One try; a server that is up answers in milliseconds. */
const TRY_MS = 5000;
/** How long a person waits for a button to do something. */
const PATIENCE_MS = 20_000;
const RETRY_DELAYS_MS = [250, 500, 1000, 2000];

export interface SignalClientEvents {
  connected(): void;
  disconnected(): void;
  refused(error: ErrorShape): void;
  message(message: ServerMessage): void;
  answered(command: Command, answer: Answer): void;
  /** Given up; whether the server has done it is not known. */
  failed(command: Command, error: CallError): void;
}

interface Pending {
  readonly command: Command;
  readonly delivery: Delivery;
  tries: number;
  /** A try is under way. */
  busy: boolean;
  stopPatience: () => void;
  stopRetry: () => void;
}

const NOTHING = (): void => undefined;

/**
 * Sends commands until they are answered: with the same id each time, over however many connections
 * it takes. Owns the commands under way and their timers; does not own what they mean. Commands wait
 * from each (re)connect until `release()`. Ends when `close()` is called; `open()` starts it again.
 */
export class SignalClient {
  readonly #socket: SignalSocket;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #events: SignalClientEvents;
  readonly #pending = new Map<CommandId, Pending>();
  #link: 'closed' | 'down' | 'held' | 'free' = 'closed';
  /** Counts the connections: what comes from an older one no longer counts. */
  #generation = 0;
  #onDelivered = NOTHING;

  constructor(socket: SignalSocket, clock: Clock, logger: Logger, events: SignalClientEvents) {
    this.#socket = socket;
    this.#clock = clock;
    this.#logger = logger;
    this.#events = events;
  }

  open(server: string, handshake: () => Handshake): void {
    if (this.#link !== 'closed') this.#socket.close();
    for (const pending of this.#pending.values()) pending.busy = false;
    this.#generation += 1;
    const generation = this.#generation;
    const ifNewest =
      <A extends unknown[]>(act: (...args: A) => void) =>
      (...args: A) => {
        if (generation === this.#generation) act(...args);
      };
    this.#link = 'down';
    this.#socket.open(server, handshake, {
      connected: ifNewest(() => {
        this.#link = 'held';
        this.#events.connected();
      }),
      disconnected: ifNewest(() => {
        this.#onLost();
        this.#events.disconnected();
      }),
      refused: ifNewest((error: ErrorShape) => {
        this.#onLost();
        this.#events.refused(error);
      }),
      unreachable: ifNewest(() => this.#logger.debug('the call server cannot be reached')),
      message: ifNewest((frame: unknown) => this.#onFrame(frame)),
    });
  }

  send(command: Command, delivery: Delivery): void {
    const pending: Pending = {
      command,
      delivery,
      tries: 0,
      busy: false,
      stopPatience: NOTHING,
      stopRetry: NOTHING,
    };
    this.#pending.set(command.id, pending);
    if (delivery === 'patient') {
      const giveUp = () => this.#fail(pending, 'the call server did not answer');
      pending.stopPatience = this.#clock.after(PATIENCE_MS, giveUp);
    }
    this.#try(pending);
  }

  /** The state after the (re)connect is known here: what was held back may go. */
  release(): void {
    if (this.#link !== 'held') return;
    this.#link = 'free';
    for (const pending of [...this.#pending.values()]) this.#try(pending);
  }

  /** No longer wanted: not sent again, and no word of it. */
  drop(matches: (command: Command) => boolean): void {
    for (const pending of [...this.#pending.values()]) {
      if (matches(pending.command)) this.#forget(pending);
    }
  }

  /** Nothing that has to reach the server is left. */
  get delivered(): boolean {
    return [...this.#pending.values()].every(({ delivery }) => delivery !== 'kept');
  }

  /** Settles when nothing that has to reach the server is left, or the time is up. */
  whenDelivered(patienceMs: number): Promise<void> {
    if (this.delivered) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#clock.after(patienceMs, done);
      function done(): void {
        stop();
        resolve();
      }
      this.#onDelivered = done;
    });
  }

  close(): void {
    this.#generation += 1;
    this.#link = 'closed';
    this.#socket.close();
    for (const pending of [...this.#pending.values()])
      this.#fail(pending, 'the connection is closed');
  }

  #onLost(): void {
    this.#link = 'down';
    // It asked about this very connection; the next one asks anew.
    for (const pending of [...this.#pending.values()]) {
      if (pending.delivery === 'now') this.#forget(pending);
    }
  }

  #onFrame(frame: unknown): void {
    try {
      const message = decodeServerMessage(frame);
      if (message !== null) this.#events.message(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#logger.warn('the server was not understood', { reason: error.message });
    }
  }

  #try(pending: Pending): void {
    const free = this.#link === 'free' || (this.#link === 'held' && pending.delivery === 'now');
    if (!free || pending.busy) return;
    pending.busy = true;
    pending.tries += 1;
    const { tries } = pending;
    this.#socket.send(pending.command, TRY_MS).then(
      (raw) => this.#onRaw(pending, raw),
      (error: unknown) => {
        this.#logger.debug('a command was not answered', {
          type: pending.command.type,
          reason: error instanceof Error ? error.name : 'unknown',
        });
        if (tries === pending.tries) this.#tryLater(pending);
      },
    );
  }

  #onRaw(pending: Pending, raw: unknown): void {
    if (!this.#isPending(pending)) return;
    const { command, delivery } = pending;
    let answer: Answer;
    try {
      answer = decodeAnswer(command.type, raw);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#logger.warn('the server was not understood', { reason: error.message });
      this.#fail(pending, error.message, 'internal-error');
      return;
    }
    if (!answer.ok && delivery !== 'patient' && isPassing(answer.error)) {
      this.#tryLater(pending);
      return;
    }
    this.#forget(pending);
    this.#events.answered(command, answer);
  }

  #tryLater(pending: Pending): void {
    pending.busy = false;
    if (!this.#isPending(pending) || (this.#link !== 'free' && this.#link !== 'held')) return;
    const last = RETRY_DELAYS_MS.length - 1;
    const delay = RETRY_DELAYS_MS[Math.min(pending.tries - 1, last)] ?? 0;
    pending.stopRetry();
    pending.stopRetry = this.#clock.after(delay, () => this.#try(pending));
  }

  #isPending(pending: Pending): boolean {
    return this.#pending.get(pending.command.id) === pending;
  }

  #forget(pending: Pending): void {
    if (!this.#isPending(pending)) return;
    this.#pending.delete(pending.command.id);
    pending.stopPatience();
    pending.stopRetry();
    if (this.delivered) this.#onDelivered();
  }

  #fail(
    pending: Pending,
    message: string,
    name: 'signaling-failed' | 'internal-error' = 'signaling-failed',
  ): void {
    if (!this.#isPending(pending)) return;
    this.#forget(pending);
    this.#events.failed(pending.command, new CallError(name, message));
  }
}

/** The server did nothing, and will do it when asked again. */
function isPassing({ name }: ErrorShape): boolean {
  return name === 'internal-error' || name === 'rate-limited';
}
