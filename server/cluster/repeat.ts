import type { Clock } from '../shared/clock.ts';

/** Work that is done again and again, one at a time. */
export interface Repeated {
  /** Does it as soon as possible, and then again after the usual time. */
  wake(): void;
  /** Resolves when work that has begun is done; none begins after. */
  stop(): Promise<void>;
}

/** Does the work now, and again `everyMs` after it is done. The work itself must not fail. */
export function repeat(clock: Clock, everyMs: number, work: () => Promise<void>): Repeated {
  let cancel = (): void => undefined;
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isStopped = false;
  const run = (): void => {
    if (isStopped) return;
    isWanted = false;
    running = work().finally(() => {
      running = null;
      if (isWanted) run();
      else if (!isStopped) cancel = clock.after(everyMs, run);
    });
  };
  cancel = clock.after(0, run);
  return {
    wake() {
      isWanted = true;
      if (running !== null) return;
      cancel();
      cancel = clock.after(0, run);
    },
    async stop() {
      isStopped = true;
      cancel();
      await running;
    },
  };
}
