import { parseUserId } from '../../src/protocol/index.ts';
import type { UserId } from '../../src/protocol/index.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Store } from './store.ts';

export interface BlockedPage {
  readonly userIds: readonly UserId[];
  /** Cursor of the next page; null on the last page. */
  readonly cursor: string | null;
}

/**
 * The block list. A block applies to later invitations; a call that already rings can be rejected or ended
 * like any other.
 */
export class BlockedUsers {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws {CommandError} invalid-parameter if both are the same user. */
  async set(userId: UserId, otherId: UserId, on: boolean): Promise<void> {
    if (userId === otherId) {
      throw new CommandError('invalid-parameter', 'a user cannot block themselves');
    }
    await this.#store.transaction((tx) => tx.saveBlocked(userId, otherId, on));
  }

  /** @throws {CommandError} invalid-parameter for a malformed cursor. */
  async page(
    userId: UserId,
    { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
  ): Promise<BlockedPage> {
    const after = cursor === null ? null : parseUserId(cursor);
    if (cursor !== null && after === null) {
      throw new CommandError('invalid-parameter', 'cursor is malformed');
    }
    // One more than requested shows whether there is a next page.
    const found = await this.#store.transaction((tx) => tx.blockedBy(userId, after, limit + 1));
    const userIds = found.slice(0, limit);
    return { userIds, cursor: found.length > limit ? (userIds.at(-1) ?? null) : null };
  }
}
