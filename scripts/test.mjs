import { underOwnNode } from './setup.mjs';

// npm test: everything CI checks, on a machine that may have nothing yet. `npm test -- unit e2e` runs
// only the named stages. The last line says how many tests passed and failed.
await underOwnNode(import.meta.url);
const { runTests } = await import('./test-runner/test-run.mjs');
process.exitCode = await runTests(process.argv.slice(2));
