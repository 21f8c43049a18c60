import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { ROOT } from '../setup.mjs';
import { allGone, descendantsOf } from '../support/processes.mjs';

// These tests start the real demo, which `npm test` has built.

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`the demo ends all its processes on ${signal}`, async (t) => {
    const demo = await startDemo(t);
    const page = await fetch(demo.url);
    assert.equal(page.status, 200);
    const { server } = await (await fetch(new URL('/config.json', demo.url))).json();
    assert.equal((await fetch(`${server}/health`)).status, 200);

    assert.equal(demo.output().split('\n').at(-1), demo.url, 'the URL is the last line');

    const children = descendantsOf(demo.process.pid);
    assert.ok(children.length >= 2, 'LiveKit and the call server run');
    demo.process.kill(signal);
    const [code] = await demo.ended;
    assert.equal(code, 0);
    await allGone(children);
    await assert.rejects(fetch(demo.url));
  });
}

test('npm start ends all its processes when npm is terminated', async (t) => {
  const demo = await startDemo(t, ['npm', ['start']]);
  assert.equal((await fetch(demo.url)).status, 200);
  assert.equal(demo.output().split('\n').at(-1), demo.url);
  const children = descendantsOf(demo.process.pid);
  demo.process.kill('SIGTERM');
  await demo.ended;
  await allGone(children);
});

for (const [what, pattern] of [
  ['LiveKit', /livekit-server/],
  ['The call server', /server\/dist\/main\.js/],
]) {
  test(`the demo reports that ${what} has exited, and stops with an error`, async (t) => {
    const demo = await startDemo(t);
    const children = descendantsOf(demo.process.pid);
    process.kill(
      children.find((pid) => pattern.test(commandOf(pid))),
      'SIGKILL',
    );
    const [code] = await demo.ended;
    assert.equal(code, 1);
    assert.match(demo.output(), new RegExp(`${what}.* has ended unexpectedly`));
    await allGone(children);
  });
}

test('an occupied PORT is reported, and no process keeps running', async (t) => {
  const first = await startDemo(t);
  const second = run(t, [process.execPath, ['scripts/demo/start.mjs']], new URL(first.url).port);
  const [code] = await second.ended;
  assert.equal(code, 1);
  assert.match(second.output(), /Port \d+ is in use by another program.*PORT=0/);
  assert.doesNotMatch(second.output(), /LiveKit|at .*\.mjs/);
  first.process.kill('SIGTERM');
  await first.ended;
});

/** Resolves to the URL, which is the last line of the output. */
async function startDemo(t, command = [process.execPath, ['scripts/demo/start.mjs']]) {
  const demo = run(t, command, '0');
  const url = await Promise.race([demo.url, demo.ended.then(() => assert.fail(demo.output()))]);
  return { ...demo, url };
}

function run(t, [command, args], port) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, PORT: port, NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  const lines = [];
  const url = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (/^http:\/\/127\.0\.0\.1:\d+\/$/.test(line)) resolve(line);
    });
  });
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  return { process: child, ended, url, output: () => lines.join('\n') };
}

function commandOf(pid) {
  return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
}
