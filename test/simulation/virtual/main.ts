import { parseArgs } from 'node:util';
import { REGRESSIONS } from './regressions.ts';
import { freshSeed, search } from './search.ts';
import { runSequence, Tally } from './sequence/sequence.ts';
import { POSSIBLE } from './table/server-table.ts';
import { fillTable } from './table/table-search.ts';

// npm run simulate [-- --runs N] [--seed N [--path P]]: runs the regressions, then new sequences (or those of the
// seed). --table: runs sequences until each pair of the server's table was tried --least N times. --real: uses a
// real server process and real sockets (test/simulation/process); --times N repeats one sequence.
const { values } = parseArgs({
  options: {
    ...{ real: { type: 'boolean' }, table: { type: 'boolean' }, runs: { type: 'string' } },
    ...{ seed: { type: 'string' }, path: { type: 'string' } },
    ...{ times: { type: 'string' }, least: { type: 'string' } },
  },
});
const given = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const seed = given(values.seed) ?? freshSeed();
const runs = given(values.runs);
const { path } = values;
const tally = new Tally();
const started = process.hrtime();
/** How often each pair of the table is tried, and three times as many sequences as that takes. */
const least = given(values.least) ?? 100;
const maxTableSequences = 200 + 45 * least;

console.log(`seed ${seed}`);
for (const wrong of values.table ? await table() : await simulate()) {
  console.log(wrong);
  process.exitCode = 1;
}

async function simulate(): Promise<readonly string[]> {
  const failure = await (values.real ? withProcesses() : inVirtualTime());
  console.log(`${tally.summary()}; ${process.hrtime(started)[0]} s`);
  if (failure !== null) return [failure, ...unexpectedPairs()];
  const seldom = tally.sequences >= 20 && tally.crossed * 2 < tally.sequences;
  return seldom ? ['acts cross too seldom', ...unexpectedPairs()] : unexpectedPairs();
}

async function inVirtualTime(): Promise<string | null> {
  if (path === undefined) for (const kept of REGRESSIONS) await runSequence(kept, new Tally());
  const again = { seed, ...(path !== undefined && { path }) };
  return search({ runs: runs ?? (path === undefined ? 1000 : 1), ...again }, tally);
}

async function withProcesses(): Promise<string | null> {
  // Loaded only on request, because it makes time pass faster in this process.
  const { runWithProcesses } = await import('../process/main.ts');
  return runWithProcesses({ seed, path, runs, times: given(values.times) }, tally);
}

async function table(): Promise<readonly string[]> {
  const missing = await fillTable({ seed, least, maxSequences: maxTableSequences }, tally);
  const pairs = `${POSSIBLE.length} pairs of a command and a part in a call`;
  const { sequences, coverage } = tally;
  console.log(
    `${pairs}, tried ${least} times each in ${sequences} sequences; ${process.hrtime(started)[0]} s`,
  );
  return [
    ...missing.map((pair) => `${pair}: only ${coverage.times(pair)} times`),
    ...unexpectedPairs(),
  ];
}

/** Fails if a situation occurred that the table marks as impossible. */
function unexpectedPairs(): readonly string[] {
  const known = new Set(POSSIBLE);
  const met = tally.coverage.pairs.filter((pair) => !known.has(pair));
  return met.map((pair) => `${pair} is marked as impossible`);
}
