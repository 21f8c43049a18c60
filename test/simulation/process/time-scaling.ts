import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';

/**
 * Loaded before anything else, by the test and by the server process: makes all their time pass faster by one
 * factor. So deadlines, heartbeats and grace times keep their proportions, and a sequence of minutes runs
 * in seconds. `new Date()` stays real: it makes the dates that others check (in LiveKit’s tokens).
 */
export const TIME_SCALE = Number(process.env['TUI_CALL_FASTER'] ?? 4);

/** The same time origin in each process, so that they agree about the end of a userSig. */
const since = Number((process.env['TUI_CALL_FASTER_SINCE'] ??= String(Date.now())));

const [date, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)];
Date.now = () => Math.round(since + (date() - since) * TIME_SCALE);
performance.now = () => monotonic() * TIME_SCALE;

/** A real time, for the time limits of the test itself. */
export const realNow = monotonic;

type Later = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => unknown;

for (const name of ['setTimeout', 'setInterval'] as const) {
  const later = timers[name] as Later;
  const sooner: Later = (callback, ms = 0, ...args) => later(callback, ms / TIME_SCALE, ...args);
  // `promisify` uses the original function.
  Object.assign(sooner, later);
  Object.assign(timers, { [name]: sooner });
  Object.assign(globalThis, { [name]: sooner });
}
syncBuiltinESMExports();
