import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** All descendants of the process `pid`. */
export function descendantsOf(pid) {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    // Without ps itself and without zombies.
    .filter(([, , state]) => !state.startsWith('Z'))
    .map(([one, parent]) => ({ pid: Number(one), parent: Number(parent) }));
  const below = (parent) =>
    table.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  return below(pid);
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when none of them runs; only the time limit of the test applies. */
export async function allGone(pids) {
  while (pids.some(isAlive)) await pause(10);
}
