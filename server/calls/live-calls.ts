import type { CallId, SessionIdentity } from '../../src/protocol/index.ts';
import { hasSeat } from './model/call.ts';
import type { Call } from './model/call.ts';
import type { Committed } from './call-service.ts';

/** Cache of all live calls as last committed. Rules never decide by it. */
export class LiveCalls {
  readonly #calls = new Map<CallId, Call>();

  committed({ changes }: Pick<Committed, 'changes'>): void {
    for (const { after } of changes) this.put(after);
  }

  put(call: Call): void {
    if (call.status === 'ended') this.#calls.delete(call.callId);
    else this.#calls.set(call.callId, call);
  }

  get(callId: CallId): Call | null {
    return this.#calls.get(callId) ?? null;
  }

  inRoom(roomName: string): Call | null {
    return this.all().find((call) => call.roomName === roomName) ?? null;
  }

  /** Whether this session holds a seat in any live call. */
  hasSeat(session: SessionIdentity): boolean {
    return this.all().some((call) => hasSeat(call, session));
  }

  all(): readonly Call[] {
    return [...this.#calls.values()];
  }

  get size(): number {
    return this.#calls.size;
  }
}
