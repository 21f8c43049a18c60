import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporary.mjs';
import { countStage, sum } from './test-counts.mjs';
import { chosenStages, STAGES } from './test-stages.mjs';

describe('countStage', () => {
  test('counts a check as one test', () => {
    assert.deepEqual(countStage({ count: 'check', exitCode: 0 }), { passed: 1, failed: 0 });
    assert.equal(countStage({ count: 'check', exitCode: 2 }).failed, 1);
    assert.equal(countStage({ count: 'check', exitCode: 'SIGKILL' }).failed, 1);
  });
  test('reads the counts of the runner', (t) => {
    assert.deepEqual(counted(t, { passed: 5, failed: 2 }, 1), { passed: 5, failed: 2 });
    assert.deepEqual(counted(t, { passed: 5, failed: 0 }, 0), { passed: 5, failed: 0 });
  });
  test('fails a stage that ran no test', (t) => {
    assert.deepEqual(counted(t, { passed: 0, failed: 0 }, 0), {
      passed: 0,
      failed: 1,
      why: 'it ran no test',
    });
  });
  test('fails a stage whose runner failed after its tests had passed', (t) => {
    assert.equal(counted(t, { passed: 5, failed: 0 }, 7).failed, 1);
  });
  test('fails a stage that wrote no valid counts', (t) => {
    assert.equal(countStage({ count: 'node', exitCode: 0, countsFile: '/nowhere/x' }).failed, 1);
    assert.equal(counted(t, 'nonsense', 0).failed, 1);
    assert.equal(counted(t, { passed: '5' }, 0).failed, 1);
  });
});

test('adds the counts of the stages', () => {
  const results = [
    { passed: 3, failed: 0 },
    { passed: 0, failed: 1, why: 'x' },
  ];
  assert.deepEqual(sum(results), { passed: 3, failed: 1 });
  assert.deepEqual(sum([]), { passed: 0, failed: 0 });
});

test('selects stages by name, in their own order, and refuses an unknown name', () => {
  assert.equal(chosenStages([]), STAGES);
  assert.deepEqual(
    chosenStages(['e2e', 'types']).map((stage) => stage.name),
    ['types', 'e2e'],
  );
  assert.throws(() => chosenStages(['units']), /no stage units; there are: types, lint/);
});

describe('the count reporter', () => {
  const counts = (t, source) => countsOf(t, source);

  test('counts tests, not the suites around them', (t) => {
    const source = `describe('a', () => { test('b', () => {}); test('c', () => { throw 1; }); });
      test('d', () => {});`;
    assert.deepEqual(counts(t, source), { passed: 2, failed: 1 });
  });
  test('counts a suite that failed outside its tests', (t) => {
    const source = `describe('a', () => { before(() => { throw new Error('x'); }); test('b', () => {}); });`;
    assert.ok(counts(t, source).failed > 0);
  });
  test('does not count a skipped or todo test as passed', (t) => {
    const source = `test.skip('a', () => {}); test.todo('b'); test('c', () => {});`;
    assert.deepEqual(counts(t, source), { passed: 1, failed: 2 });
  });
  test('does not count a file without a test as passed', (t) => {
    assert.deepEqual(counts(t, ''), { passed: 0, failed: 1 });
  });
  test('counts a file that cannot be loaded as failed', (t) => {
    assert.deepEqual(counts(t, `import './not-there.mjs';`), { passed: 0, failed: 1 });
  });
});

test('a run prints the total as its last line, and exits with code 1 after a failure', () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    ['scripts/test-runner/main.mjs', 'no-such-stage'],
    {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    },
  );
  assert.equal(stdout.trimEnd().split('\n').at(-1), '0 passed, 1 failed');
  assert.equal(status, 1);
});

function counted(t, content, exitCode) {
  const countsFile = join(temporaryFolder(t), 'counts.json');
  writeFileSync(countsFile, JSON.stringify(content));
  return countStage({ count: 'node', exitCode, countsFile });
}

function countsOf(t, source) {
  const folder = temporaryFolder(t);
  const file = join(folder, 'some.test.mjs');
  writeFileSync(file, `import { before, describe, test } from 'node:test';\n${source}\n`);
  // Otherwise the inner run would report to this one.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const reporter = join(import.meta.dirname, 'count-reporter.mjs');
  const countsFile = join(folder, 'counts.json');
  const args = [
    '--test',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${countsFile}`,
  ];
  spawnSync(process.execPath, [...args, file], { env, cwd: folder });
  return JSON.parse(readFileSync(countsFile, 'utf8'));
}
