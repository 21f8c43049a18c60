import type { Page } from 'puppeteer-core';

import { browserPages } from './browser-pages.ts';

/** Pages of a browser that blocks sound until a user gesture; each test of the file has its own tabs. */
export function ringerPages() {
  const { newPage, visit } = browserPages('--autoplay-policy=document-user-activation-required');
  return {
    newPage,
    async visit(page: Page, { touched = true } = {}): Promise<void> {
      await visit(page);
      // An evaluation counts as a user gesture.
      if (touched) await page.evaluate(() => undefined);
    },
  };
}
