import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MUTATIONS, type Mutation } from './mutations.ts';

/** Mutation testing: a test must detect each of these mutations, applied alone. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WITHIN_MS = 300_000;
const MODEL_CHECK = 'model-check: ';

describe('a test detects the mutation', { concurrency: 2 }, () => {
  for (const mutation of MUTATIONS) {
    test(mutation.name, async () => {
      const source = await readFile(`${ROOT}/${mutation.file}`, 'utf8');
      assert.equal(
        source.split(mutation.find).length - 1,
        1,
        `${mutation.file} has changed: update the mutation`,
      );
      const { code, output } = await run(mutation);
      assert.equal(code, 1, `nothing noticed that ${mutation.why}\n${output}`);
      // Every test would detect a mutation that does not load.
      assert.doesNotMatch(output, /SyntaxError|ReferenceError|ERR_[A-Z_]+_(?:SYNTAX|TYPESCRIPT)/);
      assert.match(
        output,
        mutation.detectedBy.startsWith(MODEL_CHECK) ? /^ {4}\S/m : /^ℹ fail [1-9]/m,
      );
    });
  }
});

/** The test of a mutation, with the mutation applied. */
async function run(mutation: Mutation): Promise<{ code: number | null; output: string }> {
  const { detectedBy } = mutation;
  const explored = detectedBy.startsWith(MODEL_CHECK);
  const what = explored
    ? ['test/model-check/main.ts', detectedBy.slice(MODEL_CHECK.length)]
    : ['--test-reporter=spec', detectedBy];
  const child = spawn(
    process.execPath,
    ['--import', './test/mutation/apply-mutation.ts', ...what],
    {
      cwd: ROOT,
      // Otherwise the run would report to this one.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, MUTATION: mutation.name },
      timeout: WITHIN_MS,
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}
