import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startChild } from '../child.mjs';

const run = promisify(execFile);

const OLDEST_GO = { major: 1, minor: 26 };
const PROGRESS_INTERVAL_MS = 10_000;

/** Builds the server with the machine's Go into `folder/file`, once; takes minutes. */
export async function installWithGo({ version, folder, file, onProgress, env }) {
  const go = await goVersion(env);
  if (go === null) return { reason: 'there is no Go on the PATH to build it with' };
  if (!isNewEnough(go)) return { reason: `Go ${go} is too old to build it (1.26 is needed)` };
  await mkdir(folder, { recursive: true });
  // Builds in a separate folder and renames: parallel or aborted builds leave no partial binary.
  const workFolder = await mkdtemp(join(folder, 'go-install-'));
  try {
    const module = `github.com/livekit/livekit-server/cmd/server@v${version}`;
    onProgress(`LiveKit: building ${version} with Go ${go} (once; a few minutes)`);
    await goInstall(module, { ...env, GOBIN: workFolder }, onProgress);
    const built = join(workFolder, process.platform === 'win32' ? 'server.exe' : 'server');
    await rename(built, join(folder, file));
    return { path: join(folder, file) };
  } catch (error) {
    return { reason: `go install failed: ${error.message}` };
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function goVersion(env) {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION'], { env });
    return /go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_GO.major || (major === OLDEST_GO.major && minor >= OLDEST_GO.minor);
}

async function goInstall(module, env, onProgress) {
  const started = Date.now();
  const count = { downloaded: 0, compiled: 0 };
  const lastLines = [];
  const child = startChild('go', ['install', '-v', module], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) count.downloaded += 1;
    else count.compiled += 1;
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
  });
  const tick = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    onProgress(`LiveKit: ${seconds} s, ${count.downloaded} modules, ${count.compiled} packages`);
  }, PROGRESS_INTERVAL_MS);
  try {
    await successOf(child, lastLines);
  } finally {
    clearInterval(tick);
  }
}

function successOf(child, lastLines) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(lastLines.join(' | ') || `exit code ${code}`));
    });
  });
}
