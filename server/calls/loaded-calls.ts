import type { CallId } from '../../src/protocol/index.ts';
import type { Call } from './model/call.ts';
import type { Change, Decided } from './model/decision.ts';
import { applyDeadlines } from './rules/index.ts';

/** The calls that were loaded for one command, with their due deadlines applied. */
export class LoadedCalls {
  readonly #now: number;
  /** Calls with deadlines applied → the same calls as stored. */
  readonly #stored = new Map<Call, Call>();
  /** Calls by id, so that a call that is found twice stays one object. */
  readonly #loaded = new Map<CallId, Call>();

  constructor(now: number) {
    this.#now = now;
  }

  withDeadlinesApplied(stored: Call): Call {
    const loaded = this.#loaded.get(stored.callId);
    if (loaded !== undefined) return loaded;
    const call = applyDeadlines(stored, this.#now);
    if (call !== stored) this.#stored.set(call, stored);
    this.#loaded.set(stored.callId, call);
    return call;
  }

  /** The changes of a decision and those by deadlines, from the calls as stored. */
  rebased({ changes }: Decided): readonly Change[] {
    const rebased = changes.map(({ before, after }) => {
      const stored = before === null ? null : (this.#stored.get(before) ?? before);
      if (before !== null) this.#stored.delete(before);
      return { before: stored, after };
    });
    const byTime = [...this.#stored].map(([after, before]) => ({ before, after }));
    return [...byTime, ...rebased];
  }
}
