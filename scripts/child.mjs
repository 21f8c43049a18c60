import { spawn } from 'node:child_process';

/**
 * Child processes that never outlive this one: on a normal exit, an uncaught error or a signal they
 * are killed. (Only a SIGKILL of this process itself can leave them behind.)
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let watching = false;

/** Like spawn, but in a group of its own, so that a Ctrl-C in the terminal reaches only the parent. */
export function startChild(command, args, options = {}) {
  watchThisProcess();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  running.add(child);
  const forget = () => running.delete(child);
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

/** Asks with SIGTERM, insists with SIGKILL after `graceMs`; done when the process is gone. */
export async function endChild(child, graceMs = 3_000) {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGTERM');
  const insist = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await gone;
  clearTimeout(insist);
}

/** Kills it at once; done when the process is gone. */
export async function killChild(child) {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalGroup(child, 'SIGKILL');
  await gone;
}

export function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** The child and what it started itself. */
function signalGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // Gone between the look and the signal: what we wanted.
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

/** Ends this process as the signal would have, after 'exit' listeners; a program with its own listener decides itself. */
function endAsUsual(signal) {
  if (process.listenerCount(signal) > 1) return;
  process.exit(128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal]);
}
