import assert from 'node:assert/strict';
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chunkFiles, entryFiles } from './loaded-files.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

test('an entry loads all its static imports, each file once', (t) => {
  assert.deepEqual(entryFiles('entry.js', [], bundle(t)), [
    ...['entry.js', 'dist/chunks/a.js', 'dist/chunks/shared.js', 'dist/chunks/b.js'],
  ]);
});

test('a lazy chunk is loaded only if it is named, with all its imports', (t) => {
  assert.deepEqual(entryFiles('entry.js', ['media'], bundle(t)), [
    ...['entry.js', 'dist/chunks/a.js', 'dist/chunks/shared.js', 'dist/chunks/b.js'],
    ...['dist/chunks/media-x1234567.js', 'dist/chunks/codec.js'],
  ]);
});

test('a missing lazy chunk is an error', (t) => {
  assert.throws(
    () => entryFiles('entry.js', ['medium'], bundle(t)),
    /no lazy chunk called medium/,
  );
});

test('an import that is not in the bundle is an error', (t) => {
  assert.throws(() => entryFiles('bare.js', [], bundle(t)), /imports lit, which is not in dist/);
});

test('chunks are found by their names, with the files beside the scripts and without source maps', (t) => {
  const folder = bundle(t);
  assert.deepEqual(chunkFiles(['media', 'model'], folder), [
    ...['dist/chunks/media-x1234567.js', 'dist/chunks/model-y1234567.tflite'],
  ]);
  assert.throws(() => chunkFiles(['med'], folder), /no chunk called med/);
});

/** A folder with a small bundle. */
function bundle(t) {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'dist/chunks'), { recursive: true });
  const files = {
    'entry.js': `import './dist/chunks/a.js'; export * from './dist/chunks/b.js'; import('./dist/chunks/media-x1234567.js');`,
    'dist/chunks/a.js': `import { x } from './shared.js'; console.log(x);`,
    'dist/chunks/b.js': `export { x } from './shared.js';`,
    'dist/chunks/shared.js': `export const x = 1;`,
    'dist/chunks/media-x1234567.js': `import './codec.js'; import './shared.js';`,
    'dist/chunks/media-x1234567.js.map': '',
    'dist/chunks/model-y1234567.tflite': '',
    'dist/chunks/codec.js': `export {};`,
    'bare.js': `import 'lit';`,
  };
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  return folder;
}
