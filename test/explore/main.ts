import { explore } from './explore.ts';
import { LARGE_SCENARIOS, SCENARIOS } from './scenarios.ts';

// npm run explore [-- a scenario’s name …]: searches everything, and prints what it met and found.
const wanted = process.argv.slice(2);
const all = [...SCENARIOS, ...LARGE_SCENARIOS];
let total = 0;
for (const scenario of all.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const started = performance.now();
  const { states, steps, depth, found } = await explore(scenario);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  total += states;
  console.log(`${scenario.name}: ${states} states, ${steps} steps, ${depth} deep, ${seconds} s`);
  if (found !== null) console.log(`  ${found.what}\n    ${found.trace.join('\n    ')}`);
  if (found === null && states < scenario.leastStates)
    console.log('  fewer states than there were');
  if (found !== null || states < scenario.leastStates) process.exitCode = 1;
}
console.log(`${total} states`);
