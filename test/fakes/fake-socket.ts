import { CallError } from '../../src/engine/api/call-error.ts';
import type { SignalEvents, SignalSocket } from '../../src/engine/api/ports.ts';
import type {
  Answer,
  Command,
  CommandOf,
  CommandType,
  ErrorName,
  Handshake,
  ServerMessage,
} from '../../src/protocol/index.ts';
import { errorShape } from '../../src/protocol/index.ts';

interface Try {
  readonly command: Command;
  readonly resolve: (raw: unknown) => void;
  readonly reject: (error: CallError) => void;
}

/** A connection whose server side the test controls. */
export class FakeSocket implements SignalSocket {
  /** Each attempt of each command, in order. */
  readonly sent: Command[] = [];
  readonly handshakes: Handshake[] = [];
  opened = 0;
  #open: { events: SignalEvents; handshake: () => Handshake } | null = null;
  #connected = false;
  #tries: Try[] = [];

  open(_server: string, handshake: () => Handshake, events: SignalEvents): void {
    this.opened += 1;
    this.#open = { events, handshake };
  }

  send(command: Command, _timeoutMs: number): Promise<unknown> {
    this.sent.push(command);
    if (!this.#connected) return Promise.reject(new CallError('signaling-failed'));
    return new Promise((resolve, reject) => this.#tries.push({ command, resolve, reject }));
  }

  close(): void {
    this.#open = null;
    this.#connected = false;
    this.#rejectTries();
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  connect(): void {
    if (this.#open === null) throw new Error('nobody connects');
    this.handshakes.push(this.#open.handshake());
    this.#connected = true;
    this.#open.events.connected();
  }

  drop(): void {
    this.#connected = false;
    this.#rejectTries();
    this.#open?.events.disconnected();
  }

  refuse(name: ErrorName): void {
    if (this.#open === null) throw new Error('nobody connects');
    this.handshakes.push(this.#open.handshake());
    this.#open.events.refused(errorShape(name));
  }

  push(message: ServerMessage): void {
    this.#open?.events.message(onTheWire(message));
  }

  pushRaw(frame: unknown): void {
    this.#open?.events.message(frame);
  }

  /** The newest command of this type that is not acknowledged. */
  waiting<T extends CommandType>(type: T): CommandOf<T> | null {
    const found = this.#tries.findLast(({ command }) => command.type === type);
    return found === undefined ? null : (found.command as CommandOf<T>);
  }

  answer<T extends CommandType>(type: T, answer: Answer<T>): CommandOf<T> {
    const found = this.#take(type);
    found.resolve(onTheWire(answer));
    return found.command as CommandOf<T>;
  }

  answerRaw(type: CommandType, raw: unknown): void {
    this.#take(type).resolve(raw);
  }

  /** The attempt times out. */
  timeOut(type: CommandType): void {
    this.#take(type).reject(new CallError('signaling-failed'));
  }

  /** The attempts of commands of this type. */
  tries(type: CommandType): readonly Command[] {
    return this.sent.filter((command) => command.type === type);
  }

  #take(type: CommandType): Try {
    const found = this.#tries.findLast(({ command }) => command.type === type);
    if (found === undefined) throw new Error(`no ${type} waits for an answer`);
    this.#tries = this.#tries.filter((one) => one !== found);
    return found;
  }

  #rejectTries(): void {
    for (const { reject } of this.#tries.splice(0)) reject(new CallError('signaling-failed'));
  }
}

/** Copies a value as JSON, as the wire does. */
function onTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
