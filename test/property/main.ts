import { parseArgs } from 'node:util';
import { KEPT } from './kept.ts';
import { freshSeed, search } from './search.ts';
import { live, Tally } from './sequence.ts';

// npm run property [-- --runs N] [--seed N [--path P]]: the kept sequences, then new ones (or those again).
const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
const tally = new Tally();
const started = performance.now();
if (values.path === undefined) for (const kept of KEPT) await live(kept, new Tally());
const runs = Number(values.runs ?? (values.path === undefined ? 1000 : 1));
console.log(`seed ${seed}`);
const failure = await search({ runs, seed, ...(values.path && { path: values.path }) }, tally);
console.log(`${tally.inWords()}; ${Math.round((performance.now() - started) / 1000)} s`);
if (failure !== null) {
  console.log(failure);
  process.exitCode = 1;
}
if (tally.sequences >= 20 && tally.crossed * 2 < tally.sequences) {
  console.log('acts cross too seldom');
  process.exitCode = 1;
}
