import assert from 'node:assert/strict';
import { writeFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { measure } from './size.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

test('the size of an entry includes all its static imports, each file once', (t) => {
  assert.deepEqual(measured(t, { entry: 'entry.js' }), ['entry.js', 'a.js', 'shared.js', 'b.js']);
});

test('a lazy chunk counts only if it is named, with all its imports', (t) => {
  assert.deepEqual(measured(t, { entry: 'entry.js', lazy: ['media'] }), [
    'entry.js',
    'a.js',
    'shared.js',
    'b.js',
    'media-x1.js',
    'codec.js',
  ]);
});

test('a missing lazy chunk is an error', (t) => {
  assert.throws(
    () => measured(t, { entry: 'entry.js', lazy: ['medium'] }),
    /no lazy chunk called medium/,
  );
});

test('an import that is not in the bundle is an error', (t) => {
  assert.throws(() => measured(t, { entry: 'bare.js' }), /imports lit, which is not in dist/);
});

function measured(t, what) {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'chunks'));
  const files = {
    'entry.js': `import './chunks/a.js'; export * from './chunks/b.js'; import('./chunks/media-x1.js');`,
    'chunks/a.js': `import { x } from './shared.js'; console.log(x);`,
    'chunks/b.js': `export { x } from './shared.js';`,
    'chunks/shared.js': `export const x = 1;`,
    'chunks/media-x1.js': `import './codec.js'; import './shared.js';`,
    'chunks/codec.js': `export {};`,
    'bare.js': `import 'lit';`,
  };
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  const found = measure(what, folder);
  assert.ok(found.every(({ bytes }) => bytes > 0));
  return found.map(({ file }) => basename(file));
}
