import { explore } from './search/explore.ts';
import { FULL_SCENARIOS, LARGE_SCENARIOS, SCENARIOS } from './model/scenarios.ts';

// npm run model-check [-- full | a scenario’s name …]: explores every state, and prints the counts and violations.
const wanted = process.argv.slice(2);
const usual = [...SCENARIOS, ...LARGE_SCENARIOS];
const every = [...usual, ...FULL_SCENARIOS];
const named = every.filter(({ name }) => wanted.includes(name));
const chosen = wanted.length === 0 ? usual : wanted.includes('full') ? every : named;
for (const scenario of chosen) {
  const started = performance.now();
  const { states, stages, quiet, found } = await explore(scenario);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const memory = (process.memoryUsage().rss / 1e9).toFixed(1);
  console.log(`${scenario.name}: ${states} states (${quiet} quiet) in ${stages} stages`);
  console.log(`  ${seconds} s, ${memory} GB`);
  if (found !== null) console.log(`  ${found.what}\n    ${found.trace.join('\n    ')}`);
  if (found === null && states < scenario.minStates) console.log('  fewer states than there were');
  if (found !== null || states < scenario.minStates) process.exitCode = 1;
}
