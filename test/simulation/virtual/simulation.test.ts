import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { liveElsewhere } from './own-process.ts';
import { freshSeed } from './search.ts';

/** docs/testing.md says what lives here, and what must hold. */

/**
 * Lives that are the same each time, so that a change is judged by itself, and new ones. On a machine that
 * others use, too, fewer are lived.
 */
const LIVES = [
  { seed: '3', runs: '400', seconds: '32' },
  { seed: String(freshSeed()), runs: '100', seconds: '8' },
] as const;
/** What odd sessions say is new each time. */
const TABLE_SEED = String(freshSeed());
/** Longer than the slowest machine needs for the table. */
const TIMEOUT_MS = 220_000;

describe('whole lives', { concurrency: 2, timeout: TIMEOUT_MS }, () => {
  test('whatever happens, every device and the record agree, and nobody is left in a call', async (t) => {
    for (const { seed, runs, seconds } of LIVES) {
      t.diagnostic(`npm run simulate -- --seed ${seed} --runs ${runs}`);
      const { wrong, said } = await liveElsewhere([
        ...['--seed', seed, '--runs', runs, '--seconds', seconds],
      ]);
      for (const line of said) if (wrong === null) t.diagnostic(line);
      assert.equal(wrong, null);
    }
  });

  test('every command is tried by whoever may stand in any way to a call, and answered rightly', async (t) => {
    t.diagnostic(`npm run simulate -- --table --seed ${TABLE_SEED}`);
    const { wrong, said } = await liveElsewhere(['--table', '--seed', TABLE_SEED]);
    for (const line of said) if (wrong === null) t.diagnostic(line);
    assert.equal(wrong, null);
  });
});
