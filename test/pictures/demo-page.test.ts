/** The page of the demo fits a phone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Browser } from 'puppeteer-core';

import { startChromium } from '../support/browsers.ts';
import { startDemoPage } from '../support/demo-page.ts';

let browser: Browser;
let demo: Awaited<ReturnType<typeof startDemoPage>>;

before(async () => {
  [browser, demo] = await Promise.all([startChromium(), startDemoPage()]);
});

after(async () => {
  await browser.close();
  await demo.close();
});

for (const width of [320, 390]) {
  test(`nothing on the demo page is cut on a phone of ${width} pixels`, async () => {
    const page = await browser.newPage();
    await page.setViewport({ width, height: 700 });
    await page.goto(demo.url);
    await page.waitForSelector('.pane .initial');
    assert.deepEqual(await page.evaluate(wideElements), []);
    await page.close();
  });
}

/** In the page: the elements whose content is wider than they are. */
function wideElements(): string[] {
  return [...document.querySelectorAll('body, body *')]
    .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
    .map(({ localName, className }) => `${localName}.${className}`);
}
