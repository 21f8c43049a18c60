import type { Answer, Command, SessionId, UserId } from '../../src/protocol/index.ts';
import type { Acknowledged } from '../faults/support/ack-log.ts';
import type { Said } from '../property/stage.ts';
import { realNow } from './faster.ts';
import type { SocketLine } from './socket-line.ts';

/** Sees what goes over the lines of one life, and what happens in it. */
export class Witness {
  readonly #began = realNow();
  readonly #notes: { readonly at: number; readonly words: () => string }[] = [];
  /** What the server acknowledged: it must never take any of it back. */
  readonly acks: Acknowledged[] = [];
  /** What was done, to be said again. */
  readonly said: Said<SocketLine>[] = [];

  /** How much was noted until now. */
  get length(): number {
    return this.#notes.length;
  }

  /** Everything, with its time. */
  get trace(): readonly string[] {
    return this.#notes.map(({ at, words }) => `${at.toFixed(0).padStart(6)} ms  ${words()}`);
  }

  /** Worded only when something has gone wrong. */
  note(words: () => string): void {
    this.#notes.push({ at: realNow() - this.#began, words });
  }

  answered(link: SocketLine, sessionId: SessionId, command: Command, raw: unknown): void {
    // The engine decodes it itself; here it is only written down.
    const answer = raw as Answer;
    this.acks.push({ userId: link.userId, sessionId, command, answer, at: realNow() });
    if (answer.ok) this.said.push({ link, command });
  }
}

/** Of which user a line is, and which of their devices. */
export interface Whose {
  readonly name: string;
  readonly userId: UserId;
}
