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
 * Sends missed calls to users' sessions on this node, in the order of their numbers: a client ignores a lower
 * number after a higher one. Reads them from the database, since nodes learn of each other's
 * commits in any order.
 */
export class MissedNotifier {
  readonly #dependencies: MissedNotifierParts;
  /** The highest number that was sent. */
  readonly #sent = new Map<UserId, number>();
  readonly #sending = new Map<UserId, Promise<void>>();

  constructor(dependencies: MissedNotifierParts) {
    this.#dependencies = dependencies;
  }

  /** This user missed a call. */
  notify(userId: UserId): void {
    if (!this.#isHere(userId)) return;
    const before = this.#sending.get(userId) ?? Promise.resolve();
    const sending = before
      .then(() => this.#send(userId))
      .catch((error: unknown) => {
        this.#dependencies.log.warn({ err: error }, 'missed calls could not be read');
      })
      .finally(() => {
        if (this.#sending.get(userId) === sending) this.#sending.delete(userId);
      });
    this.#sending.set(userId, sending);
  }

  /** Finds missed calls of which no message has arrived. */
  async check(): Promise<void> {
    const since = this.#dependencies.clock.now() - NEW_FOR_MS;
    const { rows } = await this.#dependencies.store.query((db) =>
      sql<{ user_id: UserId; seq: number }>`
        select user_id, max(seq) as seq from missed where at > ${since} group by user_id`.execute(
        db,
      ),
    );
    for (const { user_id: userId, seq } of rows) {
      if (seq > (this.#sent.get(userId) ?? 0)) this.notify(userId);
    }
    for (const userId of this.#sent.keys()) if (!this.#isHere(userId)) this.#sent.delete(userId);
  }

  async #send(userId: UserId): Promise<void> {
    const { store, hub, clock } = this.#dependencies;
    const seq = this.#sent.get(userId);
    const since = seq === undefined ? { at: clock.now() - NEW_FOR_MS } : { seq };
    const calls = await store.transaction((tx) => tx.missedSince(userId, since));
    for (const missed of calls) {
      this.#sent.set(userId, missed.seq);
      for (const session of hub.sessionsOf(userId)) {
        if (!session.hasLapsed) session.send({ type: 'call-missed', missed });
      }
    }
  }

  #isHere(userId: UserId): boolean {
    return this.#dependencies.hub.sessionsOf(userId).length > 0;
  }
}
