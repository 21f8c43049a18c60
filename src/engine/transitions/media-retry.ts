/** The delay before the next join of the media room, by consecutive failures; at most 2 s while the call lasts. */
const DELAYS_MS = [0, 500, 1000];
const LAST_DELAY_MS = 2000;

export function mediaRetryDelayMs(failures: number): number {
  return DELAYS_MS[failures] ?? LAST_DELAY_MS;
}
