import assert from 'node:assert/strict';
import { test } from 'node:test';
import { search } from './search.ts';
import { Tally } from './sequence.ts';

/** docs/testing.md says what lives here, and what must hold. */

const RUNS = Number(process.env['TUI_CALL_RUNS'] ?? 60);
/** The same lives each time: a change is judged by itself. `npm run property` lives new ones. */
const SEED = Number(process.env['TUI_CALL_SEED'] ?? 3);

test('whatever happens, every device and the record agree, and nobody is left in a call', async (t) => {
  const tally = new Tally();
  const seed = SEED;
  t.diagnostic(`npm run property -- --seed ${seed} --runs ${RUNS}`);
  assert.equal(await search({ runs: RUNS, seed }, tally), null);
  t.diagnostic(tally.inWords());
  assert.ok(tally.crossed * 2 >= tally.sequences, `acts cross too seldom: ${tally.inWords()}`);
});
