/**
 * How long to wait before going into the media room again, by failures in a row. The first try is
 * immediate and the pause stays short: a call is worth an attempt every two seconds as long as it lives.
 */
const DELAYS_MS = [0, 500, 1000];
const LAST_DELAY_MS = 2000;

export function mediaRetryDelayMs(failures: number): number {
  return DELAYS_MS[failures] ?? LAST_DELAY_MS;
}
