import { parseUserId } from '../../src/protocol/index.ts';
import type { UserId } from '../../src/protocol/index.ts';
import { CommandError } from '../shared/command-error.ts';
import type { Store } from '../store/store.ts';

export interface BlockedPage {
  readonly userIds: readonly UserId[];
  /** Where the next page begins; null: this is the last one. */
  readonly cursor: string | null;
}

/**
 * Who does not want to be rung by whom. It counts for invitations from then on: what rings already is
 * declined, or ended, like any other call.
 */
export class BlockedUsers {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws {CommandError} invalid-parameter for oneself. */
  async set(userId: UserId, otherId: UserId, on: boolean): Promise<void> {
    if (userId === otherId) {
      throw new CommandError('invalid-parameter', 'nobody can block themselves');
    }
    await this.#store.transaction((tx) => tx.saveBlocked(userId, otherId, on));
  }

  /** @throws {CommandError} invalid-parameter for a cursor that is none. */
  async page(
    userId: UserId,
    { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
  ): Promise<BlockedPage> {
    const after = cursor === null ? null : parseUserId(cursor);
    if (cursor !== null && after === null) {
      throw new CommandError('invalid-parameter', 'cursor is not one that a page gave');
    }
    // One more than asked for: whether there is a next page.
    const found = await this.#store.transaction((tx) => tx.blockedBy(userId, after, limit + 1));
    const userIds = found.slice(0, limit);
    return { userIds, cursor: found.length > limit ? (userIds.at(-1) ?? null) : null };
  }
}
