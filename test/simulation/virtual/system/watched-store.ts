import type { Change } from '../../../../server/calls/model/decision.ts';
import type { Durability } from '../../../../server/calls/store.ts';
import type { PushStore, PushTransaction } from '../../../../server/push/push-store.ts';

/**
 * A store that reports what each transaction has written, right after its commit. With `dieAfterNext` the
 * server process dies between the commit and the result, so that it never gets the result.
 */
export class WatchedStore implements PushStore {
  readonly #store: PushStore;
  readonly #onCommit: (changes: readonly Change[]) => void;
  readonly #onDeath: () => void;
  #dieAfterNext = false;
  #transactions = 0;

  constructor(
    store: PushStore,
    on: { commit: (changes: readonly Change[]) => void; death: () => void },
  ) {
    this.#store = store;
    this.#onCommit = on.commit;
    this.#onDeath = on.death;
  }

  dieAfterNext(dies = true): void {
    this.#dieAfterNext = dies;
  }

  /** A transaction has not ended yet. */
  get isBusy(): boolean {
    return this.#transactions > 0;
  }

  async transaction<T>(
    work: (tx: PushTransaction) => Promise<T>,
    durability?: Durability,
  ): Promise<T> {
    const changes: Change[] = [];
    const watched = async (tx: PushTransaction): Promise<T> => {
      const save = tx.saveChange.bind(tx);
      tx.saveChange = async (change) => {
        await save(change);
        changes.push(change);
      };
      return work(tx);
    };
    this.#transactions += 1;
    const result = await this.#store
      .transaction(watched, durability)
      .finally(() => (this.#transactions -= 1));
    if (changes.length === 0) return result;
    this.#onCommit(changes);
    if (!this.#dieAfterNext) return result;
    this.#dieAfterNext = false;
    this.#onDeath();
    return new Promise(() => undefined);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
