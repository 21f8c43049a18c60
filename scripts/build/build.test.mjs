import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { needsBuild } from './build-if-needed.mjs';
import { packageOf } from './bundle/licences.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

const RESULTS = ['dist/tui-call.js', 'dist/types/protocol.d.ts', 'server/dist/main.js'];

test('a build is needed if a result is missing', (t) => {
  const { root, write } = tree(t);
  assert.equal(needsBuild(root), true);
  write('src/a.ts', 1);
  for (const file of RESULTS) write(file, 2);
  assert.equal(needsBuild(root), false);
});

test('a build is needed if a source is newer than the oldest result', (t) => {
  const { root, write } = tree(t);
  for (const file of RESULTS) write(file, 10);
  for (const file of ['src/a.ts', 'components/x/x.ts', 'server/main.ts', 'rollup.config.mjs']) {
    write(file, 11);
    assert.equal(needsBuild(root), true, file);
    write(file, 9);
  }
  assert.equal(needsBuild(root), false);
});

test('a test that changed needs no build', (t) => {
  const { root, write } = tree(t);
  for (const file of RESULTS) write(file, 10);
  write('src/a.test.ts', 11);
  assert.equal(needsBuild(root), false);
});

test('the package of a module is the innermost one', () => {
  assert.equal(packageOf('/w/node_modules/lit-html/directive.js'), 'lit-html');
  assert.equal(packageOf('/w/node_modules/@lit/reactive-element/x.js'), '@lit/reactive-element');
  assert.equal(packageOf('../../node_modules/.pnpm/sdp@3/node_modules/sdp/sdp.js'), 'sdp');
  assert.equal(packageOf('/w/build/src/a.js'), null);
});

test('no template of a component begins with a space, which the build removes', () => {
  const folder = join(import.meta.dirname, '../../components');
  const files = globSync('**/*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
  assert.ok(files.length > 0);
  const wrong = files.filter((file) =>
    /\bhtml` +\S/.test(readFileSync(join(folder, file), 'utf8')),
  );
  assert.deepEqual(wrong, []);
});

function tree(t) {
  const root = temporaryFolder(t);
  const write = (file, seconds) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
    utimesSync(join(root, file), seconds, seconds);
  };
  return { root, write };
}
