import { after, afterEach, before, beforeEach } from 'node:test';

import type { Browser, BrowserContext, Page } from 'puppeteer-core';

import { startChromium } from '../../support/browsers.ts';
import { servePages, type PageServer } from './page-server.ts';

/** Pages of a browser that blocks sound until a user gesture; each test of the file has its own tabs. */
export function ringerPages() {
  let browser: Browser;
  let pages: PageServer;
  let context: BrowserContext;
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
    context = await browser.createBrowserContext();
  });
  afterEach(() => context.close());
  return {
    newPage: (): Promise<Page> => context.newPage(),
    async visit(page: Page, { touched = true } = {}): Promise<void> {
      await page.goto(`${pages.origin}/browser-page`);
      // An evaluation counts as a user gesture.
      if (touched) await page.evaluate(() => undefined);
    },
  };
}
