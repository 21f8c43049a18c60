import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { installWithGo } from './go.mjs';
import { installRelease } from './release.mjs';

const run = promisify(execFile);

/** The release of all measurements. Newer ones contain `replace` directives, which `go install` refuses. */
export const LIVEKIT_VERSION = '1.13.5';

const EXE = process.platform === 'win32' ? '.exe' : '';

/**
 * The path of a livekit-server binary, in this order: LIVEKIT_SERVER_BIN, the PATH, our cache,
 * `go install`, the official release. Each place returns a path, or the reason why it has none.
 */
export async function findLivekit({
  onProgress = () => {},
  env = process.env,
  releasesUrl = undefined,
} = {}) {
  if (env.LIVEKIT_SERVER_BIN) return chosenBinary(env.LIVEKIT_SERVER_BIN);
  const cache = { folder: cacheFolder(env), file: `livekit-server-${LIVEKIT_VERSION}${EXE}` };
  const places = [
    () => onPath(env),
    () => usable(join(cache.folder, cache.file), isThisVersion),
    () => installWithGo({ version: LIVEKIT_VERSION, ...cache, onProgress, env }),
    () => installRelease({ version: LIVEKIT_VERSION, ...cache, onProgress, baseUrl: releasesUrl }),
  ];
  const reasons = [];
  for (const place of places) {
    const { path, reason } = await place();
    // A binary that was just built or unpacked must also run and report the expected version.
    const found = path ? await usable(path, isCloseEnough) : { reason };
    if (found.path) return path;
    reasons.push(found.reason);
  }
  throw new Error(howToGetIt(reasons));
}

/** A running server, as described by the environment; null if LIVEKIT_URL is not set. */
export function livekitFromEnvironment(env = process.env) {
  if (!env.LIVEKIT_URL) return null;
  if (!env.LIVEKIT_API_KEY || !env.LIVEKIT_API_SECRET) {
    throw new Error('LIVEKIT_URL is set: LIVEKIT_API_KEY and LIVEKIT_API_SECRET are needed too');
  }
  return {
    url: env.LIVEKIT_URL.replace(/^http/, 'ws'),
    httpUrl: env.LIVEKIT_URL.replace(/^ws/, 'http'),
    apiKey: env.LIVEKIT_API_KEY,
    apiSecret: env.LIVEKIT_API_SECRET,
  };
}

/** The user's cache folder for binaries. */
export function cacheFolder(env = process.env, platform = process.platform) {
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'tui-call');
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'tui-call');
}

/** A binary that the user has named is used or refused, never silently replaced. */
async function chosenBinary(path) {
  const { reason } = await usable(path, isCloseEnough);
  if (reason) throw new Error(`LIVEKIT_SERVER_BIN cannot be used: ${reason}`);
  return path;
}

async function onPath(env) {
  const reasons = [];
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, `livekit-server${EXE}`);
    const found = await usable(path, isCloseEnough);
    if (found.path) return found;
    if (!found.missing) reasons.push(found.reason);
  }
  return { reason: reasons[0] ?? 'no livekit-server on the PATH' };
}

async function usable(path, accepts) {
  try {
    await access(path, constants.X_OK);
  } catch {
    return { reason: `${path} is not there`, missing: true };
  }
  const version = await versionOf(path);
  if (version === null) return { reason: `${path} does not run` };
  return accepts(version) ? { path } : { reason: `${path} is version ${version}` };
}

async function versionOf(path) {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return /livekit-server version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

const isThisVersion = (version) => version === LIVEKIT_VERSION;

/** An installed binary: any 1.x that is not older than the tested minor version. */
const isCloseEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  const [ourMajor, ourMinor] = LIVEKIT_VERSION.split('.').map(Number);
  return major === ourMajor && minor >= ourMinor;
};

function howToGetIt(reasons) {
  return [
    `No LiveKit server ${LIVEKIT_VERSION} was found, and none could be installed:`,
    ...reasons.map((reason) => `  - ${reason}`),
    'Any of these three helps:',
    `  1. put livekit-server ${LIVEKIT_VERSION} on the PATH, or its path into LIVEKIT_SERVER_BIN`,
    `     (https://github.com/livekit/livekit/releases/tag/v${LIVEKIT_VERSION}; macOS: brew install livekit)`,
    '  2. install Go 1.26 or newer, then run this again: it builds the server once',
    '  3. use a LiveKit server that already runs: LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET',
  ].join('\n');
}
