/** Socket, page, storage and ringer in a real browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import type { Browser, BrowserContext, Page } from 'puppeteer-core';

import { startChromium } from '../support/browsers.ts';
import { servePages, type PageServer } from './support/page-server.ts';
import { startSignalServer, type SignalServer } from './support/signal-server.ts';
import { untouched } from './support/untouched.ts';

let browser: Browser;
let pages: PageServer;
let context: BrowserContext;
let server: SignalServer;

before(async () => {
  [browser, pages] = await Promise.all([
    startChromium('--autoplay-policy=document-user-activation-required'),
    servePages(['browser-page']),
  ]);
});

after(async () => {
  await browser.close();
  await pages.close();
});

beforeEach(async () => {
  [context, server] = await Promise.all([browser.createBrowserContext(), startSignalServer()]);
});

afterEach(async () => {
  await context.close();
  await server.close();
});

test('the socket connects below a path, gives its handshake, and brings answers back', async () => {
  const { page, socket } = await connected();
  socket.on('command', (command: { type: string }, answer: (value: unknown) => void) =>
    answer({ ok: true, heard: command.type }),
  );
  assert.deepEqual(await page.evaluate(() => adapters.send(5_000)), { ok: true, heard: 'sync' });
  assert.deepEqual(server.handshakes, [{ protocol: 1, userSig: 'sig', sessionId: 's'.repeat(22) }]);
  socket.emit('message', { type: 'user-sig-expired' });
  await page.evaluate(() => adapters.noted('message {"type":"user-sig-expired"}'));
});

test('a command without an answer fails: in time, when the socket goes, and when there is none', async () => {
  const { page, socket } = await connected();
  assert.equal(await page.evaluate(() => adapters.send(50)), 'signaling-failed');
  const asked = once(socket, 'command');
  const answer = page.evaluate(() => adapters.send(60_000));
  await asked;
  socket.disconnect(true);
  assert.equal(await answer, 'signaling-failed');
  await page.evaluate(() => adapters.socket.close());
  assert.equal(await page.evaluate(() => adapters.send(60_000)), 'signaling-failed');
});

test('a refused handshake is said once, and not tried again', async () => {
  server.refuse('user-sig-expired');
  const page = await openPage();
  await page.evaluate((url) => adapters.open(url), server.url);
  await page.evaluate(() => adapters.noted('refused user-sig-expired'));
  await page.evaluate(() => dispatchEvent(new Event('online')));
  // Another page's try comes after any that this one would have made.
  server.refuse(null);
  await connected();
  assert.deepEqual(await page.evaluate(() => adapters.log), ['refused user-sig-expired']);
  assert.equal(server.handshakes.length, 2);
});

test('a refusal that passes is tried again until it is over', async () => {
  server.refuse('rate-limited');
  const page = await openPage();
  await page.evaluate((url) => adapters.open(url), server.url);
  await page.evaluate(() => adapters.noted('unreachable', 2));
  server.refuse(null);
  await page.evaluate(() => adapters.noted('connected'));
});

test('a socket that the server closes comes back', async () => {
  const { page, socket } = await connected();
  const next = server.nextSocket();
  socket.disconnect();
  await page.evaluate(() => adapters.noted('disconnected'));
  await next;
  await page.evaluate(() => adapters.noted('connected', 2));
});

test('a kicked socket does not come back (F43)', async () => {
  const { page, socket } = await connected();
  const gone = once(socket, 'disconnect');
  socket.emit('message', { type: 'kicked-offline', reason: 'newer-session' });
  socket.disconnect();
  await gone;
  await page.evaluate(() => adapters.noted('disconnected'));
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await connected();
  assert.equal(await page.evaluate(() => adapters.log.includes('unreachable')), false);
  assert.equal(server.handshakes.length, 2);
});

test('a server that is down is tried until it is back, at once when the network returns', async () => {
  const { page } = await connected();
  const { port } = server;
  await server.close();
  await page.evaluate(() => adapters.noted('unreachable'));
  server = await startSignalServer(port);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.evaluate(() => adapters.noted('connected', 2));
});

for (const locks of [true, false]) {
  const where = locks ? 'with Web Locks' : 'without Web Locks';

  test(`a reload keeps the session, a duplicated tab gets its own, ${where} (F43)`, async () => {
    const page = await openPage({ locks });
    const session = await acquire(page);
    const copy = await duplicate(page);
    assert.notEqual(await acquire(copy), session);
    await page.reload();
    assert.equal(await acquire(page), session);
  });

  test(`two widgets of one user keep a session each, ${where}`, async () => {
    const page = await openPage({ locks });
    const two = [await acquire(page), await acquire(page)];
    assert.equal(new Set(two).size, 2);
    await page.reload();
    const again = [await acquire(page), await acquire(page)];
    assert.deepEqual(again.sort(), two.sort());
  });
}

test('a session that was released is forgotten', async () => {
  const page = await openPage();
  const session = await acquire(page);
  await page.evaluate(() => adapters.release());
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
  assert.notEqual(await acquire(page), session);
});

test('users and servers have sessions of their own', async () => {
  const page = await openPage();
  const sessions = await page.evaluate(async () => [
    await adapters.acquire('https://one.example', 'alice'),
    await adapters.acquire('https://one.example', 'bob'),
    await adapters.acquire('https://two.example', 'alice'),
  ]);
  assert.equal(new Set(sessions).size, 3);
});

test('a page that goes away tells the server as plain text', async () => {
  const page = await openPage();
  await page.evaluate((url) => {
    adapters.page.onLeaving(() => {
      const sessionId = 's'.repeat(22) as Parameters<
        typeof adapters.page.sendLeave
      >[1]['sessionId'];
      adapters.page.sendLeave(url, { userSig: 'sig', sessionId });
    });
  }, server.url);
  const told = server.nextBeacon();
  await page.close({ runBeforeUnload: true });
  await told;
  assert.match(server.beacons[0]?.type ?? '', /^text\/plain/);
  assert.deepEqual(JSON.parse(server.beacons[0]?.body ?? ''), {
    userSig: 'sig',
    sessionId: 's'.repeat(22),
  });
});

test('a page that is put aside has not left, and returns when it is shown again', async () => {
  const page = await openPage();
  const log = await page.evaluate(() => {
    const ends = [
      adapters.page.onLeaving(() => adapters.note('left')),
      adapters.page.onReturning(() => adapters.note('returned')),
    ];
    const told = (act: () => void): number => {
      const before = adapters.log.length;
      act();
      return adapters.log.length - before;
    };
    const shown = (type: string, persisted: boolean) => () =>
      void dispatchEvent(new PageTransitionEvent(type, { persisted }));
    const seen = () => void document.dispatchEvent(new Event('visibilitychange'));
    const counts = [
      told(shown('pagehide', true)),
      told(shown('pageshow', true)),
      told(shown('pageshow', false)),
      told(seen),
      told(() => void dispatchEvent(new Event('online'))),
      told(shown('pagehide', false)),
    ];
    for (const end of ends) end();
    return [...counts, told(seen), told(shown('pagehide', false)), adapters.log.join()];
  });
  assert.deepEqual(log, [0, 1, 0, 1, 1, 1, 0, 0, 'returned,returned,returned,left']);
});

for (const [state, expected] of [
  ['granted', { captures: 1, shown: true, left: 0 }],
  ['prompt', { captures: 0, shown: false, left: 0 }],
  ['denied', { captures: 0, shown: false, left: 0 }],
] as const) {
  test(`the own picture before an answer asks for nothing: camera ${state}`, async () => {
    const page = await openPage();
    const seen = await page.evaluate((permission) => {
      navigator.permissions.query = () =>
        Promise.resolve(
          Object.assign(new EventTarget(), { state: permission }) as PermissionStatus,
        );
      return adapters.preview();
    }, state);
    assert.deepEqual(seen, expected);
  });
}

test('what is remembered outlives a reload, or the page at least where storage is forbidden', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    adapters.memory.tab.write('a', '1');
    adapters.memory.browser.write('b', '2');
  });
  await page.reload();
  assert.deepEqual(await page.evaluate(remembered), ['1', '2']);
  await page.evaluateOnNewDocument(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(globalThis, name, {
        get: () => {
          throw new DOMException('', 'SecurityError');
        },
      });
    }
  });
  await page.reload();
  assert.deepEqual(await page.evaluate(remembered), [null, null]);
  await page.evaluate(() => adapters.memory.tab.write('a', '3'));
  assert.deepEqual(await page.evaluate(remembered), ['3', null]);
});

test('a ring the browser keeps back is said, and sounds at the first touch (F100)', async () => {
  const page = await openPage({ touched: false });
  await untouched(page, 'adapters.watchRinger()');
  await untouched(page, `adapters.ringer.ring('ringtone', { muted: false })`);
  await untouched(page, `adapters.noted('blocked true')`);
  await page.mouse.click(10, 10);
  await page.evaluate(() => adapters.noted('blocked false'));
  assert.deepEqual(await page.evaluate(contextStates), ['running']);
  await page.evaluate(() => adapters.ringer.stop());
  await page.waitForFunction(() => contexts.every((one) => one.state === 'closed'));
});

test('a muted ring makes no sound and asks for none', async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { muted: true }));
  assert.deepEqual(await page.evaluate(contextStates), []);
});

test('a new ring takes the place of the one before', async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { muted: false }));
  await page.waitForFunction(() => contexts.map((one) => one.state).join() === 'running');
  await page.evaluate(() => adapters.ringer.ring('ringback', { muted: false }));
  await page.waitForFunction(() => contexts.map((one) => one.state).join() === 'closed,running');
  await page.evaluate(() => adapters.ringer.close());
  await page.waitForFunction(() => contexts.every((one) => one.state === 'closed'));
});

test('a ring that is over before its tone has come makes no sound', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    adapters.ringer.ring('ringtone', { muted: false });
    adapters.ringer.stop();
    adapters.ringer.ring('ringback', { muted: false });
  });
  await page.waitForFunction(() => contexts.map((one) => one.state).join() === 'running');
});

test('a tone that cannot be fetched is asked for again while it rings', async () => {
  const page = await openPage();
  await page.setRequestInterception(true);
  let asked = 0;
  page.on('request', (request) => {
    const isTone = request.url().includes('/ring-tone');
    asked += Number(isTone);
    void (isTone && asked === 1 ? request.abort() : request.continue());
  });
  await page.evaluate(() => adapters.ringer.ring('ringtone', { muted: false }));
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
  assert.equal(asked, 2);
});

test("a page's own ring file that cannot be played gives way to the built-in ring", async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { url: '/no.mp3', muted: false }));
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
});

test('of the tabs of a browser one rings, and the next one when that closes (F42)', async () => {
  const [first, second] = [await openPage(), await openPage()];
  // Only one tab is in front: the other one draws no frames to look in.
  const rings = (tab: Page) =>
    tab.waitForFunction(() => contexts.some((one) => one.state === 'running'), { polling: 50 });
  await first.evaluate(ringForOne);
  await rings(first);
  await second.evaluate(ringForOne);
  await second.waitForFunction(standsInLine, { polling: 50 });
  assert.deepEqual(await second.evaluate(contextStates), []);
  await first.close();
  await rings(second);
});

test('of two widgets on one page one rings for a call, and the other one when that is silent (F102)', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    for (const ringer of [adapters.ringer, adapters.otherRinger]) {
      ringer.ring('ringtone', { muted: false, cause: 'twice' });
    }
  });
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
  assert.deepEqual(await page.evaluate(contextStates), ['running']);
  await page.evaluate(() => adapters.ringer.stop());
  await page.waitForFunction(() => contexts.length === 2 && contexts[1]?.state === 'running');
});

test('a tab that is kept silent lets another one ring, and stands in line again when it is touched', async () => {
  const silent = await openPage({ touched: false });
  await untouched(silent, 'adapters.watchRinger()');
  await untouched(silent, `adapters.ringer.ring('ringtone', { muted: false, cause: 'one' })`);
  await untouched(silent, `adapters.noted('blocked true')`);
  const heard = await openPage();
  await heard.evaluate(ringForOne);
  await heard.waitForFunction(() => contexts.some((one) => one.state === 'running'));
  await silent.bringToFront();
  await silent.mouse.click(10, 10);
  await heard.evaluate(() => adapters.ringer.stop());
  await silent.evaluate(() => adapters.noted('blocked false'));
  assert.ok((await silent.evaluate(contextStates)).includes('running'));
});

test('a page that was touched is not called silent when its sound starts late on a busy machine', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    const starts = performance.now() + 800;
    const { resume } = AudioContext.prototype;
    AudioContext.prototype.resume = async function (this: AudioContext) {
      await new Promise((on) => setTimeout(on, starts - performance.now()));
      await resume.call(this);
    };
    const state = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, 'state')?.get;
    Object.defineProperty(BaseAudioContext.prototype, 'state', {
      get(this: AudioContext): unknown {
        return performance.now() < starts ? 'suspended' : state?.call(this);
      },
    });
    adapters.watchRinger();
  });
  await page.evaluate(ringForOne);
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
  assert.deepEqual(await page.evaluate(() => adapters.log), []);
});

async function openPage({ locks = true, touched = true } = {}): Promise<Page> {
  const page = await context.newPage();
  await prepare(page, locks);
  await page.goto(`${pages.origin}/browser-page`);
  if (touched) await page.evaluate(() => undefined);
  return page;
}

async function prepare(page: Page, locks: boolean): Promise<void> {
  await page.evaluateOnNewDocument((withLocks) => {
    if (!withLocks) Object.defineProperty(navigator, 'locks', { value: undefined });
    globalThis.contexts = [];
    globalThis.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
      }
    };
  }, locks);
}

/** A tab that the page opens has a copy of its sessionStorage, as a duplicated tab has. */
async function duplicate(page: Page): Promise<Page> {
  const opened = new Promise<Page | null>((resolve) => page.once('popup', resolve));
  await page.evaluate(() => void open(location.href));
  const copy = await opened;
  assert.ok(copy);
  await copy.waitForFunction(() => 'adapters' in globalThis);
  return copy;
}

async function connected() {
  const page = await openPage();
  const socket = server.nextSocket();
  await page.evaluate((url) => adapters.open(url), server.url);
  await page.evaluate(() => adapters.noted('connected'));
  return { page, socket: await socket };
}

function acquire(page: Page): Promise<string> {
  return page.evaluate(() => adapters.acquire('https://calls.example', 'alice'));
}

const remembered = () => [adapters.memory.tab.read('a'), adapters.memory.browser.read('b')];
const contextStates = () => contexts.map((one) => one.state);

declare global {
  var contexts: AudioContext[];
}

/** Tabs that ring at once come in either order: what was asked of the browser first is not first there. */
const standsInLine = async () => (await navigator.locks.query()).pending?.length === 1;

function ringForOne(): void {
  adapters.ringer.ring('ringtone', { muted: false, cause: 'one' });
}
