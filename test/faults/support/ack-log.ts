import { appendFileSync, readFileSync } from 'node:fs';
import type { Answer, Command, CommandType, UserId } from '../../../src/protocol/index.ts';

/** One command that the server has acknowledged, as the client heard it. */
export interface Acknowledged {
  readonly userId: UserId;
  readonly sessionId: string;
  readonly command: Command;
  readonly answer: Answer;
}

/** These leave a row; `alerted` may be said again at any time, the others change no call. */
const ACTS: ReadonlySet<CommandType> = new Set([
  'call',
  'cancel',
  'accept',
  'reject',
  'hangup',
  'switch-media-type',
]);

export function isAct(type: CommandType): boolean {
  return ACTS.has(type);
}

/**
 * What was acknowledged, in a file outside the server: the server must never take any of it back. Written
 * at once and read from the disk again, so that the judge sees what the clients saw.
 */
export class AckLog {
  readonly #file: string;
  readonly #looks = new Set<(one: Acknowledged) => void>();
  #count = 0;
  #acts = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Commands by which somebody did something to a call; what devices ask by themselves does not count. */
  get acts(): number {
    return this.#acts;
  }

  add(one: Acknowledged): void {
    this.#count += 1;
    if (one.answer.ok && isAct(one.command.type)) this.#acts += 1;
    appendFileSync(this.#file, `${JSON.stringify(one)}\n`);
    for (const look of [...this.#looks]) look(one);
  }

  /** The next answer that is so. */
  until(isSo: (one: Acknowledged) => boolean): Promise<Acknowledged> {
    return new Promise((resolve) => {
      const look = (one: Acknowledged): void => {
        if (!isSo(one)) return;
        this.#looks.delete(look);
        resolve(one);
      };
      this.#looks.add(look);
    });
  }

  read(): readonly Acknowledged[] {
    if (this.#count === 0) return [];
    const lines = readFileSync(this.#file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as Acknowledged);
  }
}
