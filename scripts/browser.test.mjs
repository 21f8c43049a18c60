import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findChromium, findFirefox } from './browser.mjs';
import { fakeProgram, temporaryFolder } from './support/temporary.mjs';

describe('a browser for the tests', () => {
  test('is the one of the environment variable, before those on the PATH', async (t) => {
    const { bin, env } = machine(t);
    fakeProgram(join(bin, 'chromium'), '');
    const own = fakeProgram(join(bin, 'own'), '');
    assert.equal(await findChromium({ env: { ...env, CHROME_PATH: own } }), own);
  });

  test('is refused if the variable names a file that cannot be run', async (t) => {
    const { bin, env } = machine(t);
    fakeProgram(join(bin, 'chromium'), '');
    await assert.rejects(
      findChromium({ env: { ...env, CHROME_PATH: '/nowhere' } }),
      /CHROME_PATH is \/nowhere, which cannot be run/,
    );
  });

  test('is found on the PATH under its usual names', async (t) => {
    const { bin, env } = machine(t);
    const path = fakeProgram(join(bin, 'google-chrome'), '');
    assert.equal(await findChromium({ env }), path);
  });

  test('is installed with apt if allowed, with a message', async (t) => {
    const { bin, env } = machine(t);
    fakeProgram(
      join(bin, 'apt-get'),
      `[ "$1" = install ] && printf '#!/bin/sh\\n' > ${bin}/firefox-esr && /bin/chmod +x ${bin}/firefox-esr; exit 0`,
    );
    const lines = [];
    const onProgress = (line) => lines.push(line);
    const path = await findFirefox({ env, isRoot: true, onProgress });
    assert.equal(path, join(bin, 'firefox-esr'));
    assert.deepEqual(lines, ['apt-get install firefox-esr (once)']);
  });

  test('is not installed without permission', async (t) => {
    const { bin, env } = machine(t);
    fakeProgram(join(bin, 'apt-get'), 'exit 0');
    await assert.rejects(
      findChromium({ env, isRoot: false }),
      /No chromium was found\. Install it/,
    );
  });

  test('that apt cannot install is reported with the reason and a remedy', async (t) => {
    const { bin, env } = machine(t);
    fakeProgram(join(bin, 'apt-get'), 'echo "E: Unable to fetch some archives" >&2; exit 100');
    await assert.rejects(findChromium({ env, isRoot: true }), (error) => {
      assert.match(error.message, /\(E: Unable to fetch some archives\)/);
      assert.match(error.message, /apt-get install chromium\), or put .* into CHROME_PATH/);
      return true;
    });
  });

  test('that is missing on a machine without apt is reported with a remedy', async (t) => {
    const { env } = machine(t);
    await assert.rejects(findFirefox({ env, isRoot: true }), /No firefox was found\. Install it/);
  });
});

/** A machine whose PATH is one empty folder. */
function machine(t) {
  const bin = join(temporaryFolder(t), 'bin');
  return { bin, env: { PATH: bin } };
}
