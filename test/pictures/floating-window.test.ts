/** The floating window on a page that is zoomed, and on a phone with a notch. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser, Page } from 'puppeteer-core';

import { startChromium } from '../support/browsers.ts';
import { startDemoPage } from '../support/demo-page.ts';

const CORNERS = ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight'] as const;

let browser: Browser;
let demo: Awaited<ReturnType<typeof startDemoPage>>;

before(async () => {
  [browser, demo] = await Promise.all([startChromium(), startDemoPage()]);
});

after(async () => {
  await browser.close();
  await demo.close();
});

test('the window keeps its distance in every corner of a page at a zoom of 200 %', async () => {
  // A browser that zooms shows fewer CSS pixels, each of more pixels of the screen.
  const page = await shown({ width: 700, height: 520, deviceScaleFactor: 2 });
  for (const key of CORNERS) {
    const { left, top, right, bottom } = await distancesAfter(page, key);
    assert.deepEqual([Math.min(left, right), Math.min(top, bottom)], [24, 24], key);
  }
  await page.close();
});

test('the window stays out of the safe areas of a screen in every corner', async () => {
  const page = await shown({ width: 900, height: 620, deviceScaleFactor: 1 });
  const session = await page.createCDPSession();
  const insets = { top: 40, bottom: 50, left: 60, right: 60 };
  await session.send('Emulation.setSafeAreaInsetsOverride', { insets });
  for (const key of CORNERS) {
    const { left, top, right, bottom } = await distancesAfter(page, key);
    assert.deepEqual([Math.min(left, right), Math.min(top, bottom)], [60, 50], key);
  }
  await page.close();
});

async function shown(viewport: {
  width: number;
  height: number;
  deviceScaleFactor: number;
}): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.goto(`${demo.url}states.html?only=connected-video&lang=en`);
  await page.waitForSelector('state-call >>> .handle');
  return page;
}

/** Presses a key on the window's handle. Returns the distances of the window from the edges of the page. */
async function distancesAfter(page: Page, key: (typeof CORNERS)[number]) {
  await page.focus('state-call >>> .handle');
  const before = await distances(page);
  await page.keyboard.press(key);
  await page.waitForFunction(
    (old) => {
      const box = document
        .querySelector('state-call')!
        .shadowRoot!.querySelector('.window')!
        .getBoundingClientRect();
      return `${box.left} ${box.top}` !== old;
    },
    {},
    `${before.left} ${before.top}`,
  );
  return distances(page);
}

function distances(page: Page) {
  return page.evaluate(() => {
    const box = document
      .querySelector('state-call')!
      .shadowRoot!.querySelector('.window')!
      .getBoundingClientRect();
    const { left, top } = box;
    return { left, top, right: innerWidth - box.right, bottom: innerHeight - box.bottom };
  });
}
