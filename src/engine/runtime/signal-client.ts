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
} from '../../protocol/index.ts';
import { CallError } from '../api/call-error.ts';
import type { Delivery } from '../state/effects.ts';
import type { Clock, Logger, SignalSocket } from '../api/ports.ts';

/** One try; a server that is up answers in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5000;
/** How long a person waits for a button to do something. */
const COMMAND_TIMEOUT_MS = 20_000;
const RETRY_DELAYS_MS = [250, 500, 1000, 2000];

export interface SignalClientEvents {
  connected(): void;
  disconnected(): void;
  refused(error: ErrorShape): void;
  message(message: ServerMessage): void;
  acked(command: Command, answer: Answer): void;
  /** Given up; whether the server has done it is not known. */
  failed(command: Command, error: CallError): void;
}

interface PendingCommand {
  readonly command: Command;
  readonly delivery: Delivery;
  attempts: number;
  /** A try is under way. */
  inFlight: boolean;
  cancelTimeout: () => void;
  cancelRetry: () => void;
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
  readonly #pending = new Map<CommandId, PendingCommand>();
  #status: 'closed' | 'disconnected' | 'syncing' | 'ready' = 'closed';
  /** Counts the connections: what comes from an older one no longer counts. */
  #generation = 0;
  #onFlushed = NOTHING;

  constructor(socket: SignalSocket, clock: Clock, logger: Logger, events: SignalClientEvents) {
    this.#socket = socket;
    this.#clock = clock;
    this.#logger = logger;
    this.#events = events;
  }

  open(server: string, handshake: () => Handshake): void {
    if (this.#status !== 'closed') this.#socket.close();
    for (const pending of this.#pending.values()) pending.inFlight = false;
    this.#generation += 1;
    const generation = this.#generation;
    const ifNewest =
      <A extends unknown[]>(act: (...args: A) => void) =>
      (...args: A) => {
        if (generation === this.#generation) act(...args);
      };
    this.#status = 'disconnected';
    this.#socket.open(server, handshake, {
      connected: ifNewest(() => {
        this.#status = 'syncing';
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
    const pending: PendingCommand = {
      command,
      delivery,
      attempts: 0,
      inFlight: false,
      cancelTimeout: NOTHING,
      cancelRetry: NOTHING,
    };
    this.#pending.set(command.id, pending);
    if (delivery === 'interactive') {
      const giveUp = () => this.#fail(pending, 'the call server did not answer');
      pending.cancelTimeout = this.#clock.after(COMMAND_TIMEOUT_MS, giveUp);
    }
    this.#attempt(pending);
  }

  /** The state after the (re)connect is known here: what was held back may go. */
  release(): void {
    if (this.#status !== 'syncing') return;
    this.#status = 'ready';
    for (const pending of [...this.#pending.values()]) this.#attempt(pending);
  }

  /** No longer wanted: not sent again, and no word of it. */
  drop(matches: (command: Command) => boolean): void {
    for (const pending of [...this.#pending.values()]) {
      if (matches(pending.command)) this.#remove(pending);
    }
  }

  /** Nothing that has to reach the server is left. */
  get isFlushed(): boolean {
    return [...this.#pending.values()].every(({ delivery }) => delivery !== 'reliable');
  }

  /** Settles when nothing that has to reach the server is left, or the time is up. */
  whenFlushed(timeoutMs: number): Promise<void> {
    if (this.isFlushed) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#clock.after(timeoutMs, done);
      function done(): void {
        stop();
        resolve();
      }
      this.#onFlushed = done;
    });
  }

  close(): void {
    this.#generation += 1;
    this.#status = 'closed';
    this.#socket.close();
    for (const pending of [...this.#pending.values()])
      this.#fail(pending, 'the connection is closed');
  }

  #onLost(): void {
    this.#status = 'disconnected';
    // It asked about this very connection; the next one asks anew.
    for (const pending of [...this.#pending.values()]) {
      if (pending.delivery === 'immediate') this.#remove(pending);
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

  #attempt(pending: PendingCommand): void {
    const ready =
      this.#status === 'ready' || (this.#status === 'syncing' && pending.delivery === 'immediate');
    if (!ready || pending.inFlight) return;
    pending.inFlight = true;
    pending.attempts += 1;
    const { attempts } = pending;
    this.#socket.send(pending.command, ATTEMPT_TIMEOUT_MS).then(
      (raw) => this.#onAck(pending, raw),
      (error: unknown) => {
        this.#logger.debug('a command was not answered', {
          type: pending.command.type,
          reason: error instanceof Error ? error.name : 'unknown',
        });
        if (attempts === pending.attempts) this.#scheduleRetry(pending);
      },
    );
  }

  #onAck(pending: PendingCommand, raw: unknown): void {
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
    if (!answer.ok && delivery !== 'interactive' && isTransient(answer.error)) {
      this.#scheduleRetry(pending);
      return;
    }
    this.#remove(pending);
    this.#events.acked(command, answer);
  }

  #scheduleRetry(pending: PendingCommand): void {
    pending.inFlight = false;
    if (!this.#isPending(pending) || (this.#status !== 'ready' && this.#status !== 'syncing'))
      return;
    const last = RETRY_DELAYS_MS.length - 1;
    const delay = RETRY_DELAYS_MS[Math.min(pending.attempts - 1, last)] ?? 0;
    pending.cancelRetry();
    pending.cancelRetry = this.#clock.after(delay, () => this.#attempt(pending));
  }

  #isPending(pending: PendingCommand): boolean {
    return this.#pending.get(pending.command.id) === pending;
  }

  #remove(pending: PendingCommand): void {
    if (!this.#isPending(pending)) return;
    this.#pending.delete(pending.command.id);
    pending.cancelTimeout();
    pending.cancelRetry();
    if (this.isFlushed) this.#onFlushed();
  }

  #fail(
    pending: PendingCommand,
    message: string,
    name: 'signaling-failed' | 'internal-error' = 'signaling-failed',
  ): void {
    if (!this.#isPending(pending)) return;
    this.#remove(pending);
    this.#events.failed(pending.command, new CallError(name, message));
  }
}

/** The server did nothing, and will do it when asked again. */
function isTransient({ name }: ErrorShape): boolean {
  return name === 'internal-error' || name === 'rate-limited';
}
