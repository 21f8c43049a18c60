import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const isRootHere = () => process.getuid?.() === 0;

export function foldersOnPath(env) {
  return (env.PATH ?? '').split(delimiter).filter(Boolean);
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's and Ubuntu's packages. @returns why it did not work, null where it did or there is no apt */
export async function installWithApt(names, onProgress, env) {
  const options = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 * 1024 * 1024,
  };
  onProgress(`apt-get install ${names.join(' ')} (once)`);
  try {
    await run('apt-get', ['update', '-q'], options);
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], options);
    return null;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    return lastLine(error.stderr) ?? error.message;
  }
}

const lastLine = (text) => text?.trim().split('\n').at(-1) || undefined;
