/** One piece of work after another, in the order they were asked for. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // A failure is its asker's; the next in line does not inherit it.
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything asked for until now is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
