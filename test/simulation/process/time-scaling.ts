import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';

/**
 * Loaded before anything else, by the test and by the server process: their time passes faster, all of it
 * alike. So deadlines, heartbeats and grace times keep their proportions, and a sequence of minutes runs
 * in seconds. What others judge (the dates in LiveKit’s tokens) is made by `new Date()`, and stays true.
 */
export const TIME_SCALE = Number(process.env['TUI_CALL_FASTER'] ?? 4);

/** The same moment in each process, so that they agree about a userSig’s end. */
const since = Number((process.env['TUI_CALL_FASTER_SINCE'] ??= String(Date.now())));

const [date, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)];
Date.now = () => Math.round(since + (date() - since) * TIME_SCALE);
performance.now = () => monotonic() * TIME_SCALE;

/** A moment of the real time, for the patience of the test itself. */
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
