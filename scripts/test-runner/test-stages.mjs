/**
 * The stages of `npm test`. `count` says how a stage is counted: `check` is one test as a whole; `node` and
 * `browser` report each of their tests. `needs` names the stage without which this one can only fail too.
 * `drives` names the programs the stage uses: they are found, or installed, before the first stage. `cores`
 * is how many cores it keeps busy on average: they run in this order, as many at a time as the machine's cores
 * carry (stage-order.mjs). Stages share no port, no database and no folder but `dist`, which only
 * `build` writes.
 *
 * Time limits only catch hangs: each is many times what its stage takes on a slow machine.
 */
const nodeTests = (...patterns) => [
  ...['node', '--test', '--test-concurrency=1'],
  // A test that hangs fails alone, before its whole stage is ended.
  '--test-timeout=600000',
  ...patterns,
];

const simulate = (...options) => ['node', 'test/simulation/virtual/main.ts', ...options];

const MINUTES = 60_000;

export const STAGES = [
  { name: 'types', count: 'check', command: ['tsc', '-b'] },
  { name: 'lint', count: 'check', command: ['eslint', '.'] },
  // After the types, which write to the same folder.
  {
    name: 'build',
    count: 'check',
    command: ['npm', 'run', '--silent', 'build'],
    needs: 'types',
  },
  { name: 'format', count: 'check', command: ['prettier', '--check', '--log-level=warn', '.'] },
  {
    name: 'layers',
    count: 'check',
    command: [
      ...['depcruise', 'src', 'components', 'frameworks', 'server', 'scripts'],
      ...['--config', '.dependency-cruiser.cjs'],
    ],
  },
  { name: 'commits', count: 'check', command: ['node', 'scripts/test-runner/lint-commits.mjs'] },
  { name: 'unit', count: 'node', command: nodeTests('src/**/*.test.ts') },
  { name: 'size', count: 'check', command: ['size-limit'], needs: 'build' },
  { name: 'docs', count: 'node', command: nodeTests('test/docs/**/*.test.mjs') },
  { name: 'simulation', count: 'node', command: nodeTests('test/simulation/virtual/**/*.test.ts') },
  { name: 'model-check', count: 'node', command: nodeTests('test/model-check/**/*.test.ts') },
  { name: 'mutation', count: 'node', command: nodeTests('test/mutation/**/*.test.ts') },
  {
    name: 'package',
    count: 'node',
    command: nodeTests('test/package/**/*.test.ts'),
    needs: 'build',
  },
  {
    name: 'contract',
    count: 'node',
    command: nodeTests('test/contract/**/*.test.ts'),
    drives: ['schemathesis'],
  },
  {
    name: 'server',
    count: 'node',
    command: nodeTests('server/**/*.test.ts'),
    drives: ['livekit'],
  },
  // After the build: some of it looks into the bundle.
  {
    name: 'security',
    count: 'node',
    command: nodeTests('test/security/**/*.test.ts'),
    needs: 'build',
    drives: ['livekit'],
  },
  // After the build: some of them start the demo.
  {
    name: 'scripts',
    count: 'node',
    command: nodeTests('scripts/**/*.test.mjs'),
    needs: 'build',
    drives: ['chromium', 'livekit'],
  },
  {
    name: 'fault-injection',
    count: 'node',
    // Most of it waits for a heartbeat or a grace time: files run in parallel, beside another stage.
    command: nodeTests('--test-concurrency=3', 'test/fault-injection/**/*.test.ts'),
    drives: ['livekit'],
  },
  // Each of these drives pages, media or many processes, which compete for the cores with a stage beside them: they run
  // alone.
  {
    name: 'deploy',
    count: 'node',
    command: nodeTests('test/deploy/**/*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'nginx', 'livekit'],
    cores: 2,
  },
  {
    name: 'browser',
    count: 'browser',
    command: ['node', 'scripts/test-runner/browser-tests.mjs'],
    drives: ['chromium', 'firefox'],
    cores: 2,
  },
  {
    name: 'pictures',
    count: 'node',
    command: nodeTests('test/pictures/**/*.test.ts'),
    drives: ['chromium'],
    cores: 2,
  },
  {
    name: 'adapters',
    count: 'node',
    // Most of it waits for media to connect or to stop.
    command: nodeTests('--test-concurrency=2', 'test/adapters/**/*.test.ts'),
    drives: ['chromium', 'livekit'],
    cores: 2,
  },
  {
    name: 'stores',
    count: 'node',
    // Most of the longest file waits for nodes to start: files run in parallel.
    command: nodeTests('--test-concurrency=2', 'test/stores/**/*.test.ts'),
    drives: ['livekit', 'postgres', 'redis'],
    cores: 2,
  },
  {
    name: 'processes',
    count: 'node',
    command: nodeTests('test/simulation/process/**/*.test.ts'),
    drives: ['livekit'],
    cores: 2,
  },
  {
    name: 'examples',
    count: 'node',
    command: nodeTests('test/examples/**/*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'livekit'],
    cores: 2,
  },
  {
    name: 'e2e',
    count: 'node',
    command: nodeTests('test/e2e/!(effects)*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'firefox', 'livekit'],
    cores: 2,
  },
  {
    name: 'effects',
    count: 'node',
    command: nodeTests('test/e2e/effects*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'firefox', 'livekit'],
    cores: 2,
  },
  {
    name: 'scale',
    count: 'node',
    command: nodeTests('test/scale/**/*.test.ts'),
    needs: 'build',
    drives: ['chromium', 'livekit'],
    cores: 2,
  },
].map((stage) => ({ withinMs: 60 * MINUTES, drives: [], cores: 1, ...stage }));

/** The long searches, `npm run test:long`: complete, or many new random sequences. */
export const LONG_STAGES = [
  { name: 'full-model-check', command: ['node', 'test/model-check/main.ts', 'full'] },
  { name: 'long-simulation', command: simulate('--runs', '5000') },
  { name: 'long-table', command: simulate('--table', '--least', '100') },
  {
    name: 'long-stores',
    command: [
      'env',
      'STORES_ROUNDS=1000',
      'STORES_KILLS=300',
      ...nodeTests('test/stores/**/*.test.ts'),
    ],
    drives: ['livekit', 'postgres', 'redis'],
  },
  { name: 'long-processes', command: simulate('--real', '--runs', '1000'), drives: ['livekit'] },
].map((stage) => ({ count: 'check', withinMs: 120 * MINUTES, drives: [], cores: 2, ...stage }));

/** The stages to run: all, or the named ones. */
export function chosenStages(names, stages = STAGES) {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const known = stages.map((stage) => stage.name).join(', ');
    throw new Error(`There is no stage ${unknown.join(', ')}; there are: ${known}`);
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}
