import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { cacheFolder, findLivekit, livekitFromEnvironment, LIVEKIT_VERSION } from './find.mjs';
import { isNewEnough } from './go.mjs';
import { fakeProgram, temporaryFolder } from '../support/temporary.mjs';

const printVersion = (version) => `echo "livekit-server version ${version}"`;
/** A fake Go that reports this version, and builds a fake server that reports another one. */
const fakeGo = (go, built) => `
case "$1" in
  env) echo "go${go}" ;;
  install) printf '#!/bin/sh\\n${printVersion(built)}\\n' > "$GOBIN/server"; /bin/chmod +x "$GOBIN/server"; echo "$3" >&2 ;;
esac`;

describe('findLivekit', () => {
  test('uses the binary of LIVEKIT_SERVER_BIN before all others', async (t) => {
    const { env, folder, find } = machine(t);
    fakeProgram(join(folder, 'bin/livekit-server'), printVersion(LIVEKIT_VERSION));
    const own = fakeProgram(join(folder, 'own'), printVersion(LIVEKIT_VERSION));
    assert.equal(await find({ ...env, LIVEKIT_SERVER_BIN: own }), own);
  });

  test('refuses a LIVEKIT_SERVER_BIN that is too old instead of using another one', async (t) => {
    const { env, folder, find } = machine(t);
    fakeProgram(join(folder, 'bin/livekit-server'), printVersion(LIVEKIT_VERSION));
    const own = fakeProgram(join(folder, 'own'), printVersion('1.4.2'));
    await assert.rejects(find({ ...env, LIVEKIT_SERVER_BIN: own }), /version 1\.4\.2/);
  });

  test('prefers the PATH to the cache', async (t) => {
    const { folder, find } = machine(t);
    const onPath = fakeProgram(join(folder, 'bin/livekit-server'), printVersion('1.14.0'));
    cached(folder, LIVEKIT_VERSION);
    assert.equal(await find(), onPath);
  });

  test('skips a binary on the PATH of another version', async (t) => {
    const { folder, find } = machine(t);
    fakeProgram(join(folder, 'bin/livekit-server'), printVersion('1.9.0'));
    const path = cached(folder, LIVEKIT_VERSION);
    assert.equal(await find(), path);
  });

  test('builds a missing version with Go, and finds it in the cache the next time', async (t) => {
    const { folder, find, lines } = machine(t);
    const go = fakeProgram(join(folder, 'bin/go'), fakeGo('1.26.8', LIVEKIT_VERSION));
    const path = await find();
    assert.equal(path, join(folder, 'cache/tui-call', `livekit-server-${LIVEKIT_VERSION}`));
    assert.match(lines.join('\n'), /building 1\.13\.5 with Go 1\.26\.8/);
    fakeProgram(go, 'exit 1');
    assert.equal(await find(), path);
    assert.deepEqual(readdirSync(join(folder, 'cache/tui-call')), [
      `livekit-server-${LIVEKIT_VERSION}`,
    ]);
  });

  test('rebuilds over a cached file of another version', async (t) => {
    const { folder, find } = machine(t);
    const path = cached(folder, '1.13.4');
    fakeProgram(join(folder, 'bin/go'), fakeGo('1.26.8', LIVEKIT_VERSION));
    assert.equal(await find(), path);
  });

  test('refuses a built binary that reports another version', async (t) => {
    const { folder, find } = machine(t);
    fakeProgram(join(folder, 'bin/go'), fakeGo('1.26.8', '1.2.3'));
    await assert.rejects(find(), /is version 1\.2\.3/);
  });

  test('reports the three ways to get a binary, and why each place has none', async (t) => {
    const { folder, find } = machine(t);
    fakeProgram(join(folder, 'bin/go'), fakeGo('1.21.0', LIVEKIT_VERSION));
    await assert.rejects(find(), (error) => {
      assert.match(error.message, /no livekit-server on the PATH/);
      assert.match(error.message, /Go 1\.21\.0 is too old/);
      assert.match(error.message, /release/);
      assert.match(error.message, /LIVEKIT_SERVER_BIN[^]*install Go 1\.26[^]*LIVEKIT_URL/);
      return true;
    });
  });
});

test('accepts Go from 1.26 on', () => {
  assert.deepEqual(['1.25.9', '1.26', '1.26.8', '1.30.0', '2.0'].map(isNewEnough), [
    false,
    true,
    true,
    true,
    true,
  ]);
});

test('the cache is in the cache folder of the platform', () => {
  assert.equal(cacheFolder({ HOME: '/home/a' }, 'linux'), '/home/a/.cache/tui-call');
  assert.equal(cacheFolder({ HOME: '/home/a', XDG_CACHE_HOME: '/c' }, 'linux'), '/c/tui-call');
  assert.match(cacheFolder({ LOCALAPPDATA: 'C:\\Local' }, 'win32'), /C:\\Local.tui-call/);
});

test('LIVEKIT_URL describes a running server, and needs its keys', () => {
  assert.equal(livekitFromEnvironment({}), null);
  assert.throws(() => livekitFromEnvironment({ LIVEKIT_URL: 'ws://a' }), /LIVEKIT_API_KEY/);
  assert.deepEqual(
    livekitFromEnvironment({
      LIVEKIT_URL: 'wss://a',
      LIVEKIT_API_KEY: 'k',
      LIVEKIT_API_SECRET: 's',
    }),
    { url: 'wss://a', httpUrl: 'https://a', apiKey: 'k', apiSecret: 's' },
  );
});

/** A machine with one folder on its PATH and without network (port 9 of loopback refuses connections). */
function machine(t) {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'bin'));
  const env = {
    PATH: `${join(folder, 'bin')}`,
    XDG_CACHE_HOME: join(folder, 'cache'),
    HOME: folder,
  };
  const lines = [];
  const find = (environment = env) =>
    findLivekit({
      env: { ...environment, PATH: `${environment.PATH}` },
      releasesUrl: 'http://127.0.0.1:9',
      onProgress: (line) => lines.push(line),
    });
  return { folder, env, find, lines };
}

function cached(folder, version) {
  return fakeProgram(
    join(folder, 'cache/tui-call', `livekit-server-${LIVEKIT_VERSION}`),
    printVersion(version),
  );
}
