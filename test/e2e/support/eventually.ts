import { setTimeout as pause } from 'node:timers/promises';

/** Interval between two checks of a condition, in ms. */
const POLL_INTERVAL_MS = 40;

/**
 * Waits for a condition in a page or process, from outside: under a strict policy (no unsafe-eval) no
 * driver can poll inside the page.
 *
 * @throws the error that `describe` makes, when the condition does not hold within `timeoutMs`.
 */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false>,
  describe: () => Promise<string> | string,
  timeoutMs = 60_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(await describe());
    await pause(POLL_INTERVAL_MS);
  }
}
