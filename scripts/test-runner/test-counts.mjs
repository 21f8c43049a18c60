import { existsSync, readFileSync } from 'node:fs';

/**
 * How a finished stage counts. Whatever cannot be believed is a failure: an exit code that
 * contradicts the counts, counts that are missing, or a stage that ran no test at all.
 */
export function countStage({ count, exitCode, countsFile }) {
  if (count === 'check') {
    return exitCode === 0
      ? { passed: 1, failed: 0 }
      : { passed: 0, failed: 1, why: `exit code ${exitCode}` };
  }
  const counts = readCounts(countsFile);
  if (counts === null) {
    return { passed: 0, failed: 1, why: `no counts were written (exit code ${exitCode})` };
  }
  const { passed, failed } = counts;
  if (passed + failed === 0) return { passed, failed: 1, why: 'it ran no test' };
  if (exitCode !== 0 && failed === 0) return { passed, failed: 1, why: `exit code ${exitCode}` };
  return { passed, failed };
}

function readCounts(file) {
  if (!existsSync(file)) return null;
  try {
    const { passed, failed } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(passed) && Number.isInteger(failed) ? { passed, failed } : null;
  } catch {
    return null;
  }
}

export function sum(results) {
  return results.reduce(
    (all, { passed, failed }) => ({ passed: all.passed + passed, failed: all.failed + failed }),
    { passed: 0, failed: 0 },
  );
}
