import { after, afterEach, before, beforeEach } from 'node:test';

import type { Browser, BrowserContext, Page, Permission } from 'puppeteer-core';

import { startChromium } from '../../support/browsers.ts';
import { servePages, type PageServer } from './page-server.ts';

/** Pages of one Chromium with these flags; each test of the file has its own tabs and its own storage. */
export function browserPages(...flags: string[]) {
  let browser: Browser;
  let server: PageServer;
  let context: BrowserContext;
  before(async () => {
    [browser, server] = await Promise.all([startChromium(...flags), servePages(['browser-page'])]);
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    context = await browser.createBrowserContext();
  });
  afterEach(() => context.close());
  return {
    newPage: (): Promise<Page> => context.newPage(),
    async visit(page: Page): Promise<void> {
      await page.goto(`${server.origin}/browser-page`);
    },
    permit: (...permissions: Permission[]): Promise<void> =>
      context.overridePermissions(server.origin, permissions),
  };
}
