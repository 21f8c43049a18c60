import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startLivekit } from './index.mjs';
import { allGone, isAlive } from '../support/processes.mjs';
import { fakeProgram, temporaryFolder } from '../support/temporary.mjs';
import { join } from 'node:path';

const answers = async ({ httpUrl }) => (await fetch(httpUrl)).status;

test('answers HTTP as soon as it has started, and leaves no process when it is stopped', async () => {
  const livekit = await startLivekit();
  assert.equal(await answers(livekit), 200);
  await livekit.stop();
  assert.equal(isAlive(livekit.pid), false);
  assert.equal(existsSync(livekit.logFile), false);
  await assert.rejects(answers(livekit));
});

test('two servers run side by side', async () => {
  const both = await Promise.all([startLivekit(), startLivekit()]);
  assert.deepEqual(await Promise.all(both.map(answers)), [200, 200]);
  await Promise.all(both.map((one) => one.stop()));
});

test('starts again at the same address after a kill, as another process', async () => {
  const livekit = await startLivekit();
  const crashes = [];
  livekit.onCrash(() => crashes.push(livekit.pid));
  const { pid, url } = livekit;
  await livekit.kill9();
  assert.equal(isAlive(pid), false);
  await livekit.restart();
  assert.equal(livekit.url, url);
  assert.notEqual(livekit.pid, pid);
  assert.equal(await answers(livekit), 200);
  await livekit.stop();
  assert.deepEqual(crashes, [], 'what was asked for is no crash');
});

test('reports an unexpected exit', async () => {
  const livekit = await startLivekit();
  const crashed = new Promise((resolve) => livekit.onCrash(resolve));
  process.kill(livekit.pid, 'SIGKILL');
  await crashed;
  await livekit.stop();
});

test('reports an occupied port with LiveKit’s message', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  await assert.rejects(startLivekit({ port: server.address().port }), /address already in use/);
  server.close();
});

test('reports a server that exits at its start with its last output', async (t) => {
  const binary = fakeProgram(
    join(temporaryFolder(t), 'livekit-server'),
    'echo no room left; exit 3',
  );
  await assert.rejects(startLivekit({ binary }), /ended at its start: no room left/);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`ends with the process that started it (${signal})`, async () => {
    const script = `import { startLivekit } from './scripts/livekit/index.mjs';
      const livekit = await startLivekit();
      console.log(livekit.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const ended = once(parent, 'exit');
    parent.kill(signal);
    const [code] = await ended;
    assert.equal(code, signal === 'SIGTERM' ? 143 : 130);
    await allGone([Number(line)]);
  });
}
