import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Browser } from 'puppeteer-core';
import type { LoopbackServer } from '../support/loopback-server.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { PageUser } from '../e2e/support/page-user.ts';
import { World } from '../e2e/support/world.ts';
import { startExampleSite } from './support/example-site.ts';
import { FrameworkServer } from './support/framework-server.ts';
import { HotReload } from './support/hot-reload.ts';
import { build, inExample, install, installedFile } from './support/workspace.ts';

// Each example is built by the tools of its framework from the packed package. Its page calls Bob, whose page uses a
// script tag.

let world: World;
let browser: Browser;
let site: LoopbackServer;
/** The pages of another origin. */
let otherSite: LoopbackServer;
const sites = new Map<string, LoopbackServer>();
const stops: (() => Promise<void>)[] = [];

before(async () => {
  await install();
  await build();
  world = await World.start();
  stops.push(() => world.stop());
  browser = await world.browser();
  site = await startSite();
  otherSite = await startSite();
  for (const name of ['next', 'nuxt'] as const) {
    const server = await FrameworkServer.start(name);
    stops.push(() => server.stop());
    sites.set(name, await startSite(server.url));
  }
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

describe('a call from the page of', { concurrency: 2 }, () => {
  for (const name of ['script-tag', 'react', 'vue', 'svelte', 'solid', 'angular', 'next', 'nuxt']) {
    test(name, async () => {
      const { caller, bob } = await inCall(name, sites.get(name)?.url ?? site.url, `/${name}/`);
      await over(caller, bob);
    });
  }

  test('a frame of another origin, with allow', async () => {
    const { caller, bob } = await inCall('iframe', otherSite.url, '/iframe/');
    await over(caller, bob);
  });

  test('Turbo, which replaces the content during the call', async () => {
    const { caller, bob } = await inCall('turbo', site.url, '/turbo/');
    const before = await caller.page.evaluate(() => document.querySelector('h1')?.textContent);
    await caller.page.locator('a').click();
    await eventually(
      () => caller.shows('h1', 'Second page'),
      () => caller.described(),
    );
    assert.equal(before, 'First page');
    await Promise.all([caller.sees(), bob.sees()]);
    await over(caller, bob);
  });

  test('a page that loads two versions of the script', async () => {
    const { caller, bob } = await inCall('twice', site.url, '/two-versions/');
    await over(caller, bob);
  });

  test('a page that checks each script by its hash', async () => {
    const { caller, bob } = await inCall('hashes', site.url, '/integrity/');
    await over(caller, bob);
  });

  for (const name of ['react', 'vue'] as const) {
    test(`${name}, whose program changes during the call (hot reload)`, async () => {
      const hot = await HotReload.start(name, session);
      try {
        const { caller, bob } = await inCall(`hot-${name}`, hot.url, '/');
        await hot.replace('The call is over', 'The call has ended');
        await Promise.all([caller.sees(), bob.sees()]);
        await over(caller, bob, 'The call has ended');
      } finally {
        await hot.stop();
      }
    });
  }
});

describe('the page for a WebView', () => {
  test('calls on messages of an Android app, and reports the events of the call', async () => {
    const agent =
      'Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36';
    const { app, received } = await inWebView(
      'android',
      agent,
      `window.TuiCallApp = {
      postMessage: (text) => window.received.push(JSON.parse(text)) };`,
    );
    const bob = await open('bob-of-android', site.url, '/script-tag/');
    await received((message) => message.type === 'loaded');
    await send(app, { type: 'calls', args: [['bob-of-android'], 'video'] });
    const refused = await received((message) => message.type === 'failed');
    assert.equal(refused.name, 'not-initialized');
    await send(app, { type: 'sign-in', ...(await session('android')) });
    await received((message) => message.detail?.state === 'connected');
    assert.equal(await app.page.evaluate(() => document.body.outerHTML.includes('eyJ')), false);
    await send(app, { type: 'calls', args: [['bob-of-android'], 'video'] });
    await bob.press('Accept');
    await received((message) => message.name === 'call-begin');
    await Promise.all([app.sees(), bob.sees()]);
    await send(app, { type: 'hangup' });
    const end = await received((message) => message.name === 'call-end');
    assert.equal(end.detail?.reason, 'hangup');
    await send(app, { type: 'remove' });
    await received((message) => message.name === 'invalid-parameter');
    app.clean();
  });

  test('reports to the message handler of an iOS app', async () => {
    const { app, received } = await inWebView(
      'ios',
      'Mozilla/5.0 (iPhone)',
      `window.webkit = {
      messageHandlers: { TuiCallApp: { postMessage: (text) => window.received.push(JSON.parse(text)) } } };`,
    );
    await received((message) => message.type === 'loaded');
    await send(app, { type: 'sign-in', ...(await session('ios')) });
    await received((message) => message.detail?.state === 'connected');
    app.clean();
  });
});

describe('a server renders', () => {
  for (const name of ['next', 'nuxt']) {
    test(`the element of ${name} without a userSig`, async () => {
      const { url = assert.fail() } = sites.get(name) ?? {};
      const html = await (await fetch(url)).text();
      assert.match(html, /<tui-call[^>]*><\/tui-call>/);
      assert.doesNotMatch(html, /user-sig|eyJ/);
    });
  }
});

describe('the types compile, and refuse what is wrong, in', { concurrency: 2 }, () => {
  const tsc = installedFile('typescript', 'bin', 'tsc');
  const checks = {
    react: [tsc],
    solid: [tsc],
    vue: [installedFile('vue-tsc', 'bin', 'vue-tsc.js')],
    svelte: [
      installedFile('svelte-check', 'bin', 'svelte-check'),
      ...['--fail-on-warnings', '--tsconfig', './tsconfig.json'],
    ],
  };
  for (const [name, args] of Object.entries(checks)) {
    test(name, () => inExample(name, process.execPath, args));
  }

  test('angular', async () => {
    // A template has no way to expect an error: the program of types/ must have exactly these.
    const ngc = installedFile('@angular', 'compiler-cli', 'bundles', 'src', 'bin', 'ngc.js');
    const failed = inExample('angular', process.execPath, [ngc, '-p', 'tsconfig.types.json']);
    const { message } = await failed.then(
      () => assert.fail('a wrong program compiles'),
      (error: Error) => error,
    );
    const plain = stripVTControlCharacters(message);
    const errors = [...plain.matchAll(/error TS\d+: (.*)/g)].map(([, text]) => text);
    assert.equal(errors.length, 1, message);
    assert.match(errors[0] ?? '', /'totalTime' does not exist/);
  });

  for (const version of ['5.8', '5.9']) {
    test(`TypeScript ${version}`, () =>
      inExample('react', process.execPath, [installedFile(`typescript-${version}`, 'bin', 'tsc')]));
  }
});

/** What the back end sends to the page of a user. Each user has a Bob. */
async function session(userId: string): Promise<object> {
  const contacts = [{ userId: `bob-of-${userId}`, name: 'Bob' }];
  return { server: world.server.url, userId, userSig: await world.userSig(userId), contacts };
}

async function startSite(upstream?: string): Promise<LoopbackServer> {
  const started = await startExampleSite({
    session,
    changed: changedPage,
    ...(upstream !== undefined && { upstream }),
  });
  stops.push(() => started.stop());
  return started;
}

async function changedPage(path: string, html: string): Promise<string> {
  const within = (script: string): string => html.replace('<script', `${script}<script`);
  if (path === '/iframe/') return html.replace('https://calls.example', site.url);
  if (path === '/two-versions/') {
    return within('<script type="module" src="/other-version/tui-call.js"></script>');
  }
  if (path !== '/integrity/') return html;
  const file = installedFile('tui-call', 'dist', 'integrity.json');
  const hashes = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  const integrity = Object.entries(hashes).map(([name, hash]): [string, string] => [
    `/tui-call/${name}`,
    hash,
  ]);
  const map = JSON.stringify({ integrity: Object.fromEntries(integrity) });
  return within(`<script type="importmap">${map}</script>`);
}

async function open(userId: string, origin: string, path: string): Promise<PageUser> {
  const context = await browser.createBrowserContext();
  await context.setCookie({ name: 'user', value: userId, domain: '127.0.0.1', path: '/' });
  const page = await context.newPage();
  const pageUser = new PageUser(page);
  await page.goto(`${origin}${path}`);
  if (path !== '/iframe/') return pageUser;
  const frame = await page.waitForFrame((one) => one.url().includes('/script-tag/'));
  return new PageUser(page, frame);
}

/** The user of an example has called Bob, and both see each other. */
async function inCall(
  userId: string,
  origin: string,
  path: string,
): Promise<{ caller: PageUser; bob: PageUser }> {
  const [caller, bob] = await Promise.all([
    open(userId, origin, path.replace(/^\/(next|nuxt)\/$/, '/')),
    open(`bob-of-${userId}`, site.url, '/script-tag/'),
  ]);
  for (const pageUser of [caller, bob]) {
    await eventually(
      () =>
        pageUser.frame.evaluate(() => document.querySelector('tui-call')?.state?.userId != null),
      () => pageUser.described(),
    );
  }
  const values = await caller.frame.evaluate(() => {
    const { contacts, muteRingtone } = document.querySelector('tui-call') ?? {};
    return { contacts: contacts?.map(({ name }) => name), muteRingtone };
  });
  assert.deepEqual(values, { contacts: ['Bob'], muteRingtone: false });
  await caller.press('Call Bob');
  await eventually(
    () => bob.shows('[role=status]', `${userId} is calling`),
    () => bob.described(),
  );
  await bob.press('Accept');
  await Promise.all([caller.sees(), bob.sees()]);
  return { caller, bob };
}

/** Bob hangs up; the listener of the example shows it. */
async function over(caller: PageUser, bob: PageUser, words = 'The call is over'): Promise<void> {
  await bob.press('Hang up');
  await eventually(
    () => caller.shows('[role=status]', words),
    () => caller.described(),
  );
  caller.clean();
  bob.clean();
  await caller.page.browserContext().close();
  await bob.page.browserContext().close();
}

interface Message {
  readonly type: string;
  readonly name?: string;
  readonly detail?: { readonly state?: string; readonly reason?: string };
}

declare global {
  interface Window {
    received: Message[];
    receiveFromApp(text: string): Promise<void>;
  }
}

/** The page in a WebView whose app collects the messages. */
async function inWebView(
  userId: string,
  agent: string,
  app: string,
): Promise<{
  app: PageUser;
  received: (wanted: (message: Message) => boolean) => Promise<Message>;
}> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setUserAgent({ userAgent: agent });
  await page.evaluateOnNewDocument(`window.received = []; ${app}`);
  const pageUser = new PageUser(page);
  await page.goto(`${site.url}/webview/#${userId}`);
  const received = (wanted: (message: Message) => boolean): Promise<Message> =>
    eventually(
      async () => (await page.evaluate(() => window.received)).find(wanted),
      async () => JSON.stringify(await page.evaluate(() => window.received), null, 1),
    );
  return { app: pageUser, received };
}

async function send(app: PageUser, message: object): Promise<void> {
  await app.page.evaluate((text) => void window.receiveFromApp(text), JSON.stringify(message));
}
