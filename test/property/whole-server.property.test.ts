import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { liveElsewhere } from './own-process.ts';
import { freshSeed } from './search.ts';

/** docs/testing.md says what lives here, and what must hold. */

const RUNS = process.env['TUI_CALL_RUNS'] ?? '500';
/** On a machine that others use, too, fewer are lived. */
const SECONDS = process.env['TUI_CALL_SECONDS'] ?? '40';
/** The same lives each time: a change is judged by itself. `npm run property` lives new ones. */
const SEED = process.env['TUI_CALL_SEED'] ?? '3';
/** What odd sessions say is new each time. */
const TABLE_SEED = process.env['TUI_CALL_SEED'] ?? String(freshSeed());
/** Longer than the slowest machine needs for the table. */
const TIMEOUT_MS = 220_000;

describe('whole lives', { concurrency: 2, timeout: TIMEOUT_MS }, () => {
  test('whatever happens, every device and the record agree, and nobody is left in a call', async (t) => {
    t.diagnostic(`npm run property -- --seed ${SEED} --runs ${RUNS}`);
    const { wrong, said } = await liveElsewhere([
      ...['--seed', SEED, '--runs', RUNS, '--seconds', SECONDS],
    ]);
    for (const line of said) if (wrong === null) t.diagnostic(line);
    assert.equal(wrong, null);
  });

  test('every command is tried by whoever may stand in any way to a call, and answered rightly', async (t) => {
    t.diagnostic(`npm run property -- --table --seed ${TABLE_SEED}`);
    const { wrong, said } = await liveElsewhere(['--table', '--seed', TABLE_SEED]);
    for (const line of said) if (wrong === null) t.diagnostic(line);
    assert.equal(wrong, null);
  });
});
