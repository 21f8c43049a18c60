import type { CallId, SessionIdentity } from '../../src/protocol/index.ts';
import { hasSeat } from './model/call.ts';
import type { Call } from './model/call.ts';
import type { Committed } from './change-writer.ts';

/** More than the calls that end within the longest delay of a message. */
const MAX_ENDED = 10_000;

/** Cache of all live calls as last committed. Rules never decide by it. */
export class LiveCalls {
  readonly #calls = new Map<CallId, Call>();
  /** The latest calls that ended: a late message does not add them again. */
  readonly #ended = new Set<CallId>();

  committed({ changes }: Pick<Committed, 'changes'>): void {
    for (const { after } of changes) this.put(after);
  }

  /** Ignores an older version than the known one: messages of other nodes arrive in any order. */
  put(call: Call): void {
    const { callId, version } = call;
    if (version < (this.#calls.get(callId)?.version ?? 0) || this.#ended.has(callId)) return;
    if (call.status === 'ended') this.#end(callId);
    else this.#calls.set(callId, call);
  }

  /** Whether this version is one that is not known here. */
  isNews({ callId, version }: Call): boolean {
    return !this.#ended.has(callId) && version > (this.#calls.get(callId)?.version ?? 0);
  }

  #end(callId: CallId): void {
    this.#calls.delete(callId);
    this.#ended.add(callId);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) break;
      this.#ended.delete(oldest);
    }
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

  callsOfSeat(session: SessionIdentity): readonly CallId[] {
    return this.all().flatMap((call) => (hasSeat(call, session) ? [call.callId] : []));
  }

  all(): readonly Call[] {
    return [...this.#calls.values()];
  }

  get size(): number {
    return this.#calls.size;
  }
}
