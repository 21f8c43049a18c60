import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const RELEASES = 'https://github.com/livekit/livekit/releases/download';
const ANSWER_WITHIN_MS = 20_000;
const ARCHIVE_WITHIN_MS = 600_000;

/** Downloads the official archive into `folder/file` and verifies its sha256 with the release's list. */
export async function installRelease({
  version,
  folder,
  file,
  onProgress,
  baseUrl = RELEASES,
  platform = process.platform,
  arch = process.arch,
}) {
  const archive = archiveName(version, platform, arch);
  if (archive === null) return { reason: `LiveKit has no release for ${platform} ${arch}` };
  await mkdir(folder, { recursive: true });
  const workFolder = await mkdtemp(join(folder, 'release-'));
  try {
    onProgress(`LiveKit: fetching ${archive}`);
    const base = `${baseUrl}/v${version}`;
    const list = (await download(`${base}/checksums.txt`, ANSWER_WITHIN_MS)).toString('utf8');
    const bytes = await download(`${base}/${archive}`, ARCHIVE_WITHIN_MS);
    verifyChecksum(bytes, archive, list);
    const binary = await unpack(bytes, archive, workFolder, platform);
    await rename(binary, join(folder, file));
    return { path: join(folder, file) };
  } catch (error) {
    return { reason: `the release archive could not be used: ${describe(error)}` };
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** The name of the release's archive; null if none is published (macOS has only a Homebrew formula). */
export function archiveName(version, platform, arch) {
  const cpu = { x64: 'amd64', arm64: 'arm64', arm: 'armv7' }[arch];
  if (cpu === undefined) return null;
  if (platform === 'linux') return `livekit_${version}_linux_${cpu}.tar.gz`;
  if (platform === 'win32') return `livekit_${version}_windows_${cpu}.zip`;
  return null;
}

/** @throws {Error} unless the list (lines of `sha256 name`) contains the file with this checksum. */
export function verifyChecksum(bytes, name, list) {
  const line = list.split('\n').find((one) => one.trim().split(/\s+\*?/)[1] === name);
  if (line === undefined) throw new Error(`checksums.txt does not name ${name}`);
  const wanted = line.trim().split(/\s+/)[0].toLowerCase();
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== wanted) throw new Error(`sha256 of ${name} is ${actual}, not ${wanted}`);
}

async function download(url, withinMs) {
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function unpack(bytes, archive, folder, platform) {
  const binary = platform === 'win32' ? 'livekit-server.exe' : 'livekit-server';
  await writeFile(join(folder, archive), bytes);
  // tar exists on Linux, macOS and Windows 10; that of Windows also reads zip archives.
  await run('tar', ['-xf', join(folder, archive), '-C', folder, binary]);
  await chmod(join(folder, binary), 0o755);
  return join(folder, binary);
}

/** fetch reports only "fetch failed"; its cause contains the reason. */
function describe(error) {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
