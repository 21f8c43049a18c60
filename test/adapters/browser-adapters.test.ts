/** Socket, page and storage in a real browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';

import type { Page } from 'puppeteer-core';

import { browserPages } from './support/browser-pages.ts';
import { startSignalServer, type SignalServer } from './support/signal-server.ts';

const HANDSHAKE = { protocol: 1, userId: 'alice', userSig: 'sig', sessionId: 's'.repeat(22) };

const pages = browserPages();
let server: SignalServer;

beforeEach(async () => {
  server = await startSignalServer();
});

afterEach(() => server.close());

test('the socket connects below a path, sends its handshake and returns acknowledgements', async () => {
  const { page, socket } = await connected();
  socket.on('command', (command: { type: string }, answer: (value: unknown) => void) =>
    answer({ ok: true, heard: command.type }),
  );
  assert.deepEqual(await page.evaluate(() => adapters.send(5_000)), { ok: true, heard: 'sync' });
  assert.deepEqual(server.handshakes, [HANDSHAKE]);
  socket.emit('message', { type: 'user-sig-expired' });
  await page.evaluate(() => adapters.noted('message {"type":"user-sig-expired"}'));
});

test('a command without acknowledgement fails on timeout, on disconnect and on a closed socket', async () => {
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

test('a refused handshake is reported once and not retried', async () => {
  server.refuse('user-sig-expired');
  const page = await openPage();
  await page.evaluate((url) => adapters.open(url), server.url);
  await page.evaluate(() => adapters.noted('refused user-sig-expired'));
  await page.evaluate(() => dispatchEvent(new Event('online')));
  // A later attempt of another page proves that this one made none.
  server.refuse(null);
  await connected();
  assert.deepEqual(await page.evaluate(() => adapters.log), ['refused user-sig-expired']);
  assert.equal(server.handshakes.length, 2);
});

test('a temporary refusal is retried', async () => {
  server.refuse('rate-limited');
  const page = await openPage();
  await page.evaluate((url) => adapters.open(url), server.url);
  await page.evaluate(() => adapters.noted('unreachable', 2));
  server.refuse(null);
  await page.evaluate(() => adapters.noted('connected'));
});

test('a socket closed by the server reconnects', async () => {
  const { page, socket } = await connected();
  const next = server.nextSocket();
  socket.disconnect();
  await page.evaluate(() => adapters.noted('disconnected'));
  await next;
  await page.evaluate(() => adapters.noted('connected', 2));
});

test('a kicked socket does not reconnect (F43)', async () => {
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

test('an unreachable server is retried, and immediately when the network is back', async () => {
  const { page } = await connected();
  const { port } = server;
  await server.close();
  await page.evaluate(() => adapters.noted('unreachable'));
  server = await startSignalServer(port);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.evaluate(() => adapters.noted('connected', 2));
});

test('a page that adds toJSON to built-in prototypes can signal', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    const toJSON = function (this: unknown) {
      return `text of ${typeof this}`;
    };
    for (const { prototype } of [Array, String, Number, Object]) {
      Object.defineProperty(prototype, 'toJSON', { value: toJSON, configurable: true });
      Object.assign(prototype, { added: toJSON });
    }
  });
  const opened = server.nextSocket();
  await page.evaluate((url) => adapters.open(url), server.url);
  const commands = once(await opened, 'command');
  await page.evaluate(() => adapters.noted('connected'));
  const result = page.evaluate(() => adapters.send(5_000));
  const [command, acknowledge] = (await commands) as [object, (value: unknown) => void];
  acknowledge({ ok: true });
  assert.deepEqual(await result, { ok: true });
  assert.deepEqual(server.handshakes, [HANDSHAKE]);
  const knownCallIds = ['k'.repeat(22)];
  assert.deepEqual(
    { ...command, id: '' },
    { type: 'sync', id: '', knownCallIds, missedSince: null },
  );
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

  test(`two widgets of one user have one session each, ${where}`, async () => {
    const page = await openPage({ locks });
    const two = [await acquire(page), await acquire(page)];
    assert.equal(new Set(two).size, 2);
    await page.reload();
    const again = [await acquire(page), await acquire(page)];
    assert.deepEqual(again.sort(), two.sort());
  });
}

test('a released session is removed from the storage', async () => {
  const page = await openPage();
  const session = await acquire(page);
  await page.evaluate(() => adapters.release());
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
  assert.notEqual(await acquire(page), session);
});

test('each user and server has its own session', async () => {
  const page = await openPage();
  const sessions = await page.evaluate(async () => [
    await adapters.acquire('https://one.example', 'alice'),
    await adapters.acquire('https://one.example', 'bob'),
    await adapters.acquire('https://two.example', 'alice'),
  ]);
  assert.equal(new Set(sessions).size, 3);
});

test('a closing page sends the leave beacon as plain text', async () => {
  const page = await openPage();
  await page.evaluate((url) => {
    adapters.page.onLeaving(() => adapters.sendLeave(url));
  }, server.url);
  const beacon = server.nextBeacon();
  await page.close({ runBeforeUnload: true });
  await beacon;
  assert.match(server.beacons[0]?.type ?? '', /^text\/plain/);
  assert.deepEqual(JSON.parse(server.beacons[0]?.body ?? ''), {
    userId: 'alice',
    userSig: 'sig',
    sessionId: 's'.repeat(22),
  });
});

test('a page leaves with pagehide, kept by the browser or not, and returns when it is shown again', async () => {
  const page = await openPage();
  const log = await page.evaluate(() => {
    const ends = [
      adapters.page.onLeaving(() => adapters.note('left')),
      adapters.page.onReturning(() => adapters.note('returned')),
    ];
    const beacon = (act: () => void): number => {
      const before = adapters.log.length;
      act();
      return adapters.log.length - before;
    };
    const shown = (type: string, persisted: boolean) => () =>
      void dispatchEvent(new PageTransitionEvent(type, { persisted }));
    const seen = () => void document.dispatchEvent(new Event('visibilitychange'));
    const counts = [
      beacon(shown('pagehide', true)),
      beacon(shown('pageshow', true)),
      beacon(shown('pageshow', false)),
      beacon(seen),
      beacon(() => void dispatchEvent(new Event('online'))),
      beacon(shown('pagehide', false)),
    ];
    for (const end of ends) end();
    return [...counts, beacon(seen), beacon(shown('pagehide', false)), adapters.log.join()];
  });
  assert.deepEqual(log, [1, 1, 0, 1, 1, 1, 0, 0, 'left,returned,returned,returned,left']);
});

for (const [state, expected] of [
  ['granted', { captures: 1, shown: true, left: 0 }],
  ['prompt', { captures: 0, shown: false, left: 0 }],
  ['denied', { captures: 0, shown: false, left: 0 }],
] as const) {
  test(`the preview opens no prompt: camera ${state}`, async () => {
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

test('stored values survive a reload, or last for the page if storage is forbidden', async () => {
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

async function openPage({ locks = true } = {}): Promise<Page> {
  const page = await pages.newPage();
  await page.evaluateOnNewDocument((withLocks) => {
    if (!withLocks) Object.defineProperty(navigator, 'locks', { value: undefined });
  }, locks);
  await pages.visit(page);
  return page;
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
