import { parseArgs } from 'node:util';
import { KEPT } from './kept.ts';
import { freshSeed, search } from './search.ts';
import { live, Tally } from './sequence.ts';

// npm run property [-- --runs N] [--seed N [--path P]]: the kept sequences, then new ones (or those again).
// With --real: with a real server process and real sockets (test/sockets); --times N lives one again so often.
const { values } = parseArgs({
  options: {
    real: { type: 'boolean' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    times: { type: 'string' },
  },
});
const given = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const seed = given(values.seed) ?? freshSeed();
const runs = given(values.runs);
const { path } = values;
const tally = new Tally();
const started = process.hrtime();

async function virtually(): Promise<string | null> {
  if (path === undefined) for (const kept of KEPT) await live(kept, new Tally());
  const again = { seed, ...(path !== undefined && { path }) };
  return search({ runs: runs ?? (path === undefined ? 1000 : 1), ...again }, tally);
}

async function forReal(): Promise<string | null> {
  // Makes time pass faster in this process: not before it is asked for.
  const { liveForReal } = await import('../sockets/main.ts');
  return liveForReal({ seed, path, runs, times: given(values.times) }, tally);
}

console.log(`seed ${seed}`);
const failure = await (values.real ? forReal() : virtually());
console.log(`${tally.inWords()}; ${process.hrtime(started)[0]} s`);
if (failure !== null) {
  console.log(failure);
  process.exitCode = 1;
}
if (tally.sequences >= 20 && tally.crossed * 2 < tally.sequences) {
  console.log('acts cross too seldom');
  process.exitCode = 1;
}
