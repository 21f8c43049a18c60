import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { BUGS } from './mutations.ts';

/**
 * Loaded before a test: changes one place in one source, in memory only. The sources themselves have no
 * switch for it, and no other process sees it.
 */
const name = process.env['MUTATION'];
const bug = BUGS.find((one) => one.name === name);
if (bug === undefined) throw new Error(`there is no planted bug "${String(name)}"`);
const target = new URL(`../../${bug.file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (url !== target) return nextLoad(url, context);
    const source = readFileSync(new URL(url), 'utf8').replace(bug.find, () => bug.replace);
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});
