import type { UserId } from '../../src/protocol/index.ts';
import type { Log } from '../shared/log.ts';
import type { Hub } from '../signalling/hub.ts';
import type { Store } from '../calls/store.ts';
import type { Profile } from '../auth/profile.ts';

export interface ProfileReaderParts {
  readonly store: Store;
  readonly hub: Hub;
  readonly log: Log;
  /** Stores what is shown of a user whose userSig has claims. */
  readonly saveProfile: (userId: UserId, profile: Profile) => Promise<void>;
}

/** Users whose profiles one statement reads. */
const MAX_USERS_AT_ONCE = 1_000;

/** Gives sessions of this node the profiles that another node has stored. */
export class ProfileReader {
  readonly #dependencies: ProfileReaderParts;

  constructor(dependencies: ProfileReaderParts) {
    this.#dependencies = dependencies;
  }

  /** The profiles of these users have changed. */
  changed(userIds: readonly UserId[]): void {
    this.#read(userIds).catch((error: unknown) => {
      this.#dependencies.log.warn({ err: error }, 'profiles could not be read');
    });
  }

  /** Any profile may have changed. @throws if the database does not respond. */
  async all(): Promise<void> {
    await this.#read([...new Set(this.#dependencies.hub.all().map(({ userId }) => userId))]);
  }

  async #read(userIds: readonly UserId[]): Promise<void> {
    const { store, hub, saveProfile } = this.#dependencies;
    const here = userIds.filter((userId) => hub.sessionsOf(userId).length > 0);
    for (let start = 0; start < here.length; start += MAX_USERS_AT_ONCE) {
      const some = here.slice(start, start + MAX_USERS_AT_ONCE);
      const profiles = await store.transaction((tx) => tx.profiles(some), 'repeatable');
      for (const [userId, profile] of profiles) {
        const shown = hub.setProfile(userId, profile);
        if (shown !== profile) await saveProfile(userId, shown);
      }
    }
  }
}
