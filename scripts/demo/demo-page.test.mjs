import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from 'puppeteer-core';
import { findChromium } from '../browser.mjs';
import { ROOT } from '../setup.mjs';

/* global document -- functions passed to page.evaluate run in the page */

// `npm start` on a machine without camera and microphone, through clicks and visible content only.
describe('the demo’s page', () => {
  let demo, browser, page;
  const complaints = [];

  before(async () => {
    demo = await startDemo();
    browser = await launch({
      executablePath: await findChromium(),
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    // Without camera and microphone, also if this machine has them.
    await page.goto(`${demo.url}?synthetic`);
  });
  after(async () => {
    await browser?.close();
    demo.process.kill('SIGTERM');
    await demo.ended;
  });

  test('shows a notice that a drawn video replaces a missing camera', async () => {
    await eventually(page, () =>
      document.querySelector('#media-notice').textContent.includes('A drawn video'),
    );
    await eventually(page, () => document.querySelectorAll('.dot[data-connection=connected]')[1]);
  });

  test('alice calls bob, bob accepts, and both see each other move', async () => {
    await page.click('[data-user=alice] button[value=video]');
    await click(page, 'Accept');
    for (const who of ['alice', 'bob']) await seesMoving(page, who);
  });

  test('writes every event into the log, and one line for frequent events', async () => {
    await eventually(page, () => document.querySelector('#log .count')?.textContent);
    const lines = await page.$$eval('#log li', (all) =>
      all.map(({ dataset }) => `${dataset.user} ${dataset.event}`),
    );
    for (const line of ['bob call-received', 'bob call-begin', 'alice call-begin']) {
      assert.ok(lines.includes(line), line);
    }
    const volumes = lines.filter((line) => line === 'alice user-voice-volume-changed');
    assert.ok(volumes.length <= 1, `${volumes.length} lines`);
  });

  test('is in the call again after a reload', async () => {
    await page.reload();
    for (const who of ['alice', 'bob']) await seesMoving(page, who);
  });

  test('hangs up', async () => {
    await click(page, 'Hang up');
    await eventually(page, () => document.querySelector('#log [data-event=call-end]'));
    await eventually(page, () => document.querySelectorAll('.pane button[value=video]:enabled')[1]);
  });

  test('lists the call in the expanded list', async () => {
    await page.click('[data-user=bob] .recents summary');
    await eventually(page, () =>
      document
        .querySelector('[data-user=bob] tui-call-recents')
        .shadowRoot.querySelector('li .how')
        ?.textContent.includes('Incoming'),
    );
  });

  test('opens another user in a tab, and alice can call that user together with bob', async () => {
    const opened = once(browser, 'targetcreated');
    await page.click('#open-user button');
    const tab = await (await opened)[0].page();
    await eventually(tab, () => document.querySelector('.dot[data-connection=connected]'));
    assert.match(await tab.title(), /^carol/);
    await page.bringToFront();
    await page.$eval('#whom-alice', (input) => (input.value = 'bob, carol'));
    await page.click('[data-user=alice] button[value=audio]');
    await eventually(tab, () => document.querySelector('[data-phase=incoming]'));
    await click(page, 'Hang up');
    await eventually(tab, () => document.querySelector('#log [data-event=call-missed]'));
  });

  test('violates no rule of its policy, and no script fails', () => {
    assert.deepEqual(complaints, []);
  });
});

async function startDemo() {
  const child = spawn(process.execPath, ['scripts/demo/start.mjs'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (/^http:\/\/127\.0\.0\.1:\d+\/$/.test(line)) return { process: child, ended, url: line };
  }
  throw new Error(lines.join('\n'));
}

async function click(page, name) {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
}

/** Waits until the largest video of a widget moves; polls from outside, because the page's policy forbids eval. */
async function seesMoving(page, who) {
  const time = () =>
    page.evaluate((user) => {
      const within = (root) =>
        [...root.querySelectorAll('*')].flatMap((element) => [
          ...(element.localName === 'video' ? [element] : []),
          ...(element.shadowRoot ? within(element.shadowRoot) : []),
        ]);
      const widget = document.querySelector(`[data-user=${user}] tui-call`);
      if (widget?.state?.phase !== 'connected') return 0;
      const [picture] = within(widget.shadowRoot)
        .filter((video) => video.videoWidth > 0)
        .sort((a, b) => b.clientWidth - a.clientWidth);
      return picture?.currentTime ?? 0;
    }, who);
  let first = 0;
  while (first === 0) first = await time();
  while ((await time()) <= first) await pause(20);
}

/** Polls until the condition is true; only the time limit of the test applies. */
async function eventually(page, look) {
  while (!(await page.evaluate(look).then(Boolean))) await pause(20);
}
