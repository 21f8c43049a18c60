import './time-scaling.ts';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { Tally } from '../virtual/sequence.ts';
import { Street } from './server-process.ts';
import { KEPT } from './kept.ts';
import { search, severalTimes } from './search.ts';
import { realSequences } from './sequence.ts';

/** docs/testing.md says what lives here, and what must hold. */

const RUNS = Number(process.env['TUI_CALL_REAL_RUNS'] ?? 200);
/** No life begins later than this, in real ms: a busy machine lives fewer. */
const FOR_MS = 50_000;
const AT_LEAST = 20;
/** The same lives each time. `npm run simulate -- --real` lives new ones. */
const SEED = Number(process.env['TUI_CALL_SEED'] ?? 1);

let street: Street;
before(async () => {
  street = await Street.start();
});
after(() => street.stop());

test('with a real server, sockets and kills every device and the record agree, and nothing acknowledged is lost', async (t) => {
  const tally = new Tally();
  t.diagnostic(`npm run simulate -- --real --seed ${SEED} --runs ${RUNS}`);
  const failure = await search({ street, seed: SEED, runs: RUNS, forMs: FOR_MS }, tally);
  assert.equal(failure, null);
  t.diagnostic(`${tally.inWords()}; ${street.kills} kills`);
  assert.ok(tally.sequences >= AT_LEAST, `only ${tally.sequences} sequences were lived`);
  assert.ok(tally.crossed * 2 >= tally.sequences, `acts cross too seldom: ${tally.inWords()}`);
});

describe('what once went wrong with sockets goes right', { concurrency: true }, () => {
  for (const kept of KEPT) test(kept.was, () => severalTimes(kept, 3, street, new Tally()));
});

test('the path that a failure prints leads to its sequence again', async () => {
  const seed = 7;
  const [, , third] = fc.sample(realSequences, { seed, numRuns: 3 });
  const seen: unknown[] = [];
  const property = fc.asyncProperty(realSequences, async (sequence) => {
    seen.push(sequence);
  });
  await fc.check(property, { seed, path: '2', numRuns: 1 });
  assert.deepEqual(seen, [third]);
});
