import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, findFirefox, findNginx } from '../browser.mjs';
import { killChild, startChild } from '../child.mjs';
import { findPostgres, findRedis } from '../database-servers.mjs';
import { findLivekit } from '../livekit/index.mjs';
import { whenOrphaned } from '../orphan.mjs';
import { findSchemathesis } from './schemathesis.mjs';
import { environmentWithTools, ROOT } from '../setup.mjs';
import { runInOrder } from './stage-order.mjs';
import { countStage, sum } from './test-counts.mjs';
import { chosenStages, STAGES } from './test-stages.mjs';

/** Runs the stages and prints the summary. @returns the exit code */
export async function runTests(names, all = STAGES) {
  // Ends the running stages too (child.mjs).
  whenOrphaned(() => process.exit(1));
  // Hundreds of processes load the same sources: the first one compiles them (nodejs.org/api/module.html).
  const compileCache = mkdtempSync(join(tmpdir(), 'tui-call-compiled-'));
  try {
    const stages = chosenStages(names, all);
    const environment = { ...(await findTools(stages)), NODE_COMPILE_CACHE: compileCache };
    const results = await runInOrder(stages, (stage, needed) => {
      const place = `${stages.indexOf(stage) + 1}/${stages.length}`;
      return runStage({ ...stage, place, isOnly: stages.length === 1 }, needed, environment);
    });
    return summarise(results);
  } catch (error) {
    console.error(error.message);
    return summarise([{ name: 'setup', passed: 0, failed: 1, why: 'see above', seconds: 0 }]);
  } finally {
    rmSync(compileCache, { recursive: true, force: true });
  }
}

/** How each program that tests drive is found (or installed), and the variable that passes its path. */
const PROGRAMS = {
  chromium: { variable: 'CHROME_PATH', find: findChromium },
  firefox: { variable: 'FIREFOX_PATH', find: findFirefox },
  nginx: { variable: 'NGINX_PATH', find: findNginx },
  livekit: { variable: 'LIVEKIT_SERVER_BIN', find: findLivekit },
  postgres: { variable: 'POSTGRES_BIN', find: findPostgres },
  redis: { variable: 'REDIS_SERVER_BIN', find: findRedis },
  schemathesis: { variable: 'SCHEMATHESIS_BIN', find: findSchemathesis },
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

/** Prints a line when the stage begins and one when it has ended, with its place among all stages. */
async function runStage(stage, needed, environment) {
  console.log(`── ${stage.place} ${stage.name}: ${stage.command.join(' ')}`);
  if (needed?.failed > 0) {
    return reported(stage, { passed: 0, failed: 1, why: `${needed.name} failed`, seconds: 0 });
  }
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-test-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const { exitCode, output } = await execute(stage, environment, countsFile);
    process.stdout.write(output);
    const counted = countStage({ count: stage.count, exitCode, countsFile });
    return reported(stage, { seconds: (Date.now() - started) / 1000, ...counted });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of a stage are printed when it has ended, so that those of two do not mix; at once if it is the only one. */
async function execute(stage, environment, countsFile) {
  const [command, ...args] = stage.command;
  const child = startChild(command, [...reporters(stage, countsFile), ...args], {
    cwd: ROOT,
    stdio: stage.isOnly ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    env: { ...environmentWithTools(), ...environment, TEST_COUNTS_FILE: countsFile, CI: 'true' },
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
    '--test-reporter=./scripts/test-runner/count-reporter.mjs',
    `--test-reporter-destination=${countsFile}`,
  ];
}

function reported({ name, place }, result) {
  const { passed, failed, why, seconds } = result;
  const verdict = failed > 0 ? `FAILED${why ? ` (${why})` : ''}` : 'ok';
  console.log(`── ${place} ${name}: ${verdict}, ${passed} passed, ${seconds.toFixed(1)} s`);
  return { name, ...result };
}

function summarise(results) {
  console.log('');
  for (const { name, passed, failed, seconds, why } of results) {
    const columns = [
      name.padEnd(16),
      `${passed} passed`.padStart(12),
      `${failed} failed`.padStart(10),
    ];
    console.log(`${columns.join(' ')} ${seconds.toFixed(1).padStart(7)} s${why ? `  ${why}` : ''}`);
  }
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
