import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { startLivekit } from '../../scripts/livekit/index.mjs';
import { createUserSig } from '../../server/auth/user-sig.ts';
import { callFields, newCommandId, TestClient } from '../../server/testing/test-client.ts';
import { connectWith, leave } from './support/user-sig-checks.ts';

/** Names that only the server uses. */
const SERVER_ONLY = [
  'LIVEKIT_API_SECRET',
  'TUI_CALL_SECRET',
  'TUI_CALL_API_KEYS',
  'WebhookReceiver',
  'RoomServiceClient',
  'createUserSig',
  'apiSecret',
];
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const ROOT = join(import.meta.dirname, '../..');

it('H72: no file that a browser loads, including source maps, contains server code', async () => {
  const names = (await readdir(join(ROOT, 'dist'), { recursive: true })).filter((name) =>
    /\.(js|map|css|html|json|wasm)$/.test(name),
  );
  assert.ok(
    names.some((name) => name.endsWith('tui-call.js')),
    'the bundle is built',
  );
  for (const name of names) {
    const text = await readFile(join(ROOT, 'dist', name), 'latin1');
    for (const word of SERVER_ONLY) assert.ok(!text.includes(word), `${name} has ${word}`);
    assert.doesNotMatch(text, PRIVATE_KEY, name);
  }
});

it('H72: the repository contains no usable key or token', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split(
    '\0',
  );
  assert.ok(files.length > 100);
  const found = (pattern: string) => {
    const { status, stdout } = spawnSync('git', ['grep', '-lE', '-e', pattern], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    // 1: nothing found. Greater: the search failed.
    assert.ok(status === 0 || status === 1, `git grep ended with ${status}`);
    return stdout;
  };
  assert.match(found('LIVEKIT_API_SECRET'), /server\/config\/config\.ts/, 'it finds what is there');
  assert.equal(found('-----BEGIN [A-Z ]*PRIVATE KEY' + '-----'), '');
  // A whole JWT: three parts, of which the last is long enough to be a signature.
  assert.equal(found('eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20,}'), '');
  assert.equal(files.filter((name) => /(^|\/)\.env|\.pem$|\.db$/.test(name)).join(), '');
});

it('H72: the log at LOG_LEVEL=trace and the answers contain no secret, userSig, media token or payload', async (t) => {
  const world = await runningServer(t);
  const { url, secrets } = world;
  const [alice, bob] = [await world.signIn('alice'), await world.signIn('bob')];
  const userData = `payload-${randomBytes(16).toString('hex')}`;
  const { call } = await alice.call(['bob'], { userData });
  const { callId } = call;
  const { media } = await bob.ask('accept', { callId });
  assert.ok(media);
  const access = await alice.ask('media-access', { callId });
  secrets.push(userData, media.token, access.media.token);
  const answers = [
    await alice.raw({ type: 'renew-user-sig', id: newCommandId(), userSig: `${world.sigs[0]}x` }),
    await alice.raw({
      ...callFields(['bob']),
      type: 'call',
      id: newCommandId(),
      timeout: userData,
    }),
    await connectWith(t, url, { userSig: `${world.sigs[1]}x` }),
    await leave(url, `${world.sigs[1]}x`),
    await leave(url, world.sigs[1], 'no session'),
    await textOf(`${url}/v1/calls/${callId}`, { method: 'DELETE', authorization: 'Bearer wrong' }),
    await textOf(`${url}/livekit/webhook`, { method: 'POST', authorization: media.token }),
    await textOf(`${url}/metrics`),
    await textOf(`${url}/openapi.json`),
    await textOf(`${url}/v1/leave?userSig=${world.sigs[0]}`, { method: 'POST', authorization: '' }),
  ];
  await alice.ask('hangup', { callId });
  // LiveKit is down: failures are logged with their cause.
  await world.livekitGone();
  const lonely = await alice.call(['bob']);
  const refused = await alice.refusal('media-access', { callId: lonely.call.callId });
  assert.equal(refused, 'media-failed');
  await world.logged(/LiveKit does not respond/);
  const log = await world.end();
  for (const secret of secrets) {
    assert.ok(!log.includes(secret), `the log has ${secret.slice(0, 12)}…`);
    assert.ok(!JSON.stringify(answers).includes(secret), `an answer has ${secret.slice(0, 12)}…`);
  }
  t.diagnostic(`${log.length} bytes of log, ${secrets.length} secrets looked for`);
});

/** The command as in production, and its output. */
async function runningServer(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-secrets-'));
  t.after(() => rm(folder, { recursive: true }));
  const livekit = await startLivekit();
  t.after(() => livekit.stop());
  const [secret, apiKey] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const server = spawn(process.execPath, [join(ROOT, 'server/main.ts')], {
    cwd: folder,
    env: {
      PORT: '0',
      LOG_LEVEL: 'trace',
      TUI_CALL_SECRET: secret,
      TUI_CALL_API_KEYS: apiKey,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
    },
  });
  t.after(() => server.kill('SIGKILL'));
  let log = '';
  const waiting = new Set<() => void>();
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      for (const look of [...waiting]) look();
    });
  }
  const logged = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve) => {
      const look = (): void => {
        const found = pattern.exec(log);
        if (found === null) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const [, url = ''] = await logged(/listening on (\S+)/);
  const sigs: string[] = [];
  const secrets = [secret, apiKey, livekit.apiSecret];
  return {
    url,
    secrets,
    sigs,
    logged,
    livekitGone: () => livekit.kill9(),
    async signIn(name: string) {
      const userSig = await createUserSig(secret, name);
      sigs.push(userSig);
      secrets.push(userSig);
      const client = await TestClient.connect({ url, userSig });
      t.after(() => client.close());
      return client;
    },
    async end() {
      const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
      server.kill('SIGTERM');
      await ended;
      return log;
    },
  };
}

async function textOf(url: string, ask: { method?: string; authorization?: string } = {}) {
  const { method = 'GET', authorization } = ask;
  const headers = { ...(authorization !== undefined && { authorization }) };
  const body = method === 'POST' ? { body: '{}' } : {};
  return (await fetch(url, { method, headers, ...body })).text();
}
