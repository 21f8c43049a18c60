import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { licences, packageOf } from './bundle/licences.mjs';
import { ROOT } from '../setup.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

test('the build names the licence of each package that it contains code of', () => {
  const named = namesIn(readFileSync(join(ROOT, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8'));
  const maps = globSync('dist/**/*.js.map', { cwd: ROOT });
  const bundled = maps
    .flatMap((map) => JSON.parse(readFileSync(join(ROOT, map), 'utf8')).sources)
    .map(packageOf)
    .filter((name) => name !== null);
  for (const name of ['livekit-client', 'lit-html']) {
    assert.ok(bundled.includes(name), `the maps know nothing of ${name}`);
  }
  // The icons are part of our own sources.
  const needed = new Set([...bundled, 'lucide-static']);
  assert.deepEqual([...needed].filter((name) => !named.includes(name)).sort(), []);
});

test('notices cover the packages in the bundle and their embedded code, and no others', (t) => {
  const { text } = notices(t, { inner: 'inner terms' });
  assert.deepEqual(namesIn(text), ['compiled', 'inner', 'lucide-static', 'used']);
  for (const terms of ['compiled terms', 'inner terms', 'used terms'])
    assert.ok(text.includes(terms), terms);
});

test('the build refuses a package without a licence', (t) => {
  assert.throws(() => notices(t, { inner: null }), /inner has no licence file/);
});

function notices(t, { inner }) {
  const nodeModules = join(temporaryFolder(t), 'node_modules');
  const write = (path, text) => {
    mkdirSync(dirname(join(nodeModules, path)), { recursive: true });
    writeFileSync(join(nodeModules, path), text);
  };
  const terms = {
    used: 'used terms',
    unused: 'unused terms',
    compiled: 'compiled terms',
    'lucide-static': 'icons',
    inner,
  };
  for (const [name, licence] of Object.entries(terms)) {
    write(`${name}/package.json`, JSON.stringify({ version: '1.0.0', license: 'MIT' }));
    if (licence !== null) write(`${name}/LICENSE`, licence);
  }
  write('used/a.js.map', JSON.stringify({ sources: ['../../node_modules/inner/b.js', 'a.ts'] }));
  const modules = {
    '/w/build/src/ours.js': { renderedLength: 5 },
    [join(nodeModules, 'used/a.js')]: { renderedLength: 5 },
    [join(nodeModules, 'unused/a.js')]: { renderedLength: 0 },
  };
  let text = '';
  const emitFile = ({ source }) => (text = source);
  const map = { sources: ['../../node_modules/compiled/c.ts', '../../src/ours.ts'] };
  const bundle = { 'a.js': { type: 'chunk', modules, map }, 'a.css': { type: 'asset' } };
  licences({ nodeModules }).generateBundle.call({ emitFile }, {}, bundle);
  return { text };
}

/** Each notice starts with name and version, and a line of dashes separates it from the next one. */
function namesIn(text) {
  return text.split(/^-{80}\n\n/m).map((notice) => notice.slice(0, notice.indexOf(' ')));
}
