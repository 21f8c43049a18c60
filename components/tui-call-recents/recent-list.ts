import type { RecentCall } from '../../src/protocol/index.ts';
import type { RecentPage } from '../../src/engine/state/effects.ts';
import type { CallElement } from './call-element.ts';

/** Maximum calls per page of the server. */
const MAX_PAGE_SIZE = 50;

/** The loaded part of one user's list. `failed`: nothing could be loaded. */
export type RecentListState =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed' }
  | {
      readonly phase: 'listed';
      readonly calls: readonly RecentCall[];
      /** Cursor of the next page; null: the list is complete. */
      readonly cursor: string | null;
    };

/**
 * Puts the newest page in front of the loaded calls: calls deleted on another device disappear, older pages stay.
 */
export function mergeNewestPage(
  listing: RecentListState,
  { calls, cursor }: RecentPage,
): RecentListState {
  const fresh: RecentListState = { phase: 'listed', calls, cursor };
  const last = calls.at(-1);
  if (listing.phase !== 'listed' || cursor === null || last === undefined) return fresh;
  const known = new Set(calls.map(({ callId }) => callId));
  const older = listing.calls.filter(
    ({ callId, startedAt }) => startedAt <= last.startedAt && !known.has(callId),
  );
  return older.length ? { ...listing, calls: [...calls, ...older] } : fresh;
}

/**
 * The list of the signed-in user. Runs requests one after another, so that an earlier result cannot replace a later
 * one, and drops results for a former user.
 */
export class RecentList {
  listing: RecentListState = { phase: 'loading' };
  /** Calls that are being deleted. */
  readonly deleting = new Set<string>();
  /** The next page is loading. */
  loadingMore = false;
  readonly pageSize: () => number;
  readonly #changed: () => void;
  #call: CallElement | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> | null = null;

  constructor(dependencies: { readonly pageSize: () => number; readonly changed: () => void }) {
    this.pageSize = dependencies.pageSize;
    this.#changed = dependencies.changed;
  }

  /** Sets the user of the list; null: no user. */
  open(call: CallElement | null): void {
    this.#call = call;
    this.listing = { phase: 'loading' };
    this.deleting.clear();
    this.loadingMore = false;
    this.#last = Promise.resolve();
    this.#refreshing = null;
    this.#changed();
  }

  /** Loads the newest page. Two requests before the load begins cause one load. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#serialize(async (call, isCurrent) => {
      this.#refreshing = null;
      try {
        const page = await call.queryRecentCalls({ limit: this.pageSize() });
        if (isCurrent()) this.listing = mergeNewestPage(this.listing, page);
      } catch (error) {
        if (isCurrent() && this.listing.phase !== 'listed') this.listing = { phase: 'failed' };
        throw error;
      }
    }));
  }

  /** Loads the next page. */
  async loadMore(): Promise<void> {
    if (this.loadingMore) return;
    this.loadingMore = true;
    this.#changed();
    await this.#serialize(async (call, isCurrent) => {
      try {
        const { listing } = this;
        if (listing.phase !== 'listed' || listing.cursor === null) return;
        const { cursor } = listing;
        const page = await call.queryRecentCalls({ limit: this.pageSize(), cursor });
        const calls = [...listing.calls, ...page.calls];
        if (isCurrent()) this.listing = { ...listing, cursor: page.cursor, calls };
      } finally {
        this.loadingMore = false;
      }
    });
  }

  async remove(callId: string): Promise<void> {
    if (this.deleting.has(callId)) return;
    this.deleting.add(callId);
    this.#changed();
    await this.#serialize(async (call, isCurrent) => {
      try {
        await call.deleteRecentCalls([callId]);
        if (isCurrent()) this.#removeEntries([callId]);
      } finally {
        this.deleting.delete(callId);
      }
    });
  }

  /** Deletes all calls of the list, also those not loaded yet; a call that ends during the deletion stays. */
  async clear(): Promise<readonly string[]> {
    const deleted: string[] = [];
    await this.#serialize(async (call, isCurrent) => {
      let cursor: string | null = null;
      do {
        const page: RecentPage = await call.queryRecentCalls({ limit: MAX_PAGE_SIZE, cursor });
        const callIds = page.calls.map(({ callId }) => callId);
        await call.deleteRecentCalls(callIds);
        deleted.push(...callIds);
        ({ cursor } = page);
        if (isCurrent()) this.#removeEntries(callIds);
      } while (cursor !== null && isCurrent());
      const { listing } = this;
      if (isCurrent() && listing.phase === 'listed') this.listing = { ...listing, cursor: null };
    });
    return deleted;
  }

  #removeEntries(callIds: readonly string[]): void {
    const { listing } = this;
    if (listing.phase !== 'listed') return;
    const calls = listing.calls.filter(({ callId }) => !callIds.includes(callId));
    this.listing = { ...listing, calls };
  }

  async #serialize(
    act: (call: CallElement, isCurrent: () => boolean) => Promise<void>,
  ): Promise<void> {
    const call = this.#call;
    if (call === null) return;
    const userId = call.state.userId;
    const isCurrent = (): boolean => this.#call === call && call.state.userId === userId;
    const result = this.#last.then(() => (isCurrent() ? act(call, isCurrent) : undefined));
    this.#last = result.catch(() => undefined);
    try {
      await result;
    } catch (error) {
      // A failed request of a former user is not reported.
      if (isCurrent()) throw error;
    } finally {
      if (this.#call === call) this.#changed();
    }
  }
}
