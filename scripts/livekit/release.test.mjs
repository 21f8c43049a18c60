import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { archiveName, installRelease, verifyChecksum } from './release.mjs';
import { fakeProgram, temporaryFolder } from '../support/temporary.mjs';

const ARCHIVE = 'livekit_1.2.3_linux_amd64.tar.gz';
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

describe('installRelease', () => {
  test('unpacks the archive whose checksum is in the list', async (t) => {
    const { install, folder, bytes } = await releases(t);
    const { path } = await install({
      checksums: `${sha256('x')}  other\n${sha256(bytes)}  ${ARCHIVE}\n`,
    });
    assert.equal(execFileSync(path, { encoding: 'utf8' }), 'it runs\n');
    assert.deepEqual(readdirSync(folder), ['livekit-server-1.2.3']);
  });

  test('leaves no file behind if the checksum differs', async (t) => {
    const { install, folder } = await releases(t);
    const { path, reason } = await install({
      checksums: `${sha256('something else')}  ${ARCHIVE}\n`,
    });
    assert.equal(path, undefined);
    assert.match(reason, /sha256 of livekit_1\.2\.3_linux_amd64\.tar\.gz is [0-9a-f]{64}, not/);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('refuses an archive that is not in the list', async (t) => {
    const { install, bytes } = await releases(t);
    const { reason } = await install({ checksums: `${sha256(bytes)}  x${ARCHIVE}\n` });
    assert.match(reason, /does not name/);
  });

  test('reports the response of the release page', async (t) => {
    const { install } = await releases(t);
    assert.match((await install({ checksums: null })).reason, /checksums\.txt answered 404/);
  });

  test('reports that no release exists for the machine', async (t) => {
    const { install } = await releases(t);
    assert.match((await install({ platform: 'darwin' })).reason, /no release for darwin/);
  });
});

test('the archive names match those of the release', () => {
  assert.equal(archiveName('1.13.5', 'linux', 'arm64'), 'livekit_1.13.5_linux_arm64.tar.gz');
  assert.equal(archiveName('1.13.5', 'linux', 'arm'), 'livekit_1.13.5_linux_armv7.tar.gz');
  assert.equal(archiveName('1.13.5', 'win32', 'x64'), 'livekit_1.13.5_windows_amd64.zip');
  assert.equal(archiveName('1.13.5', 'linux', 's390x'), null);
});

test('a checksum in capitals or marked as binary is accepted', () => {
  const bytes = Buffer.from('abc');
  verifyChecksum(bytes, 'a.zip', `${sha256(bytes).toUpperCase()} *a.zip\n`);
  assert.throws(
    () => verifyChecksum(Buffer.from('abd'), 'a.zip', `${sha256(bytes)}  a.zip`),
    /sha256/,
  );
});

async function releases(t) {
  const work = temporaryFolder(t);
  const folder = join(work, 'cache');
  fakeProgram(join(work, 'livekit-server'), 'echo it runs');
  execFileSync('tar', ['-czf', join(work, ARCHIVE), '-C', work, 'livekit-server']);
  const bytes = readFileSync(join(work, ARCHIVE));
  let list = null;
  const server = createServer((request, response) => {
    const body =
      { [`/v1.2.3/${ARCHIVE}`]: bytes, '/v1.2.3/checksums.txt': list }[request.url] ?? null;
    response.writeHead(body === null ? 404 : 200).end(body ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const install = async ({ checksums = '', ...machine }) => {
    list = checksums;
    const result = await installRelease({
      version: '1.2.3',
      folder,
      file: 'livekit-server-1.2.3',
      onProgress: () => {},
      baseUrl: `http://127.0.0.1:${server.address().port}`,
      platform: 'linux',
      arch: 'x64',
      ...machine,
    });
    assert.equal(existsSync(join(folder, 'livekit-server-1.2.3')), result.path !== undefined);
    return result;
  };
  return { install, folder, bytes };
}
