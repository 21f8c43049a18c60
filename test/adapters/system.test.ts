/** What the system shows of calls and rings, in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'puppeteer-core';

import { browserPages } from './support/browser-pages.ts';

const pages = browserPages();

test('the screen stays awake while a call shows video and the page is visible', async () => {
  const page = await openPage();
  const held = await page.evaluate(async () => {
    const locks: WakeLockSentinel[] = [];
    const { wakeLock } = navigator;
    const request = wakeLock.request.bind(wakeLock);
    wakeLock.request = async (type) => {
      const lock = await request(type);
      locks.push(lock);
      return lock;
    };
    const call = { title: 'Call', microphoneOn: true, cameraOn: true, showsVideo: true };
    const now = async (): Promise<string> => {
      for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
      return `${locks.length} requested, ${locks.filter(({ released }) => !released).length} held`;
    };
    const seen: string[] = [];
    adapters.system.update({ ...call, showsVideo: false });
    seen.push(await now());
    adapters.system.update(call);
    adapters.system.update({ ...call, microphoneOn: false });
    seen.push(await now());
    // The browser releases the lock of a hidden page itself.
    const visible = (state: string): void => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    visible('hidden');
    await locks[0]?.release();
    visible('visible');
    seen.push(await now());
    adapters.system.update(null);
    seen.push(await now());
    return seen;
  });
  assert.deepEqual(held, [
    '0 requested, 0 held',
    '1 requested, 1 held',
    '2 requested, 1 held',
    '2 requested, 0 held',
  ]);
});

test('headset and system hang up and turn microphone and camera on and off', async () => {
  const page = await openPage();
  const seen = await page.evaluate(() => {
    const handlers = new Map<string, MediaSessionActionHandler>();
    const active: string[] = [];
    const session = navigator.mediaSession;
    session.setActionHandler = (name, handler) => {
      if (handler) handlers.set(name, handler);
      else handlers.delete(name);
    };
    session.setMicrophoneActive = async (on) => void active.push(`microphone ${String(on)}`);
    session.setCameraActive = async (on) => void active.push(`camera ${String(on)}`);
    session.metadata = new MediaMetadata({ title: 'A song' });
    const call = { title: 'Call with Mina', microphoneOn: true, cameraOn: null, showsVideo: false };
    adapters.system.update(call);
    const title = session.metadata.title;
    for (const [action, handler] of handlers) handler({ action: action as MediaSessionAction });
    adapters.system.update({ ...call, microphoneOn: false });
    adapters.system.update(null);
    return { title, active, left: handlers.size, after: session.metadata.title };
  });
  assert.deepEqual(seen, {
    title: 'Call with Mina',
    active: ['microphone true', 'camera false', 'microphone false'],
    left: 0,
    after: 'A song',
  });
  assert.deepEqual(await page.evaluate(() => adapters.log), [
    'action hangup',
    'action toggle-microphone',
    'action toggle-camera',
  ]);
});

test('the sound of a call is that of a conversation where the browser has audio sessions', async () => {
  const page = await openPage();
  const types = await page.evaluate(() => {
    const session = { type: 'auto' };
    Object.defineProperty(navigator, 'audioSession', { value: session });
    adapters.system.update({ title: '', microphoneOn: true, cameraOn: null, showsVideo: false });
    const during = session.type;
    adapters.system.update(null);
    return [during, session.type];
  });
  assert.deepEqual(types, ['play-and-record', 'auto']);
});

test('a ring is a notification of the system, if the user has permitted them, until it ends', async () => {
  await pages.permit('notifications');
  const page = await openPage();
  const seen = await page.evaluate(async () => {
    const shown: Notification[] = [];
    const closed: string[] = [];
    globalThis.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(this);
      }
      override close(): void {
        closed.push(this.title);
        super.close();
      }
    };
    adapters.showRing();
    const first = shown.map(({ title, body, tag, silent }) => ({ title, body, tag, silent }));
    adapters.ringing.abort();
    return { first, closed };
  });
  assert.deepEqual(seen, {
    first: [{ title: 'Mina', body: 'Incoming call', tag: 'call-1', silent: true }],
    closed: ['Mina'],
  });
});

test('a ring puts a dot on the page’s icon until it ends, also without an icon and without permission', async () => {
  const page = await openPage();
  const icons = (): Promise<string[]> =>
    page.$$eval('link[rel=icon]', (all) => all.map(({ href }) => href.slice(0, 14)));
  await page.evaluate(() => adapters.showRing());
  await page.waitForFunction(() => document.querySelector('link[rel=icon]'));
  assert.deepEqual(await icons(), ['data:image/png']);
  await page.evaluate(() => adapters.ringing.abort());
  assert.deepEqual(await icons(), []);
  await page.evaluate(() => {
    const icon = Object.assign(document.createElement('link'), { rel: 'icon', href: 'about:own' });
    document.head.append(icon);
    adapters.showRing();
  });
  await page.waitForFunction(() => document.querySelector('link[rel=icon][href^=data]'));
  await page.evaluate(() => adapters.ringing.abort());
  assert.deepEqual(await icons(), ['about:own']);
});

async function openPage(): Promise<Page> {
  const page = await pages.newPage();
  await pages.visit(page);
  return page;
}
