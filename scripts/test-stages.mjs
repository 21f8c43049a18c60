/**
 * The stages of `npm test`, fastest answer first. `count` says how a stage is counted:
 * `check` is one test as a whole; `node` and `browser` report each of their tests.
 * `needs` names the stage without which this one could only fail too, `drives` the programs that it
 * works with: they are found, or installed, before the first stage. A stage that drives nothing only
 * computes, and runs beside another such.
 */
const nodeTests = (...patterns) => [
  ...['node', '--test', '--test-concurrency=1'],
  // A test that hangs fails alone, before its stage is ended as a whole.
  '--test-timeout=120000',
  ...patterns,
];

const MINUTES = 60_000;

export const STAGES = [
  { name: 'types', count: 'check', command: ['tsc', '-b'] },
  { name: 'lint', count: 'check', command: ['eslint', '.'] },
  { name: 'format', count: 'check', command: ['prettier', '--check', '--log-level=warn', '.'] },
  {
    name: 'layers',
    count: 'check',
    command: ['depcruise', 'src', 'components', 'server', '--config', '.dependency-cruiser.cjs'],
  },
  { name: 'commits', count: 'check', command: ['node', 'scripts/lint-commits.mjs'] },
  { name: 'unit', count: 'node', command: nodeTests('src/**/*.test.ts') },
  // The longest of those that only compute: begun early, since two run at a time.
  { name: 'property', count: 'node', command: nodeTests('test/property/**/*.test.ts') },
  { name: 'explore', count: 'node', command: nodeTests('test/explore/**/*.test.ts') },
  { name: 'planted', count: 'node', command: nodeTests('test/planted/**/*.test.ts') },
  {
    name: 'browser',
    count: 'browser',
    command: ['node', 'scripts/browser-tests.mjs'],
    drives: ['chromium', 'firefox'],
  },
  {
    name: 'server',
    count: 'node',
    command: nodeTests('server/**/*.test.ts'),
    drives: ['livekit'],
  },
  {
    name: 'adapters',
    count: 'node',
    command: nodeTests('test/adapters/**/*.test.ts'),
    drives: ['chromium', 'livekit'],
  },
  {
    name: 'faults',
    count: 'node',
    // Most of it waits for a heartbeat or a grace time: files run beside each other. The limit is a whole file's.
    command: nodeTests(
      ...['--test-concurrency=3', '--test-timeout=420000'],
      'test/faults/**/*.test.ts',
    ),
    drives: ['livekit'],
    withinMs: 8 * MINUTES,
  },
  {
    name: 'sockets',
    count: 'node',
    command: nodeTests('--test-timeout=200000', 'test/sockets/**/*.test.ts'),
    drives: ['livekit'],
  },
  {
    name: 'stores',
    count: 'node',
    // Nodes that are killed and databases that restart: the limit is a whole file's.
    command: nodeTests('--test-timeout=240000', 'test/stores/**/*.test.ts'),
    drives: ['livekit', 'postgres', 'redis'],
    withinMs: 8 * MINUTES,
  },
  { name: 'build', count: 'check', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'size', count: 'check', command: ['node', 'scripts/size.mjs'], needs: 'build' },
  { name: 'package', count: 'node', command: nodeTests('test/types/**/*.test.ts'), needs: 'build' },
  // After the build: some of them start the demo.
  {
    name: 'scripts',
    count: 'node',
    command: nodeTests('scripts/**/*.test.mjs'),
    needs: 'build',
    drives: ['chromium', 'livekit'],
  },
  // After the build: some of it looks into the bundle.
  {
    name: 'hostile',
    count: 'node',
    command: nodeTests('test/hostile/**/*.test.ts'),
    needs: 'build',
    drives: ['livekit'],
  },
  {
    name: 'e2e',
    count: 'node',
    command: nodeTests('test/e2e/**/*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'firefox', 'livekit'],
    withinMs: 8 * MINUTES,
  },
  {
    name: 'bots',
    count: 'node',
    // Fifty members in one call: on a busy machine that takes its time.
    command: nodeTests('--test-timeout=240000', 'test/bots/**/*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'livekit'],
    withinMs: 8 * MINUTES,
  },
].map((stage) => ({ withinMs: 4 * MINUTES, drives: [], ...stage }));

/** The stages to run: all, or those that were named. */
export function chosenStages(names) {
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const known = STAGES.map((stage) => stage.name).join(', ');
    throw new Error(`There is no stage ${unknown.join(', ')}; there are: ${known}`);
  }
  return names.length === 0 ? STAGES : STAGES.filter((stage) => names.includes(stage.name));
}
