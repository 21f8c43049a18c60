import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BUGS, type Bug } from './mutations.ts';

/** The tests are tested: each of these bugs, planted alone, has to be noticed. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WITHIN_MS = 300_000;
const EXPLORE = 'explore: ';

describe('this bug is noticed', { concurrency: 2 }, () => {
  for (const bug of BUGS) {
    test(bug.name, async () => {
      const source = await readFile(`${ROOT}/${bug.file}`, 'utf8');
      assert.equal(source.split(bug.find).length - 1, 1, `${bug.file} has changed: plant it anew`);
      const { code, output } = await run(bug);
      assert.equal(code, 1, `nothing noticed that ${bug.why}\n${output}`);
      // A bug that does not even load would be noticed by anything.
      assert.doesNotMatch(output, /SyntaxError|ReferenceError|ERR_[A-Z_]+_(?:SYNTAX|TYPESCRIPT)/);
      assert.match(output, bug.noticedBy.startsWith(EXPLORE) ? /^ {4}\S/m : /^ℹ fail [1-9]/m);
    });
  }
});

/** Its test, with the bug in its place. */
async function run(bug: Bug): Promise<{ code: number | null; output: string }> {
  const { noticedBy } = bug;
  const explored = noticedBy.startsWith(EXPLORE);
  const what = explored
    ? ['test/model-check/main.ts', noticedBy.slice(EXPLORE.length)]
    : ['--test-reporter=spec', noticedBy];
  const child = spawn(
    process.execPath,
    ['--import', './test/mutation/apply-mutation.ts', ...what],
    {
      cwd: ROOT,
      // It is a run of its own, not a part of this one.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, MUTATION: bug.name },
      timeout: WITHIN_MS,
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}
