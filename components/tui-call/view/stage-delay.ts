/**
 * Delay of the stage after an accept, in milliseconds. Rendering the stage takes about 40 ms. Without the delay it
 * blocks the acknowledgement and the connection to the media server, and so the first video frame. Users do not notice
 * the delay.
 */
const STAGE_DELAY_MS = 60;

/** Delays the stage of an accepted call while it connects. */
export class StageDelay {
  #stage: 'at once' | 'soon' | 'due' = 'at once';

  /** True while the stage waits. `due` is called at the end of the delay. */
  defers(
    isConnecting: boolean,
    wait: (ms: number, callback: () => void) => void,
    due: () => void,
  ): boolean {
    if (!isConnecting || this.#stage === 'due') {
      this.#stage = 'at once';
      return false;
    }
    if (this.#stage === 'at once') {
      this.#stage = 'soon';
      wait(STAGE_DELAY_MS, () => {
        this.#stage = 'due';
        due();
      });
    }
    return true;
  }
}
