import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { MUTATIONS } from './mutations.ts';

/**
 * Loaded before a test: changes one place in one source, in memory only. The sources themselves have no
 * switch for it, and no other process sees it.
 */
const name = process.env['MUTATION'];
const mutation = MUTATIONS.find((one) => one.name === name);
if (mutation === undefined) throw new Error(`there is no mutation "${String(name)}"`);
const target = new URL(`../../${mutation.file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (url !== target) return nextLoad(url, context);
    const source = readFileSync(new URL(url), 'utf8').replace(
      mutation.find,
      () => mutation.replace,
    );
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});
