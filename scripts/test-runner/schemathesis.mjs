import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../livekit/find.mjs';
import { foldersOnPath, installWithApt, isExecutable, isRootHere } from '../programs.mjs';

const run = promisify(execFile);

export const SCHEMATHESIS_VERSION = '4.32.5';

/**
 * The path of schemathesis, the contract fuzzer: SCHEMATHESIS_BIN, or a virtual environment of Python in the user's
 * cache folder, which is made once. Installs Debian's python3-venv where it may.
 */
export async function findSchemathesis(options = {}) {
  const { env = process.env, onProgress = () => {}, isRoot = isRootHere() } = options;
  if (env.SCHEMATHESIS_BIN) return env.SCHEMATHESIS_BIN;
  const folder = join(cacheFolder(env), `schemathesis-${SCHEMATHESIS_VERSION}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (isExecutable(program)) return program;
  onProgress(`schemathesis ${SCHEMATHESIS_VERSION}: pip install into ${folder} (once)`);
  try {
    if (!(await canMakeVenv(env)) && isRoot) {
      await installWithApt(['python3', 'python3-venv'], onProgress, env);
    }
    await run('python3', ['-m', 'venv', '--clear', folder], { env });
    const pip = ['install', '--quiet', '--disable-pip-version-check'];
    const wanted = `schemathesis==${SCHEMATHESIS_VERSION}`;
    await run(join(folder, 'bin', 'pip'), [...pip, wanted], { env, maxBuffer: 64 * 1024 * 1024 });
    return program;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const reason = error.stderr?.trim().split('\n').at(-1) || error.message;
    throw new Error(
      `schemathesis could not be installed (${reason}). Install Python 3 with venv ` +
        '(Debian: apt-get install python3-venv), or set SCHEMATHESIS_BIN.',
      { cause: error },
    );
  }
}

/** Debian has Python without the part that installs pip into a virtual environment. */
async function canMakeVenv(env) {
  if (!foldersOnPath(env).some((folder) => isExecutable(join(folder, 'python3')))) return false;
  return run('python3', ['-c', 'import venv, ensurepip'], { env }).then(
    () => true,
    () => false,
  );
}
