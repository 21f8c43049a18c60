import type { Answer, Command, UserId } from '../../../src/protocol/index.ts';
import type { SentCommand } from '../virtual/system.ts';
import { realNow } from './time-scaling.ts';
import { format } from '../virtual/format.ts';
import type { Acknowledged } from './audit.ts';
import type { SocketLine } from './socket-line.ts';

/** Sees what goes over the lines of one life, and what happens in it. */
export class Recorder {
  readonly #began = realNow();
  readonly #notes: { readonly at: number; readonly words: () => string }[] = [];
  /** What the server acknowledged: it must never take any of it back. */
  readonly acks: Acknowledged[] = [];
  /** What was done, to be said again. */
  readonly said: SentCommand<SocketLine>[] = [];

  /** What no device may say. */
  readonly violations: string[] = [];
  /** The call that each line has asked for, as long as its page knows nothing of it. */
  readonly #callsAsked = new Map<SocketLine, Command>();

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

  onSend(link: SocketLine, command: Command): void {
    this.note(() => `${link.name} → ${format(command)}`);
    if (command.type === 'cancel' || command.type === 'hangup') this.forgetPendingCall(link);
    if (command.type !== 'call') return;
    const asked = this.#callsAsked.get(link);
    const again = asked !== undefined && asked.id !== command.id && isSame(asked, command);
    if (again) this.violations.push(`I10: ${link.name} calls by another id what was not answered`);
    this.#callsAsked.set(link, command);
  }

  /** Its page no longer waits for the acknowledgement: it is gone, saw the call, or gave up. */
  forgetPendingCall(link: SocketLine): void {
    this.#callsAsked.delete(link);
  }

  onAnswer(link: SocketLine, command: Command, raw: unknown, sentAt: number): void {
    // The engine decodes it itself; here it is only written down.
    const answer = raw as Answer;
    if (this.#callsAsked.get(link)?.id === command.id) this.#callsAsked.delete(link);
    this.acks.push({ userId: link.userId, command, answer, sentAt });
    if (answer.ok) this.said.push({ link, command });
  }
}

function isSame(one: Command, other: Command): boolean {
  return JSON.stringify({ ...one, id: '' }) === JSON.stringify({ ...other, id: '' });
}

/** Of which user a line is, and which of their devices. */
export interface LineOwner {
  readonly name: string;
  readonly userId: UserId;
}
