import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A new folder in `where`, whose node_modules has the package as npm would publish it. */
export async function installed(where: string, name: string, source: string): Promise<string> {
  const folder = await mkdtemp(join(where, '.tui-call-package-'));
  const target = join(folder, 'node_modules', name);
  await mkdir(target, { recursive: true });
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: source });
  const archive = /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? assert.fail(stdout);
  await run('tar', ['-xzf', join(folder, archive), '-C', target, '--strip-components=1']);
  return folder;
}
