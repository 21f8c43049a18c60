import { setTimeout as pause } from 'node:timers/promises';

/** How often a condition is looked at, in ms. */
const LOOK_EVERY_MS = 40;

/**
 * Waits for a condition in a page or process, looking from outside: a strict page (no unsafe-eval) lets no
 * driver poll inside it.
 *
 * @throws the error that `describe` words, when it has not come true within `timeoutMs`.
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
    await pause(LOOK_EVERY_MS);
  }
}
