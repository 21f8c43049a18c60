import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ERRORS } from '../../src/protocol/index.ts';
import { ROOT } from '../../scripts/setup.mjs';
import { STAGES } from '../../scripts/test-runner/test-stages.mjs';

const SOURCES = ['src', 'components', 'frameworks', 'server', 'demo', 'scripts', 'test'].map(
  (one) => `${one}/**/*.*`,
);
const files = (patterns) =>
  globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] });

test('every script that a document names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const stages = STAGES.map((stage) => stage.name);
  for (const file of files(['*.md', 'docs/**/*.md', '.ci/run'])) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, name] of text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)) {
      assert.ok(name in scripts, `${file} names npm run ${name}`);
    }
    for (const [, name] of text.matchAll(/npm test -- ([a-z][\w-]*)/g)) {
      assert.ok(stages.includes(name), `${file} names npm test -- ${name}`);
    }
  }
});

test('no file is named for a decision that was not made', () => {
  const vague = /(^|[-.])(utils?|helpers?|manager|misc|common)([-.]|$)/;
  assert.deepEqual(
    files(SOURCES).filter((file) => vague.test(basename(file))),
    [],
  );
});

test('every dependency is pinned to one version', () => {
  const manifests = [
    'package.json',
    'server/package.json',
    'examples/package.json',
    'examples/*/package.json',
  ];
  for (const file of files(manifests)) {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(all)) {
      // An alias names its package.
      const pinned = version.replace(/^npm:[\w-]+@/, '');
      assert.match(pinned, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} in ${file}`);
    }
  }
});

test('every error of the table is made somewhere, and expected by a test', () => {
  // They have a line for each error, made or not.
  const tables = [
    'src/protocol/error-code.ts',
    'components/shared/problem.ts',
    'server/http/http-error.ts',
  ];
  const sources = files(['src/**/*.ts', 'components/**/*.ts', 'server/**/*.ts', 'test/**/*.ts']);
  const textOf = (some) => some.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const isTest = (file) => file.endsWith('.test.ts');
  const tests = textOf(sources.filter(isTest));
  const product = textOf(
    sources.filter((one) => !isTest(one) && !one.startsWith('test/') && !tables.includes(one)),
  );
  for (const name of Object.keys(ERRORS)) {
    assert.ok(product.includes(`'${name}'`), `nothing answers ${name}`);
    assert.ok(tests.includes(name), `no test expects ${name}`);
  }
});
