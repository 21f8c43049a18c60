import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser } from 'puppeteer-core';
import { createUserSig } from '../../server/index.ts';
import { GroupCallback, parseGroupCallback } from '../../server/groups/group-callback.ts';
import { SteadyClock } from '../../server/shared/clock.ts';
import { createLog } from '../../server/shared/log.ts';
import { randomId } from '../../server/shared/random-id.ts';
import { parseUserId } from '../../src/protocol/index.ts';
import { startChromium } from '../support/browsers.ts';
import { recordEvents, WidgetPage } from '../e2e/support/widget-page.ts';
import { CHROMIUM_FLAGS, Deployment, ended, FILES } from './support/deployment.ts';

/** The files of deploy/, which docs/deploying.md describes, run as written. */

const run = promisify(execFile);
let deployment: Deployment;
let browser: Browser;
before(async () => {
  [deployment, browser] = await Promise.all([Deployment.start(), startChromium(...CHROMIUM_FLAGS)]);
});
after(async () => {
  await browser.close();
  await deployment.stop();
});

test('a call: the site, the element’s own host, both servers and media', async () => {
  const [alice, bob] = await Promise.all([open('alice'), open('bob')]);
  await talk(alice, bob);
  await Promise.all([alice.clean(), bob.clean()]);
  await alice.click('Hang up');
  await bob.event('call-end');
  await Promise.all([alice.close(), bob.close()]);
});

test('a call of a page that may use nothing but TLS on port 443', async () => {
  const [carol, dave] = await Promise.all([open('carol'), open('dave', TURN_OVER_TLS_ONLY)]);
  await talk(carol, dave);
  const relays = await dave.page.evaluate(async () => {
    const reports = await Promise.all(window.record.peers.map((peer) => peer.getStats()));
    const stats = reports.flatMap((report) => [...report.values()] as Record<string, unknown>[]);
    return stats
      .filter(({ type }) => type === 'local-candidate')
      .map(({ relayProtocol }) => relayProtocol);
  });
  assert.deepEqual([...new Set(relays)], ['tls']);
  await carol.click('Hang up');
  await dave.event('call-end');
  await Promise.all([carol.close(), dave.close()]);
});

test('a backup is restored: the calls of before are back, and what came later is kept aside', async () => {
  const copy = join(deployment.folder, 'backup.db');
  const before = calls(deployment.databaseFile);
  assert.ok(before > 0);
  assert.deepEqual(await script('backup.sh', copy), []);
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  const [erin, frank] = await Promise.all([open('erin'), open('frank')]);
  await talk(erin, frank);
  await erin.click('Hang up');
  await frank.event('call-end');
  assert.equal(calls(deployment.databaseFile), before + 1);
  assert.deepEqual(await script('restore.sh', copy), ['stop tui-call', 'start tui-call']);
  assert.equal(calls(deployment.databaseFile), before);
  const state = join(deployment.folder, 'state');
  const [replaced = assert.fail()] = readdirSync(state).filter((name) => /^replaced-/.test(name));
  assert.equal(calls(join(state, replaced, 'calls.db')), before + 1);
  await talk(erin, frank);
  await Promise.all([erin.close(), frank.close()]);
});

test('systemd accepts the units', async () => {
  if (!existsSync('/usr/bin/systemd-analyze')) return;
  const folder = join(deployment.folder, 'units');
  mkdirSync(folder);
  const units = ['livekit.service', 'tui-call.service'].map((name) => join(folder, name));
  for (const unit of units) writeFileSync(unit, deployment.adapted(unit.slice(folder.length + 1)));
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units]);
  assert.doesNotMatch(stdout + stderr, /livekit\.service:|tui-call\.service:/);
});

for (const [name, command] of [
  ['group-membership.mjs', process.execPath],
  ['group_membership.py', 'python3'],
] as const) {
  test(`${name} answers the call server’s signed questions, and no others`, async (t) => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const child = spawn(command, [join(FILES, name)], {
      env: { PATH: process.env['PATH'], TUI_CALL_GROUP_SECRET: secret, PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    t.after(() => ended(child));
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const asked = (userId: string, signedWith = secret) => {
      const id = parseUserId(userId) ?? assert.fail();
      const parts = { clock: new SteadyClock(), log: createLog('silent'), randomId };
      const callback = new GroupCallback(
        parseGroupCallback(url, signedWith) ?? assert.fail(),
        parts,
      );
      return callback.request({ userId: id, groupId: 'team-7' });
    };
    assert.equal(await asked('alice'), true);
    assert.equal(await asked('mallory'), false);
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    await assert.rejects(asked('alice', other), /status 400/);
  });
}

/** The browser sees no other TURN server, and may use nothing else. */
const TURN_OVER_TLS_ONLY = `{
  const over443 = ({ iceServers = [], ...more } = {}) => ({
    ...more,
    iceTransportPolicy: 'relay',
    iceServers: iceServers.map((one) => ({
      ...one,
      urls: [one.urls].flat().filter((url) => /^turns:turn.localhost:443/.test(url)),
    })).filter(({ urls }) => urls.length > 0),
  });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(over443(configuration));
    }
    setConfiguration(configuration) {
      super.setConfiguration(over443(configuration));
    }
  };
}`;

async function open(userId: string, before = ''): Promise<WidgetPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await recordEvents(page);
  if (before !== '') await page.evaluateOnNewDocument(before);
  const sig = await createUserSig(deployment.signingSecret, userId, { expiresIn: '1h' });
  const query = new URLSearchParams({ server: 'https://calls.localhost', user: userId, sig });
  await page.goto(`https://app.localhost/widget.html?${query.toString()}`);
  const widget = new WidgetPage(page, context, userId);
  await widget.signedIn();
  return widget;
}

async function talk(caller: WidgetPage, callee: WidgetPage): Promise<void> {
  await caller.call('calls', [callee.userId], 'video');
  await callee.click('Accept');
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  await Promise.all([caller.moving(2), callee.moving(2)]);
}

function calls(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare('select count(*) as count from calls').get();
  database.close();
  return Number(row?.['count']);
}

/** Runs a script of deploy/; its `systemctl` stops the server, and the test starts it again. Returns what it asked for. */
async function script(name: string, ...args: string[]): Promise<readonly string[]> {
  const folder = join(deployment.folder, `bin-${name}`);
  mkdirSync(folder);
  const file = join(folder, name);
  writeFileSync(file, deployment.adapted(name), { mode: 0o755 });
  const asked = join(folder, 'asked');
  const { pid } = deployment.server;
  const stop = `[ "$1" != stop ] || { kill ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done; }`;
  const systemctl = `#!/bin/sh\n${stop}\necho "$*" >> ${asked}\n`;
  writeFileSync(join(folder, 'systemctl'), systemctl, { mode: 0o755 });
  await run(file, args, { env: { PATH: `${folder}:${process.env['PATH']}` } });
  if (!existsSync(asked)) return [];
  await deployment.startServer();
  return readFileSync(asked, 'utf8').trim().split('\n');
}
