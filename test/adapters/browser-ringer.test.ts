/** The ringer in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Page } from 'puppeteer-core';

import { ringerPages } from './support/ringer-pages.ts';
import { untouched } from './support/untouched.ts';

const pages = ringerPages();

test('a blocked ring is reported, and plays with the first user gesture (F100)', async () => {
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

test('a muted ring opens no audio', async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { muted: true }));
  assert.deepEqual(await page.evaluate(contextStates), []);
});

test('a new ring replaces the previous one', async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { muted: false }));
  await page.waitForFunction(() => contexts.map((one) => one.state).join() === 'running');
  await page.evaluate(() => adapters.ringer.ring('ringback', { muted: false }));
  await page.waitForFunction(() => contexts.map((one) => one.state).join() === 'closed,running');
  await page.evaluate(() => adapters.ringer.close());
  await page.waitForFunction(() => contexts.every((one) => one.state === 'closed'));
});

test('a ring that ends before its tone is loaded is silent', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    adapters.ringer.ring('ringtone', { muted: false });
    adapters.ringer.stop();
    adapters.ringer.ring('ringback', { muted: false });
  });
  await page.waitForFunction(() => contexts.map((one) => one.state).join() === 'running');
});

test('a tone that fails to load is requested again while it rings', async () => {
  const page = await openPage();
  await page.setRequestInterception(true);
  let asked = 0;
  page.on('request', (request) => {
    const isTone = request.url().includes('/ring-sound');
    asked += Number(isTone);
    void (isTone && asked === 1 ? request.abort() : request.continue());
  });
  await page.evaluate(() => adapters.ringer.ring('ringtone', { muted: false }));
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
  assert.equal(asked, 2);
});

test('the built-in tone replaces a file that cannot be played', async () => {
  const page = await openPage();
  await page.evaluate(() => adapters.ringer.ring('ringtone', { url: '/no.mp3', muted: false }));
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
});

test('one tab of a browser rings, and the next one when it closes (F42)', async () => {
  const [first, second] = [await openPage(), await openPage()];
  // Only one tab is in front: the other one draws no frames.
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

test('one of two widgets on a page rings, and the other one when it stops (F102)', async () => {
  const page = await openPage();
  await page.evaluate(() => {
    for (const ringer of [adapters.ringer, adapters.otherRinger]) {
      ringer.ring('ringtone', { muted: false, lockKey: 'twice' });
    }
  });
  await page.waitForFunction(() => contexts.some((one) => one.state === 'running'));
  assert.deepEqual(await page.evaluate(contextStates), ['running']);
  await page.evaluate(() => adapters.ringer.stop());
  await page.waitForFunction(() => contexts.length === 2 && contexts[1]?.state === 'running');
});

test('a blocked tab lets another one ring, and queues again with a user gesture', async () => {
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

test('after a user gesture a late start of sound is not reported as blocked', async () => {
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

async function openPage(options?: { touched: boolean }): Promise<Page> {
  const page = await pages.newPage();
  await page.evaluateOnNewDocument(() => {
    globalThis.contexts = [];
    globalThis.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
      }
    };
  });
  await pages.visit(page, options);
  return page;
}

const contextStates = () => contexts.map((one) => one.state);

declare global {
  var contexts: AudioContext[];
}

/** Whether one lock request waits: tabs that ring at once get the lock in either order. */
const standsInLine = async () => (await navigator.locks.query()).pending?.length === 1;

function ringForOne(): void {
  adapters.ringer.ring('ringtone', { muted: false, lockKey: 'one' });
}
