import type { KeyValue, PersistentStorage } from '../../engine/api/ports.ts';

const PREFIX = 'tui-call:';

/**
 * PersistentStorage on sessionStorage and localStorage. If the browser forbids them (privacy settings, a
 * sandboxed frame) or they are full, a value lasts until the page is unloaded.
 */
export class BrowserStorage implements PersistentStorage {
  readonly tab: KeyValue = new StoredValues(() => sessionStorage);
  readonly browser: KeyValue = new StoredValues(() => localStorage);
}

class StoredValues implements KeyValue {
  readonly #storage: () => Storage;
  readonly #unstored = new Map<string, string>();

  /** Reads `storage` at each use, because access to a forbidden one throws. */
  constructor(storage: () => Storage) {
    this.#storage = storage;
  }

  read(key: string): string | null {
    const unstored = this.#unstored.get(key);
    if (unstored !== undefined) return unstored;
    try {
      return this.#storage().getItem(PREFIX + key);
    } catch {
      return null;
    }
  }

  write(key: string, value: string | null): void {
    this.#unstored.delete(key);
    try {
      if (value === null) this.#storage().removeItem(PREFIX + key);
      else this.#storage().setItem(PREFIX + key, value);
    } catch {
      if (value !== null) this.#unstored.set(key, value);
    }
  }
}
