import { parseArgs } from 'node:util';
import { KEPT } from './regressions.ts';
import { freshSeed, search } from './search.ts';
import { live, Tally } from './sequence.ts';
import { POSSIBLE } from './server-table.ts';
import { fillTable, LEAST } from './table-search.ts';

// npm run simulate [-- --runs N] [--seconds N] [--seed N [--path P]]: the kept sequences, then new ones (or those
// again). With --table: lives that fill the server's table. With --real: with a real server process and real
// sockets (test/simulation/process); --times N lives one again so often.
const { values } = parseArgs({
  options: {
    ...{ real: { type: 'boolean' }, table: { type: 'boolean' }, runs: { type: 'string' } },
    ...{ seconds: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } },
    times: { type: 'string' },
  },
});
const given = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const seed = given(values.seed) ?? freshSeed();
const runs = given(values.runs);
const { path } = values;
const tally = new Tally();
const started = process.hrtime();
/** Three times as many as it takes. */
const MOST_TABLE_LIVES = 4000;

console.log(`seed ${seed}`);
for (const wrong of values.table ? await table() : await lives()) {
  console.log(wrong);
  process.exitCode = 1;
}

async function lives(): Promise<readonly string[]> {
  const failure = await (values.real ? forReal() : virtually());
  console.log(`${tally.inWords()}; ${process.hrtime(started)[0]} s`);
  if (failure !== null) return [failure, ...notThere()];
  const seldom = tally.sequences >= 20 && tally.crossed * 2 < tally.sequences;
  return seldom ? ['acts cross too seldom', ...notThere()] : notThere();
}

async function virtually(): Promise<string | null> {
  if (path === undefined) for (const kept of KEPT) await live(kept, new Tally());
  const forMs = values.seconds === undefined ? {} : { forMs: Number(values.seconds) * 1000 };
  const again = { seed, ...forMs, ...(path !== undefined && { path }) };
  return search({ runs: runs ?? (path === undefined ? 1000 : 1), ...again }, tally);
}

async function forReal(): Promise<string | null> {
  // Makes time pass faster in this process: not before it is asked for.
  const { liveForReal } = await import('../process/main.ts');
  return liveForReal({ seed, path, runs, times: given(values.times) }, tally);
}

async function table(): Promise<readonly string[]> {
  const missing = await fillTable(seed, MOST_TABLE_LIVES, tally);
  const pairs = `${POSSIBLE.length} pairs of a command and a part in a call`;
  const { sequences, coverage } = tally;
  console.log(
    `${pairs}, tried ${LEAST} times each in ${sequences} lives; ${process.hrtime(started)[0]} s`,
  );
  return [...missing.map((pair) => `${pair}: only ${coverage.times(pair)} times`), ...notThere()];
}

/** What is said to be impossible has not happened. */
function notThere(): readonly string[] {
  const known = new Set(POSSIBLE);
  const met = tally.coverage.pairs.filter((pair) => !known.has(pair));
  return met.map((pair) => `${pair} was said to be impossible`);
}
