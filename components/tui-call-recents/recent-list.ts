import type { RecentCall } from '../../src/protocol/index.ts';
import type { RecentPage } from '../../src/engine/call-effect.ts';
import type { RecentsCall } from './recents-call.ts';

/** As many as the server gives at once. */
const MOST_AT_ONCE = 50;

/** What is known of the list of one user. `failed`: nothing of it is. */
export type Listing =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed' }
  | {
      readonly phase: 'listed';
      readonly calls: readonly RecentCall[];
      /** Behind which more begin; null: there are no more. */
      readonly cursor: string | null;
    };

/**
 * The newest page put in front of what is there already: what was deleted elsewhere is gone, what was
 * paged to stays.
 */
export function withNewest(listing: Listing, { calls, cursor }: RecentPage): Listing {
  const fresh: Listing = { phase: 'listed', calls, cursor };
  const last = calls.at(-1);
  if (listing.phase !== 'listed' || cursor === null || last === undefined) return fresh;
  const known = new Set(calls.map(({ callId }) => callId));
  const older = listing.calls.filter(
    ({ callId, startedAt }) => startedAt <= last.startedAt && !known.has(callId),
  );
  return older.length ? { ...listing, calls: [...calls, ...older] } : fresh;
}

/**
 * The list of the user who is signed in. Asks one thing after the other, so that no answer overtakes a
 * later one, and takes nothing in for a user who is not signed in any more.
 */
export class RecentList {
  listing: Listing = { phase: 'loading' };
  /** Calls that are being deleted. */
  readonly leaving = new Set<string>();
  /** More are on their way. */
  growing = false;
  readonly pageSize: () => number;
  readonly #changed: () => void;
  #call: RecentsCall | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> | null = null;

  constructor(parts: { readonly pageSize: () => number; readonly changed: () => void }) {
    this.pageSize = parts.pageSize;
    this.#changed = parts.changed;
  }

  /** From now on it is the list of whom this one has signed in; null: nobody's. */
  open(call: RecentsCall | null): void {
    this.#call = call;
    this.listing = { phase: 'loading' };
    this.leaving.clear();
    this.growing = false;
    this.#last = Promise.resolve();
    this.#refreshing = null;
    this.#changed();
  }

  /** Loads the newest page, at first or again. Asked for twice before it begins, it is done once. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#inTurn(async (call, isNow) => {
      this.#refreshing = null;
      try {
        const page = await call.queryRecentCalls({ limit: this.pageSize() });
        if (isNow()) this.listing = withNewest(this.listing, page);
      } catch (error) {
        if (isNow() && this.listing.phase !== 'listed') this.listing = { phase: 'failed' };
        throw error;
      }
    }));
  }

  /** The next page. */
  async grow(): Promise<void> {
    if (this.growing) return;
    this.growing = true;
    this.#changed();
    await this.#inTurn(async (call, isNow) => {
      try {
        const { listing } = this;
        if (listing.phase !== 'listed' || listing.cursor === null) return;
        const { cursor } = listing;
        const page = await call.queryRecentCalls({ limit: this.pageSize(), cursor });
        const calls = [...listing.calls, ...page.calls];
        if (isNow()) this.listing = { ...listing, cursor: page.cursor, calls };
      } finally {
        this.growing = false;
      }
    });
  }

  async remove(callId: string): Promise<void> {
    if (this.leaving.has(callId)) return;
    this.leaving.add(callId);
    this.#changed();
    await this.#inTurn(async (call, isNow) => {
      try {
        await call.deleteRecentCalls([callId]);
        if (isNow()) this.#drop([callId]);
      } finally {
        this.leaving.delete(callId);
      }
    });
  }

  /** All there are now, also those not shown yet; a call that comes meanwhile stays. */
  async clear(): Promise<readonly string[]> {
    const gone: string[] = [];
    await this.#inTurn(async (call, isNow) => {
      let cursor: string | null = null;
      do {
        const page: RecentPage = await call.queryRecentCalls({ limit: MOST_AT_ONCE, cursor });
        const callIds = page.calls.map(({ callId }) => callId);
        await call.deleteRecentCalls(callIds);
        gone.push(...callIds);
        ({ cursor } = page);
        if (isNow()) this.#drop(callIds);
      } while (cursor !== null && isNow());
      const { listing } = this;
      if (isNow() && listing.phase === 'listed') this.listing = { ...listing, cursor: null };
    });
    return gone;
  }

  #drop(callIds: readonly string[]): void {
    const { listing } = this;
    if (listing.phase !== 'listed') return;
    const calls = listing.calls.filter(({ callId }) => !callIds.includes(callId));
    this.listing = { ...listing, calls };
  }

  async #inTurn(act: (call: RecentsCall, isNow: () => boolean) => Promise<void>): Promise<void> {
    const call = this.#call;
    if (call === null) return;
    const userId = call.state.userId;
    const isNow = (): boolean => this.#call === call && call.state.userId === userId;
    const turn = this.#last.then(() => (isNow() ? act(call, isNow) : undefined));
    this.#last = turn.catch(() => undefined);
    try {
      await turn;
    } catch (error) {
      // What cannot be done for somebody who is gone is nobody's trouble.
      if (isNow()) throw error;
    } finally {
      if (this.#call === call) this.#changed();
    }
  }
}
