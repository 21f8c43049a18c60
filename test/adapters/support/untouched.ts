import assert from 'node:assert/strict';

import type { Page } from 'puppeteer-core';

/** Runs in the page as its own script would: page.evaluate counts as a user gesture. */
export async function untouched(page: Page, expression: string): Promise<void> {
  const cdp = await page.createCDPSession();
  const { exceptionDetails } = await cdp.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    userGesture: false,
  });
  assert.equal(exceptionDetails, undefined);
  await cdp.detach();
}
