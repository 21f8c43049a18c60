import { underOwnNode } from '../setup.mjs';

// npm test: everything CI checks, on a machine that may have nothing installed. `npm test -- unit e2e` runs
// only the named stages. `npm run test:long` runs the long searches instead (--long). The last line says how
// many tests passed and failed.
await underOwnNode(import.meta.url);
const { runTests } = await import('./test-run.mjs');
const { LONG_STAGES, STAGES } = await import('./test-stages.mjs');
const names = process.argv.slice(2).filter((argument) => argument !== '--long');
const isLong = process.argv.includes('--long');
process.exitCode = await runTests(names, isLong ? LONG_STAGES : STAGES);
