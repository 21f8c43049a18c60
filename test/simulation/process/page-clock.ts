import { BrowserClock } from '../../../src/adapters/browser/browser-clock.ts';
import type { PageClock } from '../virtual/system/virtual-time.ts';

/** The production clock of one page: its timers end with the page. */
export class StoppableBrowserClock extends BrowserClock implements PageClock {
  readonly #waiting = new Set<() => void>();
  #stopped = false;

  override after(ms: number, callback: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const stop = super.after(ms, () => {
      this.#waiting.delete(cancel);
      callback();
    });
    const cancel = (): void => {
      this.#waiting.delete(cancel);
      stop();
    };
    this.#waiting.add(cancel);
    return cancel;
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of [...this.#waiting]) cancel();
  }
}
