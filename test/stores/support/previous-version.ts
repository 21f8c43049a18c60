import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A change of the server is no further away. */
const MAX_COMMITS = 100;
const ROOT = join(import.meta.dirname, '../../..');

/** The files of a call server of another commit. */
export interface Version {
  /** Its name, for a test's report. */
  readonly name: string;
  /** Its entry point. */
  readonly main: string;
  readonly remove: () => void;
}

/**
 * The call server of the latest commit with another one than this. Without git history, as in a shallow clone, this
 * one.
 */
export function previousVersion(): Version {
  const previous = previousCommit();
  if (previous === null) {
    return { name: 'this version', main: join(ROOT, 'server/main.ts'), remove: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-previous-'));
  const files = join(folder, 'files.tar');
  git(['archive', '--output', files, previous, 'package.json', 'server', 'src']);
  execFileSync('tar', ['-xf', files, '-C', folder]);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    name: previous.slice(0, 9),
    main: join(folder, 'server/main.ts'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Only commits whose server knew Postgres. */
function previousCommit(): string | null {
  if (!hasHistory()) return null;
  const isChanged = git(['status', '--porcelain', '--', 'server']) !== '';
  const current = isChanged ? null : objectOf('HEAD', 'server');
  const commits = git(['rev-list', `--max-count=${MAX_COMMITS}`, 'HEAD']).split('\n');
  const differs = (commit: string) =>
    objectOf(commit, 'server') !== current &&
    objectOf(commit, 'server/store/postgres-store.ts') !== null;
  return commits.find(differs) ?? null;
}

function hasHistory(): boolean {
  return existsSync(join(ROOT, '.git'));
}

/** The id of a file or folder in a commit; null: there is none. */
function objectOf(commit: string, path: string): string | null {
  return git(['ls-tree', '--format=%(objectname)', commit, path]) || null;
}

function git(args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: ROOT, encoding: 'utf8' }).trim();
}
