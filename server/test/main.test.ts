import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { startLivekit } from '../../scripts/livekit/index.mjs';
import type { LivekitServer } from '../../scripts/livekit/index.mjs';
import { createUserSig } from '../auth/user-sig.ts';
import { newCommandId, TestClient } from '../testing/test-client.ts';
import { bob } from '../testing/people.ts';
import { rest } from '../testing/rest-client.ts';
import { API_KEY } from '../testing/test-server.ts';
import type { CallView } from '../../src/protocol/index.ts';
import type { CallRecord, Usage } from '../http/rest/schemas.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;
const SECRET = 'the secret of the process under test';

describe('tui-call-server', () => {
  let livekit: LivekitServer;
  before(async () => {
    livekit = await startLivekit();
  });
  after(() => livekit.stop());

  it('prints one line with its URL, and exits with 0 on request', async (t) => {
    const server = await start(t);
    assert.match(server.line, /^tui-call-server listening on http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(`${server.url}/ready`)).status, 200);
    server.child.kill('SIGTERM');
    assert.deepEqual(await once(server.child, 'exit'), [0, null]);
  });

  it('closes connections without ending a call, and resumes the call after a restart', async (t) => {
    const file = await database(t);
    const first = await start(t, file);
    const [alice, bobby] = await Promise.all([first.signIn('alice'), first.signIn('bob')]);
    const { call } = await alice.call(['bob']);
    await bobby.ask('accept', { callId: call.callId });
    const gone = alice.closed();
    first.child.kill('SIGTERM');
    await Promise.all([gone, once(first.child, 'exit')]);
    const second = await start(t, file);
    const back = await second.signIn('bob', bobby.sessionId);
    const { calls } = await back.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.callId, call.callId);
    assert.equal(calls[0].status, 'active');
    assert.equal(calls[0].self.session, 'this');
  });

  it('keeps acknowledged commands when killed at any time', async (t) => {
    const file = await database(t);
    for (let round = 0; round < 3; round += 1) {
      const server = await start(t, file);
      const alice = await server.signIn(`alice-${round}`);
      const bobby = await server.signIn(`bob-${round}`);
      const id = newCommandId();
      const { call } = await alice.call([`bob-${round}`], { timeout: 0 }, id);
      if (round > 0) await bobby.ask('accept', { callId: call.callId });
      if (round > 1) await alice.ask('hangup', { callId: call.callId });
      server.child.kill('SIGKILL');
      await once(server.child, 'exit');

      const next = await start(t, file);
      const back = await next.signIn(`alice-${round}`, alice.sessionId);
      const { calls } = await back.ask('sync', { knownCallIds: [call.callId], missedSince: null });
      assert.equal(calls[0]?.status, ['ringing', 'active', 'ended'][round]);
      const again = await back.call([`bob-${round}`], { timeout: 0 }, id);
      assert.equal(again.call.callId, call.callId, 'the same command made a second call');
      await expectRecord(next, calls[0]);
      next.child.kill('SIGKILL');
      await once(next.child, 'exit');
    }
  });

  it('that was down at a ring deadline ends the ring as of the deadline, not of its own start', async (t) => {
    const file = await database(t);
    const server = await start(t, file);
    const alice = await server.signIn('alice');
    const { call } = await alice.call(['bob'], { timeout: 1 });
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    const back = await (await start(t, file)).signIn('alice', alice.sessionId);
    // The new process may be up before the second is over: then it ends the ring in time.
    const { calls } = await back.ask('sync', { knownCallIds: [call.callId], missedSince: null });
    const over =
      calls[0]?.status === 'ended'
        ? calls[0]
        : await back.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'no-response');
    assert.equal(over.endedAt, call.createdAt + 1000);
  });

  it('refuses a database that another process uses', async (t) => {
    const file = await database(t);
    const first = await start(t, file);
    const second = await run(['start'], environment(file));
    assert.equal(second.code, 1);
    assert.match(second.errors, /in use by another tui-call-server/);
    assert.equal((await fetch(`${first.url}/health`)).status, 200);
  });

  it('prints in one line what prevents the start', async (t) => {
    const file = await database(t);
    const attempt = async (env: NodeJS.ProcessEnv) => {
      const { code, errors, output } = await run(['start'], env);
      assert.equal(code, 1);
      assert.equal(output, '');
      assert.ok(!errors.includes('    at '), errors);
      return errors;
    };
    const good = environment(file);
    assert.match(await attempt({ ...good, TUI_CALL_SECRET: 'short' }), /it needs at least 32/);
    assert.match(
      await attempt({ ...good, LIVEKIT_URL: 'ws://127.0.0.1:1' }),
      /LiveKit does not answer at LIVEKIT_URL=ws:\/\/127\.0\.0\.1:1/,
    );
    await writeFile(file, 'no database'.repeat(200));
    assert.match(await attempt(good), /damaged or not an SQLite file/);
  });

  it('prints a userSig that the server accepts', async (t) => {
    const server = await start(t);
    const { output, code } = await run(
      ['user-sig', 'alice', '--expires', '1h', '--name', 'Alice'],
      { TUI_CALL_SECRET: SECRET },
    );
    assert.equal(code, 0);
    const alice = await TestClient.connect({ url: server.url, userSig: output.trim() });
    assert.equal((await alice.nextMessage('welcome')).nickname, 'Alice');
    alice.close();
    const wrong = await run(['user-sig', 'not a user'], { TUI_CALL_SECRET: SECRET });
    assert.equal(wrong.code, 1);
    assert.match(wrong.errors, /is not a userId/);
  });

  it('check reports every problem', async (t) => {
    const file = await database(t);
    const good = await run(['check'], environment(file));
    assert.equal(good.code, 0);
    assert.equal(
      good.output,
      'configuration: ok\ndatabase: ok\nLiveKit: ok\nLiveKit for browsers: ok\n',
    );
    const bad = await run(['check'], { ...environment(file), LIVEKIT_API_SECRET: 'wrong' });
    assert.equal(bad.code, 1);
    assert.match(bad.output, /database: ok/);
    assert.match(bad.errors, /LiveKit: LiveKit does not answer/);
    assert.doesNotMatch(bad.errors, /eyJ/);
    assert.ok(!existsSync(file), 'check creates no database');
    const wrong = await run(['check'], {
      ...environment(file),
      TUI_CALL_ORIGINS: 'https://app.example',
      TUI_CALL_ORIGIN: 'https://app.example',
      // Not port 1, which fetch refuses by itself.
      TUI_CALL_GROUP_URL: 'http://127.0.0.1:2',
      TUI_CALL_GROUP_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
      DATABASE_URL: `sqlite:${file}/missing/calls.db`,
    });
    assert.equal(wrong.code, 1);
    assert.match(wrong.errors, /TUI_CALL_ORIGIN is not .*did you mean TUI_CALL_ORIGINS\?/);
    assert.match(wrong.errors, /database: .*missing does not exist/);
    assert.match(wrong.errors, /LiveKit for browsers: .*pages on https may only connect to wss/);
    assert.match(
      wrong.errors,
      /groups: TUI_CALL_GROUP_URL gives no valid response \(connection refused\)/,
    );
  });

  it('check works beside a running server', async (t) => {
    const file = await database(t);
    await start(t, file);
    const { code, errors } = await run(['check'], environment(file));
    assert.deepEqual([code, errors], [0, '']);
  });

  it('prints its usage for an unknown command', async () => {
    const { code, errors } = await run(['frobnicate'], {});
    assert.equal(code, 2);
    assert.match(errors, /usage: tui-call-server/);
  });

  it('logs no secret and no token at level trace', async (t) => {
    const server = await start(t, await database(t), { LOG_LEVEL: 'trace' });
    const alice = await server.signIn('alice');
    const { call } = await alice.call(['bob'], { userData: 'private words' });
    const { media } = await alice.ask('media-access', { callId: call.callId });
    await alice.refusal('invite', { callId: call.callId, userIds: [bob], timeout: 1 });
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');
    for (const secret of [SECRET, livekit.apiSecret, media.token, 'private words']) {
      assert.ok(!server.errors().includes(secret));
    }
  });

  it('creates, lists and revokes API keys while a server uses the database', async (t) => {
    const file = await database(t);
    const server = await start(t, file, { LOG_LEVEL: 'trace' });
    const env = { DATABASE_URL: `sqlite:${file}` };
    const command = (...words: string[]) => run(['api-key', ...words], env);
    const options = ['--name', 'back end', '--scopes', 'calls:read', '--expires', '90d'];
    const created = await command('create', ...options);
    assert.deepEqual([created.code, created.errors], [0, '']);
    const key = created.output.trim();
    const ask = (path: string, method = 'GET') => rest(server, `${method} /v1/${path}`, { key });
    assert.equal((await ask('calls')).status, 200);
    assert.equal((await ask('records')).status, 403);
    const listed = await command('list');
    assert.match(listed.output, /^[0-9a-f]{16}\tcalls:read\tcreated .*\tback end\n$/);
    assert.match(listed.output, /last used \d{4}-/);
    assert.ok(!listed.output.includes(key.slice(-64)));
    const [id = ''] = listed.output.split('\t');
    assert.equal((await command('revoke', id)).code, 0);
    assert.equal((await ask('calls')).status, 401);
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');
    assert.ok(!server.errors().includes(key.slice(-64)));
  });

  function environment(file: string): NodeJS.ProcessEnv {
    return {
      PORT: '0',
      TUI_CALL_SECRET: SECRET,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      DATABASE_URL: `sqlite:${file}`,
      TUI_CALL_API_KEYS: API_KEY,
      LOG_LEVEL: 'warn',
    };
  }

  /** A server process; killed with the test if it still runs. */
  async function start(t: TestContext, file?: string, env: NodeJS.ProcessEnv = {}) {
    const child = launch(['start'], { ...environment(file ?? (await database(t))), ...env });
    t.after(() => child.kill('SIGKILL'));
    const errors = collect(child.stderr);
    assert.ok(child.stdout);
    const lines = createInterface(child.stdout);
    const [line] = (await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error(errors()))),
    ])) as [string];
    const url = line.split(' ').at(-1) ?? '';
    const signIn = async (name: string, sessionId?: string) => {
      const userSig = await createUserSig(SECRET, name);
      const client = await TestClient.connect({ url, userSig, ...(sessionId && { sessionId }) });
      t.after(() => client.close());
      return client;
    };
    return { child, line, url, errors, signIn };
  }
});

/** The record is the call as its members saw it; there is none before its end. */
async function expectRecord(server: { readonly url: string }, call: CallView | undefined) {
  assert.ok(call);
  const { status, body } = await rest(server, `GET /v1/records/${call.callId}`);
  if (call.status !== 'ended') {
    assert.equal(status, 404);
    return;
  }
  const { result, endedAt, members } = body as CallRecord;
  assert.deepEqual([result, Date.parse(endedAt)], ['normal-end', call.endedAt]);
  const times = (one: { joinedAt: number | null; leftAt: number | null }) =>
    (one.leftAt ?? 0) - (one.joinedAt ?? 0);
  assert.deepEqual(
    members.map(({ userId, durationMs }) => [userId, durationMs]),
    call.members.map((member) => [member.userId, times(member)]),
  );
  const day = (offset: number) => new Date(Date.now() + offset).toISOString().slice(0, 10);
  const usage = `GET /v1/usage?from=${day(-86_400_000)}&to=${day(86_400_000)}&by=user`;
  const figures = ((await rest(server, usage)).body as Usage).usage;
  for (const { userId, durationMs } of members) {
    const own = figures.find(({ key }) => key === userId)?.videoMinutes ?? 0;
    assert.ok(Math.abs(own * 60_000 - durationMs) <= 60, `${userId}: ${own} min`);
  }
}

async function database(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-main-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'calls.db');
}

function launch(words: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv) {
  const child = launch(words, env);
  const [output, errors] = [collect(child.stdout), collect(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output(), errors: errors() };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
