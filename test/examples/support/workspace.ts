import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentWithTools, needsInstall, type Lock } from '../../../scripts/setup.mjs';
import { installed } from '../../support/packages.ts';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** The npm workspace of the examples, with its own lock file and node_modules. */
export const EXAMPLES = join(ROOT, 'examples');

/** Those with a build of their own, the longest first. */
const BUILT = ['nuxt', 'next', 'angular', 'react', 'vue', 'svelte', 'solid'] as const;
/** Builds at a time. */
const BESIDE = 2;

export const environment: NodeJS.ProcessEnv = {
  ...environmentWithTools(),
  NEXT_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  CI: '1',
};

/** The packages of the lock file, and tui-call as npm would publish it. */
export async function install(): Promise<void> {
  const read = (file: string): Lock =>
    JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as Lock;
  const present = 'node_modules/.package-lock.json';
  const found = existsSync(join(EXAMPLES, present)) ? read(present) : null;
  if (needsInstall(read('package-lock.json'), found)) {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', args, { cwd: EXAMPLES, env: environment });
  }
  const folder = await installed(tmpdir(), 'tui-call', ROOT);
  const target = join(EXAMPLES, 'node_modules', 'tui-call');
  await rm(target, { recursive: true, force: true });
  await cp(join(folder, 'node_modules', 'tui-call'), target, { recursive: true });
  await rm(folder, { recursive: true, force: true });
}

/** Builds each example with the tools of its framework. */
export async function build(): Promise<void> {
  const waiting = [...BUILT];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const started = performance.now();
      await inExample(name, 'npm', ['run', '--silent', 'build']);
      console.log(`${name}: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: BESIDE }, worker));
}

/** Runs a program in the folder of an example; fails with all that the program has written. */
export async function inExample(
  name: string,
  command: string,
  args: readonly string[],
): Promise<void> {
  const options = { cwd: join(EXAMPLES, name), env: environment, maxBuffer: 64 * 1024 * 1024 };
  try {
    await run(command, args, options);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    assert.fail(`${name}: ${command} ${args.join(' ')}\n${`${stdout}${stderr}` || String(error)}`);
  }
}

/** A file of a package that is installed for the examples. */
export const installedFile = (...path: string[]): string => join(EXAMPLES, 'node_modules', ...path);
