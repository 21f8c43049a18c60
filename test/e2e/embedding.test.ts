import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { transform } from 'esbuild';
import { rollup } from 'rollup';
import { examples } from '../support/documents.ts';
import { installed } from '../support/packages.ts';
import type { LoopbackServer } from '../support/loopback-server.ts';
import { startSite } from './support/customer-site.ts';
import { eventually } from './support/eventually.ts';
import { PageUser } from './support/page-user.ts';
import { World } from './support/world.ts';

// A customer's site, built as the documents describe: its own origin, the files of the widget on a second
// one, the call server on a third that allows only the first, and the policy of docs/embedding.md.

const ROOT = join(import.meta.dirname, '..', '..');

let world: World;
let cdn: LoopbackServer;
let site: LoopbackServer;
let folder: string;

before(async () => {
  folder = await installed(tmpdir(), 'tui-call', ROOT);
  const packed = join(folder, 'node_modules', 'tui-call', 'dist');
  cdn = await startSite({
    headers: () => ({ 'access-control-allow-origin': '*' }),
    folder: () => packed,
  });
  site = await startSite({
    headers: () => ({ 'content-security-policy': policy() }),
    pages: {
      '/plain.html': plainPage,
      '/favicon.ico': () => '',
      '/page.js': () => PAGE_PROGRAM,
      '/bundled.html': () => BUNDLED_PAGE,
      '/engine.html': () => `<!doctype html><title>Engine</title>${shown('html')}`,
      '/session': session,
    },
    folder: () => join(folder, 'out'),
  });
  world = await World.start({ TUI_CALL_ORIGINS: site.url });
  const { code } = await transform(shown('ts'), { loader: 'ts', target: 'es2022' });
  await bundle({ application: APPLICATION, program: code });
});
after(async () => {
  await world.stop();
  await site.stop();
  await cdn.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a plain page takes the script from another origin, and its users ring each other', async () => {
  const alice = await open('alice', '/plain.html');
  const bob = await open('bob', '/plain.html');
  await eventually(
    () => alice.shows('#said', 'signed in'),
    () => alice.described(),
  );
  await eventually(
    () => bob.shows('#said', 'signed in'),
    () => bob.described(),
  );

  await alice.page.click('#call');
  await eventually(
    () => bob.shows('#said', 'alice is calling'),
    () => bob.described(),
  );
  await bob.press('Accept');
  await Promise.all([alice.sees(), bob.sees()]);
  await alice.press('Hang up');
  await eventually(
    () => bob.shows('#said', 'over: hangup'),
    () => bob.described(),
  );
  alice.clean();
  bob.clean();
});

test('a page of an unlisted origin is refused, with the reason', async () => {
  const elsewhere = site.url.replace('127.0.0.1', 'localhost');
  const outsider = await open('mallory', '/plain.html', elsewhere);
  await eventually(
    () => outsider.shows('#said', 'origin-refused'),
    () => outsider.described(),
  );
});

test('an application with a bundler has the element from the package', async () => {
  const carol = await open('carol', '/bundled.html');
  const dave = await open('dave', '/plain.html?whom=carol');
  await eventually(
    () => carol.shows('#said', 'signed in'),
    () => carol.described(),
  );
  await eventually(
    () => dave.shows('#said', 'signed in'),
    () => dave.described(),
  );
  await dave.page.click('#call');
  await eventually(
    () => carol.shows('#said', 'dave is calling'),
    () => carol.described(),
  );
  await carol.press('Accept');
  await Promise.all([carol.sees(), dave.sees()]);
  carol.clean();
  await dave.press('Hang up');
});

test('the program of docs/engine.md calls and is called', async () => {
  const erin = await open('erin', '/engine.html');
  const frank = await open('frank', '/engine.html');
  await eventually(
    () => erin.shows('#said', 'Signed in as erin.'),
    () => erin.described(),
  );
  await eventually(
    () => frank.shows('#said', 'Signed in as frank.'),
    () => frank.described(),
  );
  await erin.page.type('[name=whom]', 'frank');
  await erin.press('Call');
  await eventually(
    () => frank.shows('#said', 'erin is calling (video)'),
    () => frank.described(),
  );
  await frank.press('Accept');
  await Promise.all([erin.sees(), frank.sees()]);
  // Shown in docs/examples.md.
  if (process.env['UPDATE_PICTURES']) {
    await erin.page.setViewport({ width: 1300, height: 1150, deviceScaleFactor: 0.5 });
    await erin.page.screenshot({ path: join(ROOT, 'docs/examples/headless.png') });
  }
  await frank.press('Hang up');
  await eventually(
    () => erin.shows('#said', /^Over after \d+ s\.$/),
    () => erin.described(),
  );
  erin.clean();
  frank.clean();
});

async function open(user: string, path: string, origin = site.url): Promise<PageUser> {
  const context = await (await world.browser()).createBrowserContext();
  await context.setCookie({
    name: 'user',
    value: user,
    domain: new URL(origin).hostname,
    path: '/',
  });
  const pageUser = new PageUser(await context.newPage());
  await pageUser.page.goto(`${origin}${path}`);
  return pageUser;
}

/** The header of docs/embedding.md, with the addresses of this world. */
function policy(): string {
  const [shownHeader = ''] = examples('docs/embedding.md', 'http');
  const [, header = ''] = /^Content-Security-Policy: (.+)$/m.exec(shownHeader) ?? [];
  const media = new URL(world.livekit.url).host;
  const calls = new URL(world.server.url).host;
  return header
    .replaceAll('https://cdn.example', cdn.url)
    .replaceAll('//calls.example', `//${calls}`)
    .replaceAll('//media.example', `//${media}`)
    .replaceAll('wss:', 'ws:')
    .replaceAll('https://', 'http://');
}

async function session(userId: string): Promise<string> {
  const userSig = await world.userSig(userId);
  return JSON.stringify({ server: world.server.url, userId, userSig });
}

async function plainPage(userId: string): Promise<string> {
  return `<!doctype html><title>Plain</title>
    <script type="module" src="${cdn.url}/tui-call.js"></script>
    <script type="module" src="page.js"></script>
    <tui-call server="${world.server.url}" user-id="${userId}"
      user-sig="${await world.userSig(userId)}"></tui-call>
    <button id="call">Call</button><p id="said"></p>`;
}

const PAGE_PROGRAM = `
  const widget = document.querySelector('tui-call');
  const say = (words) => (document.querySelector('#said').textContent = words);
  const whom = new URLSearchParams(location.search).get('whom') ?? 'bob';
  widget.addEventListener('call-received', (e) => say(e.detail.callerId + ' is calling'));
  widget.addEventListener('call-end', (e) => say('over: ' + e.detail.reason));
  document.querySelector('#call').onclick = () => widget.calls([whom], 'video');
  customElements.whenDefined('tui-call')
    .then(() => widget.ready)
    .then(() => say('signed in'), (error) => say(error.name));`;

const BUNDLED_PAGE = `<!doctype html><title>Bundled</title>
  <script type="module" src="application.js"></script><p id="said"></p>`;

const APPLICATION = `
  import 'tui-call/define';
  import { TuiCall } from 'tui-call';
  const widget = new TuiCall();
  const say = (words) => (document.querySelector('#said').textContent = words);
  widget.addEventListener('call-received', (e) => say(e.detail.callerId + ' is calling'));
  Object.assign(widget, await (await fetch('/session')).json());
  document.body.append(widget);
  await widget.ready;
  say('signed in');`;

function shown(language: string): string {
  const [program = assert.fail(`docs/engine.md shows no ${language}`)] = examples(
    'docs/engine.md',
    language,
  );
  return program;
}

/** Builds as the customer's own build does, from the content of node_modules. */
async function bundle(programs: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, source] of Object.entries(programs)) {
    await writeFile(join(folder, `${name}.js`), source);
  }
  const input = Object.keys(programs).map((name) => join(folder, `${name}.js`));
  const build = await rollup({
    input,
    plugins: [nodeResolve({ browser: true })],
    treeshake: false,
  });
  await build.write({ dir: join(folder, 'out'), format: 'es', chunkFileNames: '[name]-[hash].js' });
  await build.close();
}
