import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { runSimulation } from './own-process.ts';
import { freshSeed } from './search.ts';

/** docs/testing.md describes what runs here and what is checked. `npm run test:long` runs more. */

/** The same sequences each time, and new ones. */
const RUNS = [
  { seed: '3', runs: '300' },
  { seed: String(freshSeed()), runs: '60' },
] as const;
const TABLE_SEED = String(freshSeed());
/** Number of tries for each pair of the table. */
const MIN_TRIES = '20';

describe('the simulation in virtual time', { concurrency: 2 }, () => {
  test('devices and database agree after any sequence, and every call ends', async (t) => {
    for (const { seed, runs } of RUNS) await simulate(t, ['--seed', seed, '--runs', runs]);
  });

  test('the server accepts or refuses every command in every position according to the table', (t) =>
    simulate(t, ['--table', '--least', MIN_TRIES, '--seed', TABLE_SEED]));
});

async function simulate(t: TestContext, options: readonly string[]): Promise<void> {
  t.diagnostic(`npm run simulate -- ${options.join(' ')}`);
  const { failure, output } = await runSimulation(options);
  if (failure !== null) assert.fail(failure);
  for (const line of output) t.diagnostic(line);
}
