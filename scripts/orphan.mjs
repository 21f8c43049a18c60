const CHECK_INTERVAL_MS = 250;

/**
 * Calls back once when the shell in which npm runs this process has ended. npm passes a signal only to that shell,
 * which ends without passing it on. Without npm this process receives the signal itself.
 */
export function whenOrphaned(callback) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    callback();
  }, CHECK_INTERVAL_MS);
  look.unref();
}
