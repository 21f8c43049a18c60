import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
 * The call server of the commit before the last one that changed it: the next one to the working tree while
 * that has changes. Without git history, as in a shallow clone, the server of the working tree.
 */
export function previousVersion(): Version {
  const [last, before] = serverCommits();
  const previous = hasChanges() ? last : before;
  if (previous === undefined) {
    return { name: 'this version', main: join(ROOT, 'server/main.ts'), remove: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-previous-'));
  const archive = git('archive', previous, 'package.json', 'server', 'src');
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    name: previous.slice(0, 9),
    main: join(folder, 'server/main.ts'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The latest commits that changed the server, newest first; as far as they knew Postgres. */
function serverCommits(): readonly string[] {
  try {
    const commits = git('log', '-2', '--format=%H', '--', 'server').toString().trim().split('\n');
    return commits.filter(knowsPostgres);
  } catch {
    return [];
  }
}

function knowsPostgres(commit: string): boolean {
  return git('ls-tree', '--name-only', commit, 'server/store/postgres-store.ts').length > 0;
}

function hasChanges(): boolean {
  return git('status', '--porcelain', '--', 'server').length > 0;
}

function git(...args: readonly string[]): Buffer {
  return execFileSync('git', [...args], { cwd: ROOT, maxBuffer: 2 ** 28 });
}
