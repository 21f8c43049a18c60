const CHECK_INTERVAL_MS = 250;

/**
 * Calls back once when the shell in which npm runs us is gone. npm passes a signal on to that shell
 * only, which dies of it and tells nobody; without npm a signal comes here by itself.
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
