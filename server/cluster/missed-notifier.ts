import { sql } from 'kysely';
import type { UserId } from '../../src/protocol/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Hub } from '../signalling/hub.ts';
import type { PostgresStore } from '../store/postgres-store.ts';

/** A missed call that is older is known from the sync of the session. */
const NEW_FOR_MS = 60_000;

export interface MissedNotifierParts {
  readonly store: PostgresStore;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Tells users' sessions on this node the calls they missed, in the order of their numbers: a client takes a
 * lower number after a higher one for known. Reads them from the database, since nodes hear of each other's
 * commits in any order.
 */
export class MissedNotifier {
  readonly #dependencies: MissedNotifierParts;
  /** The highest number that was told. */
  readonly #told = new Map<UserId, number>();
  readonly #telling = new Map<UserId, Promise<void>>();

  constructor(dependencies: MissedNotifierParts) {
    this.#dependencies = dependencies;
  }

  /** This user missed a call. */
  notify(userId: UserId): void {
    if (!this.#isHere(userId)) return;
    const before = this.#telling.get(userId) ?? Promise.resolve();
    const telling = before
      .then(() => this.#tell(userId))
      .catch((error: unknown) => {
        this.#dependencies.log.warn({ err: error }, 'missed calls could not be read');
      })
      .finally(() => {
        if (this.#telling.get(userId) === telling) this.#telling.delete(userId);
      });
    this.#telling.set(userId, telling);
  }

  /** Finds missed calls that nobody has said anything of. */
  async check(): Promise<void> {
    const since = this.#dependencies.clock.now() - NEW_FOR_MS;
    const { rows } = await this.#dependencies.store.query((db) =>
      sql<{ user_id: UserId; seq: number }>`
        select user_id, max(seq) as seq from missed where at > ${since} group by user_id`.execute(
        db,
      ),
    );
    for (const { user_id: userId, seq } of rows) {
      if (seq > (this.#told.get(userId) ?? 0)) this.notify(userId);
    }
    for (const userId of this.#told.keys()) if (!this.#isHere(userId)) this.#told.delete(userId);
  }

  async #tell(userId: UserId): Promise<void> {
    const { store, hub, clock } = this.#dependencies;
    const seq = this.#told.get(userId);
    const since = seq === undefined ? { at: clock.now() - NEW_FOR_MS } : { seq };
    const calls = await store.transaction((tx) => tx.missedSince(userId, since));
    for (const missed of calls) {
      this.#told.set(userId, missed.seq);
      for (const session of hub.sessionsOf(userId)) {
        if (!session.hasLapsed) session.send({ type: 'call-missed', missed });
      }
    }
  }

  #isHere(userId: UserId): boolean {
    return this.#dependencies.hub.sessionsOf(userId).length > 0;
  }
}
