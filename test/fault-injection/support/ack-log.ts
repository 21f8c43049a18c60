import { appendFileSync, readFileSync } from 'node:fs';
import type { Answer, Command, CommandType, UserId } from '../../../src/protocol/index.ts';

/** One command that the server has acknowledged, as the client heard it. */
export interface Acknowledged {
  readonly userId: UserId;
  readonly sessionId: string;
  readonly command: Command;
  readonly answer: Answer;
  /** By the clock of who keeps the log; in an AckLog epoch ms, by the machine's clock that is the server's, too. */
  readonly at: number;
}

/** These leave a row; `alerted` may be said again at any time, the others change no call. */
const ACTS: ReadonlySet<CommandType> = new Set([
  'call',
  'cancel',
  'accept',
  'reject',
  'hangup',
  'invite',
  'join',
  'join-group',
  'hold',
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

  /**
   * Commands by which somebody did something to a call. Neither what devices ask by themselves counts, nor
   * what was taken back while the server was down.
   */
  get acts(): number {
    return this.#acts;
  }

  add(heard: Omit<Acknowledged, 'at'>): void {
    const one = { ...heard, at: Date.now() };
    this.#count += 1;
    if (isAct(one.command.type) && changedACall(one.answer)) this.#acts += 1;
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

function changedACall(answer: Answer): boolean {
  return answer.ok && 'call' in answer && answer.call !== null;
}
