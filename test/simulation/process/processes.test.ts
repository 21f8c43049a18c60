import './time-scaling.ts';
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { Tally } from '../virtual/sequence/sequence.ts';
import { ServerPool } from './server-process.ts';
import { REGRESSIONS } from './regressions.ts';
import { search, severalTimes } from './search.ts';
import { realSequences } from './sequence.ts';

/** docs/testing.md describes what runs here and what is checked. */

const RUNS = Number(process.env['TUI_CALL_REAL_RUNS'] ?? 60);
/** The same sequences each time. `npm run simulate -- --real` generates new ones. */
const SEED = Number(process.env['TUI_CALL_SEED'] ?? 2);

const servers = await ServerPool.start();
after(() => servers.stop());

test('F66 F68 F69 F70 devices agree with the database of a server that is killed under load', async (t) => {
  const tally = new Tally();
  t.diagnostic(`npm run simulate -- --real --seed ${SEED} --runs ${RUNS}`);
  const failure = await search({ servers, seed: SEED, runs: RUNS }, tally);
  // Not assert.equal: it cuts long texts.
  if (failure !== null) assert.fail(failure);
  t.diagnostic(`${tally.summary()}; ${servers.kills} kills`);
  const { acknowledged } = tally;
  const commands = acknowledged.pairs.map((type) => `${type} ${acknowledged.times(type)}`);
  t.diagnostic(commands.join(', '));
  assert.equal(tally.sequences, RUNS);
  assert.ok(servers.kills * 4 >= RUNS, `only ${servers.kills} kills`);
  for (const type of ['call', 'accept', 'invite', 'join-group', 'hold', 'delete-recent-calls']) {
    assert.ok(acknowledged.times(type) > 0, `no ${type} was acknowledged`);
  }
  assert.ok(tally.crossed * 2 >= tally.sequences, `acts cross too seldom: ${tally.summary()}`);
});

describe('the simulation with real processes passes the regression', { concurrency: true }, () => {
  for (const kept of REGRESSIONS) test(kept.was, () => severalTimes(kept, 3, servers, new Tally()));
});

test('the path that a failure prints repeats its sequence', async () => {
  const seed = 7;
  const [, , third] = fc.sample(realSequences, { seed, numRuns: 3 });
  const seen: unknown[] = [];
  const property = fc.asyncProperty(realSequences, async (sequence) => {
    seen.push(sequence);
  });
  await fc.check(property, { seed, path: '2', numRuns: 1 });
  assert.deepEqual(seen, [third]);
});
