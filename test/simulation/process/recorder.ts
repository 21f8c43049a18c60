import type { Answer, Command, UserId } from '../../../src/protocol/index.ts';
import type { SentCommand } from '../virtual/system/system.ts';
import { realNow } from './time-scaling.ts';
import { format } from '../virtual/format.ts';
import type { Acknowledged } from './audit.ts';
import type { SocketLine } from './socket-line.ts';

/** Records the messages on all connections of one sequence, and the steps of the sequence. */
export class Recorder {
  readonly #began = realNow();
  readonly #notes: { readonly at: number; readonly words: () => string }[] = [];
  /** The commands that the server has acknowledged: it must never lose one. */
  readonly acks: Acknowledged[] = [];
  /** The commands that were sent, for steps that repeat one. */
  readonly sent: SentCommand<SocketLine>[] = [];

  /** Violations that devices report. */
  readonly violations: string[] = [];
  /** The call that each connection has requested, until its page knows the call. */
  readonly #pendingCalls = new Map<SocketLine, Command>();
  /** The ids of all calls that were requested: a resend has one of them. */
  readonly #requestedCalls = new Set<Command['id']>();

  /** The number of entries so far. */
  get length(): number {
    return this.#notes.length;
  }

  /** All entries, each with its time. */
  get trace(): readonly string[] {
    return this.#notes.map(({ at, words }) => `${at.toFixed(0).padStart(6)} ms  ${words()}`);
  }

  /** Formatted only after a failure. */
  note(words: () => string): void {
    this.#notes.push({ at: realNow() - this.#began, words });
  }

  onSend(link: SocketLine, command: Command): void {
    this.note(() => `${link.name} → ${format(command)}`);
    if (command.type === 'cancel' || command.type === 'hangup') this.forgetPendingCall(link);
    if (command.type !== 'call') return;
    const asked = this.#pendingCalls.get(link);
    const isNew = !this.#requestedCalls.has(command.id);
    this.#requestedCalls.add(command.id);
    const again = asked !== undefined && isNew && isSame(asked, command);
    if (again) this.violations.push(`I10: ${link.name} calls by another id what was not answered`);
    this.#pendingCalls.set(link, command);
  }

  /** The page no longer waits for the acknowledgement: it is closed, has the call, or gave up. */
  forgetPendingCall(link: SocketLine): void {
    this.#pendingCalls.delete(link);
  }

  onAnswer(link: SocketLine, command: Command, raw: unknown, sentAt: number): void {
    // The engine decodes the message itself; this only records it.
    const answer = raw as Answer;
    if (this.#pendingCalls.get(link)?.id === command.id) this.#pendingCalls.delete(link);
    this.acks.push({ userId: link.userId, command, answer, sentAt });
    if (answer.ok) this.sent.push({ link, command });
  }
}

function isSame(one: Command, other: Command): boolean {
  return JSON.stringify({ ...one, id: '' }) === JSON.stringify({ ...other, id: '' });
}

/** The user and the device of a connection. */
export interface LineOwner {
  readonly name: string;
  readonly userId: UserId;
}
