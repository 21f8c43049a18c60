/** Calls listeners in the order of registration. An exception affects neither the others nor the caller. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onThrow: (error: unknown) => void;

  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
  }

  add(listener: (value: T) => void): () => void {
    // The wrapper allows adding the same function twice and removing each registration by itself.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener(value);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}
