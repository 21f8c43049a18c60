import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, findFirefox } from './browser.mjs';
import { killChild, startChild } from './child.mjs';
import { findPostgres, findRedis } from './database-servers.mjs';
import { findLivekit } from './livekit.mjs';
import { whenOrphaned } from './orphan.mjs';
import { environmentWithTools, ROOT } from './setup.mjs';
import { onlyComputes, runInOrder } from './stage-order.mjs';
import { countStage, sum } from './test-counts.mjs';
import { chosenStages, STAGES } from './test-stages.mjs';

/** Runs the stages and prints the summary. @returns the exit code */
export async function runTests(names) {
  // Ends what runs too (child.mjs).
  whenOrphaned(() => process.exit(1));
  try {
    const stages = chosenStages(names);
    const tools = await findTools(stages);
    return summarise(await runInOrder(stages, (stage, needed) => runStage(stage, needed, tools)));
  } catch (error) {
    console.error(error.message);
    return summarise([{ name: 'setup', passed: 0, failed: 1, why: 'see above', seconds: 0 }]);
  }
}

/** How each program that tests drive is found (or installed), and how they are told where it is. */
const PROGRAMS = {
  chromium: { variable: 'CHROME_PATH', find: findChromium },
  firefox: { variable: 'FIREFOX_PATH', find: findFirefox },
  livekit: { variable: 'LIVEKIT_SERVER_BIN', find: findLivekit },
  postgres: { variable: 'POSTGRES_BIN', find: findPostgres },
  redis: { variable: 'REDIS_SERVER_BIN', find: findRedis },
};

async function findTools(stages) {
  const onProgress = (line) => console.log(line);
  const tools = {};
  for (const name of new Set(stages.flatMap((stage) => stage.drives))) {
    const { variable, find } = PROGRAMS[name];
    try {
      tools[variable] = await find({ onProgress });
    } catch (error) {
      throw new Error(`${error.message}\n${whatRunsWithout(name)}`, { cause: error });
    }
  }
  return tools;
}

function whatRunsWithout(program) {
  const stages = STAGES.filter(({ drives }) => !drives.includes(program)).map(({ name }) => name);
  return `Without it: npm test -- ${stages.join(' ')}`;
}

async function runStage(stage, needed, tools) {
  const title = `\n── ${stage.name}: ${stage.command.join(' ')}`;
  if (!onlyComputes(stage)) console.log(title);
  if (needed?.failed > 0) {
    return told({
      name: stage.name,
      passed: 0,
      failed: 1,
      why: `${needed.name} failed`,
      seconds: 0,
    });
  }
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-test-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const { exitCode, output } = await execute(stage, tools, countsFile);
    if (onlyComputes(stage)) process.stdout.write(`${title}\n${output}`);
    const counted = countStage({ count: stage.count, exitCode, countsFile });
    return told({ name: stage.name, seconds: (Date.now() - started) / 1000, ...counted });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What runs beside another stage is heard when it has ended: the lines of two would be mixed. */
async function execute(stage, tools, countsFile) {
  const [command, ...args] = stage.command;
  const child = startChild(command, [...reporters(stage, countsFile), ...args], {
    cwd: ROOT,
    stdio: onlyComputes(stage) ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...environmentWithTools(), ...tools, TEST_COUNTS_FILE: countsFile, CI: 'true' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const tooLong = setTimeout(() => {
    console.error(
      `${stage.name} took longer than ${stage.withinMs / 60_000} minutes and was ended`,
    );
    void killChild(child);
  }, stage.withinMs);
  try {
    const [code, signal] = await once(child, 'close');
    return { exitCode: code ?? signal, output };
  } finally {
    clearTimeout(tooLong);
  }
}

/** node:test writes its counts beside the readable report. */
function reporters({ count }, countsFile) {
  if (count !== 'node') return [];
  return [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/count-reporter.mjs',
    `--test-reporter-destination=${countsFile}`,
  ];
}

function told(result) {
  const why = result.why ? ` (${result.why})` : '';
  const verdict = result.failed > 0 ? 'FAILED' : 'ok';
  console.log(`── ${result.name}: ${verdict}${why}, ${result.seconds.toFixed(1)} s`);
  return result;
}

function summarise(results) {
  console.log('');
  for (const { name, passed, failed, seconds, why } of results) {
    const columns = [
      name.padEnd(10),
      `${passed} passed`.padStart(12),
      `${failed} failed`.padStart(10),
    ];
    console.log(`${columns.join(' ')} ${seconds.toFixed(1).padStart(7)} s${why ? `  ${why}` : ''}`);
  }
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
