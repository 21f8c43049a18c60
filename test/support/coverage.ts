import { memberOf, type Call } from '../../server/calls/call.ts';
import type { SessionId, UserId } from '../../src/protocol/index.ts';

/** What a session is in a call: a row of the table in which commands are counted. */
export function partOf(
  call: Call,
  { userId, sessionId }: { readonly userId: UserId; readonly sessionId: SessionId },
): string {
  const part = memberOf(call, userId);
  if (part === null) return `stranger, ${call.status}`;
  if (part.status !== 'joined') return `${part.status}, ${call.status}`;
  const seat = part.sessionId === sessionId ? 'here' : 'elsewhere';
  return `${part.held ? 'held' : 'joined'} ${seat}, ${call.status}`;
}

/** How often each command came in each part: what is never tried proves nothing. */
export class Coverage {
  readonly #times = new Map<string, number>();

  add(part: string, command: string): void {
    const pair = `${command}: ${part}`;
    this.#times.set(pair, (this.#times.get(pair) ?? 0) + 1);
  }

  times(pair: string): number {
    return this.#times.get(pair) ?? 0;
  }

  /** Every pair met, by its name. */
  get pairs(): readonly string[] {
    return [...this.#times.keys()].sort();
  }

  /** What of these was met less often than that. */
  missing(wanted: readonly string[], least = 1): readonly string[] {
    return wanted.filter((pair) => this.times(pair) < least);
  }
}
