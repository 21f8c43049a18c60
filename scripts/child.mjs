import { spawn } from 'node:child_process';

/**
 * Child processes that are killed when this process ends: by a normal exit, an uncaught error or a signal. Only a
 * SIGKILL of this process leaves them running.
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let watching = false;

/** Like spawn, but in its own process group, so that a Ctrl-C in the terminal reaches only the parent. */
export function startChild(command, args, options = {}) {
  watchThisProcess();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  running.add(child);
  const forget = () => running.delete(child);
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

/** Sends SIGTERM, and SIGKILL after `graceMs`. Resolves when the process has ended. */
export async function endChild(child, graceMs = 3_000) {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGTERM');
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(insist);
}

/** Sends SIGKILL. Resolves when the process has ended. */
export async function killChild(child) {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGKILL');
  await gone;
}

export function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** The process group of the child. */
function signalGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // The process has ended since the check.
    if (error.code !== 'ESRCH') throw error;
  }
}

function watchThisProcess() {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endAsUsual);
}

/** Ends this process like the signal, after the 'exit' listeners, unless the program has its own listener. */
function endAsUsual(signal) {
  if (process.listenerCount(signal) > 1) return;
  process.exit(128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal]);
}
