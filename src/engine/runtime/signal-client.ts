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

/** The time limit of one attempt. A reachable server acknowledges within milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5000;
/** The time limit of an interactive command. */
const COMMAND_TIMEOUT_MS = 20_000;
const RETRY_DELAYS_MS = [250, 500, 1000, 2000];

/** The events of a SignalClient. */
export interface SignalClientEvents {
  connected(): void;
  disconnected(): void;
  refused(error: ErrorShape): void;
  message(message: ServerMessage): void;
  acked(command: Command, answer: Answer): void;
  /** The client gave the command up; the server may have processed it. */
  failed(command: Command, error: CallError): void;
}

interface PendingCommand {
  readonly command: Command;
  readonly delivery: Delivery;
  attempts: number;
  /** An attempt waits for its acknowledgement. */
  inFlight: boolean;
  cancelTimeout: () => void;
  cancelRetry: () => void;
}

const noop = (): void => undefined;

/**
 * Sends commands and repeats each with the same id, over several connections if necessary, until the
 * server acknowledges it. After each (re)connect, commands wait until `release()`. Owns the pending
 * commands and their timers; does not interpret them. `close()` ends it; `open()` starts it again.
 */
export class SignalClient {
  readonly #socket: SignalSocket;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #events: SignalClientEvents;
  readonly #pending = new Map<CommandId, PendingCommand>();
  #status: 'closed' | 'disconnected' | 'syncing' | 'ready' = 'closed';
  /** Counts the sockets, so that events of an older one are ignored. */
  #generation = 0;
  #onFlushed = noop;

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
      unreachable: ifNewest(() => this.#logger.debug('call server cannot be reached')),
      message: ifNewest((frame: unknown) => this.#onFrame(frame)),
    });
  }

  /** Sends the command; `delivery` says for how long. */
  send(command: Command, delivery: Delivery): void {
    const pending: PendingCommand = {
      command,
      delivery,
      attempts: 0,
      inFlight: false,
      cancelTimeout: noop,
      cancelRetry: noop,
    };
    this.#pending.set(command.id, pending);
    if (delivery === 'interactive') {
      const giveUp = () => this.#fail(pending, 'not acknowledged by the call server');
      pending.cancelTimeout = this.#clock.after(COMMAND_TIMEOUT_MS, giveUp);
    }
    this.#attempt(pending);
  }

  /** Sends the waiting commands, after the sync has been applied. */
  release(): void {
    if (this.#status !== 'syncing') return;
    this.#status = 'ready';
    for (const pending of [...this.#pending.values()]) this.#attempt(pending);
  }

  /** Forgets the matching commands: no further attempt, and no event. */
  drop(matches: (command: Command) => boolean): void {
    for (const pending of [...this.#pending.values()]) {
      if (matches(pending.command)) this.#remove(pending);
    }
  }

  /** Whether no `reliable` command is pending. */
  get isFlushed(): boolean {
    return [...this.#pending.values()].every(({ delivery }) => delivery !== 'reliable');
  }

  /** Resolves when no `reliable` command is pending, or after `timeoutMs`. */
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
    // An immediate command concerns the lost connection only.
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
      this.#logger.warn('message of the server is malformed', { reason: error.message });
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
        this.#logger.debug('command was not acknowledged', {
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
      this.#logger.warn('acknowledgement is malformed', { reason: error.message });
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

/** Whether the server changed nothing and the same command can succeed later. */
function isTransient({ name }: ErrorShape): boolean {
  return name === 'internal-error' || name === 'rate-limited';
}
