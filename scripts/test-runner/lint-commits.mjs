import { execFileSync, spawnSync } from 'node:child_process';
import { ROOT } from '../setup.mjs';

/**
 * Lints the messages of all commits since commitlint was added; older ones follow no convention. A copy without git
 * history, or a shallow clone, has nothing to lint.
 */
const CONFIG = 'commitlint.config.mjs';

const first = firstCommitWith(CONFIG);
if (first === null) {
  console.log('no git history: no commit message to lint');
} else {
  const { status } = spawnSync('commitlint', ['--from', first, '--verbose'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

function firstCommitWith(file) {
  const args = ['log', '--diff-filter=A', '--format=%H', '--reverse', '--', file];
  try {
    const [commit] = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n');
    return commit || null;
  } catch {
    return null;
  }
}
