import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createUserSig } from '../../server/auth/user-sig.ts';
import { createServer } from '../../server/create-server.ts';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { SteadyClock } from '../../server/shared/clock.ts';
import { createLog } from '../../server/shared/log.ts';
import { FakeMediaServer } from '../../server/testing/fake-media-server.ts';
import { TestClient } from '../../server/testing/test-client.ts';
import { SECRET, TEST_CONFIG } from '../../server/testing/test-server.ts';

/**
 * `node test/bench/profile-flood.ts`: the time to ring of two users while another user, with 50 sessions in a
 * call with 49 unknown callees, changes the nickname in each session every 330 ms. The server, with its default
 * limits for commands and a database file, and the flooding client run in separate processes.
 */

const SESSIONS = 50;
const CALLEES = 49;
const CHANGE_INTERVAL_MS = 330;
const RINGS = 60;

const [, , role, url = ''] = process.argv;
if (role === 'server') await serve();
else if (role === 'flood') await flood(url);
else await main();

async function serve(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'profile-flood-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const { commandBurst, broadcastBurst } = DEFAULT_RATES;
  const server = await createServer({
    config: {
      ...TEST_CONFIG,
      database: { file: join(folder, 'calls.db') },
      rates: { ...TEST_CONFIG.rates, commandBurst, broadcastBurst },
    },
    media: new FakeMediaServer(),
    clock: new SteadyClock(),
    log: createLog('silent'),
  });
  process.on('SIGTERM', () => process.exit(0));
  console.log(server.url);
}

async function main(): Promise<void> {
  const server = await startProcess('server');
  const url = server.line;
  const [alice, bob] = [await signIn(url, 'alice'), await signIn(url, 'bob')];
  await ringMedian(alice, bob);
  const quiet = await ringMedian(alice, bob);
  const flooding = await startProcess('flood', url);
  const loaded = await ringMedian(alice, bob);
  flooding.child.kill();
  const [figures] = (await once(flooding.lines, 'line')) as [string];
  console.log(
    `ring median: quiet ${quiet.toFixed(1)} ms, under load ${loaded.toFixed(1)} ms ` +
      `(${(loaded / quiet).toFixed(1)} times); ${figures}`,
  );
  server.child.kill();
  process.exit(0);
}

/** Starts this file in another role and waits for its first line. */
async function startProcess(...args: readonly string[]) {
  const child = spawn(process.execPath, [import.meta.filename, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return { child, lines, line };
}

async function signIn(url: string, name: string): Promise<TestClient> {
  return TestClient.connect({ url, userSig: await createUserSig(SECRET, name) });
}

/** From the `call` command to the ringing view of the callee. */
async function ringMedian(alice: TestClient, bob: TestClient): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < RINGS; round += 1) {
    const startedAt = performance.now();
    const rings = new Promise<void>((resolve) => {
      const onMessage = (message: { type?: string; call?: { status?: string } }): void => {
        if (message.type !== 'call-changed' || message.call?.status !== 'ringing') return;
        bob.socket.off('message', onMessage);
        resolve();
      };
      bob.socket.on('message', onMessage);
    });
    const answered = alice.call(['bob']);
    await rings;
    times.push(performance.now() - startedAt);
    const { call } = await answered;
    await alice.ask('hangup', { callId: call.callId });
    // Stays below the limit for commands.
    await pause(80);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

async function flood(url: string): Promise<void> {
  const sessions: TestClient[] = [];
  for (let index = 0; index < SESSIONS; index += 1) sessions.push(await signIn(url, 'mallory'));
  const [first] = sessions;
  const callees = Array.from({ length: CALLEES }, (_, index) => `unknown-${index}`);
  await first?.call(callees, { timeout: 600 });
  const startedAt = performance.now();
  let [changes, refused, bytes] = [0, 0, 0];
  for (const { socket } of sessions) {
    // Decoding would take more time than the server has.
    socket.off('message');
    socket.io.engine.on('data', (data: string) => (bytes += data.length));
  }
  sessions.forEach((session, index) => {
    setInterval(() => {
      changes += 1;
      const nickname = `mallory ${index} ${changes}`;
      void session.send('set-self-info', { nickname, avatar: '' }).then(
        (answer) => (refused += Number(!answer.ok)),
        () => (refused += 1),
      );
    }, CHANGE_INTERVAL_MS);
  });
  process.on('SIGTERM', () => {
    const rate = (bytes * 1000) / (performance.now() - startedAt) / 1e6;
    console.log(`changes sent ${changes}, refused ${refused}, received ${rate.toFixed(2)} MB/s`);
    process.exit(0);
  });
  console.log('running');
}
