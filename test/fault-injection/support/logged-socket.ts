import { inPage } from './page-globals.ts';
import type { SignalEvents, SignalSocket } from '../../../src/engine/api/ports.ts';
import type { Command, Handshake } from '../../../src/protocol/index.ts';

/** A SignalSocket that lets someone see each answer before the engine does. */
export class LoggedSocket implements SignalSocket {
  readonly #socket: SignalSocket;
  readonly #onAnswer: (command: Command, answer: unknown) => void;

  constructor(socket: SignalSocket, onAnswer: (command: Command, answer: unknown) => void) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
  }

  open(server: string, handshake: () => Handshake, events: SignalEvents): void {
    inPage(() => this.#socket.open(server, handshake, events));
  }

  async send(command: Command, timeoutMs: number): Promise<unknown> {
    const answer = await this.#socket.send(command, timeoutMs);
    this.#onAnswer(command, answer);
    return answer;
  }

  close(): void {
    this.#socket.close();
  }
}
