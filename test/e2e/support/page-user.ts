import assert from 'node:assert/strict';
import type { Frame, Page } from 'puppeteer-core';
import { eventually } from './eventually.ts';

/** A user of a customer's page, in a separate browser. */
export class PageUser {
  readonly page: Page;
  /** The frame with the widget. */
  readonly frame: Frame;
  readonly complaints: string[] = [];

  constructor(page: Page, frame: Frame = page.mainFrame()) {
    this.page = page;
    this.frame = frame;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    // Includes everything that the policy has blocked.
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      this.complaints.push(`${message.text()} ${message.location().url ?? ''}`);
    });
  }

  async shows(selector: string, words: string | RegExp): Promise<boolean> {
    const text = await this.frame.evaluate(
      (one) => document.querySelector(one)?.textContent,
      selector,
    );
    return typeof words === 'string' ? text === words : words.test(text ?? '');
  }

  async press(name: string): Promise<void> {
    await this.frame.locator(`::-p-aria([name="${name}"][role="button"])`).click();
  }

  /** Two pictures, the own and the other member's, that move. */
  async sees(): Promise<void> {
    const first = await eventually(
      async () => {
        const times = await this.#pictures();
        return times.length === 2 && times.every((time) => time > 0) && times;
      },
      () => this.described(),
    );
    await eventually(
      async () => (await this.#pictures()).every((time, index) => time > (first[index] ?? 0)),
      () => this.described(),
    );
  }

  #pictures(): Promise<number[]> {
    return this.frame.evaluate(() => {
      const within = (root: ParentNode): HTMLVideoElement[] =>
        [...root.querySelectorAll('*')].flatMap((element) => [
          ...(element instanceof HTMLVideoElement && element.videoWidth > 0 ? [element] : []),
          ...(element.shadowRoot ? within(element.shadowRoot) : []),
        ]);
      return within(document).map((video) => video.currentTime);
    });
  }

  async described(): Promise<string> {
    const text = await this.frame.evaluate(() => document.body.innerText);
    return `${text}\n${this.complaints.join('\n')}`;
  }

  clean(): void {
    assert.deepEqual(this.complaints, []);
  }
}
