import type { TrackSource } from 'livekit-server-sdk';
import type { Browser, Page } from 'puppeteer-core';

import { startLivekit, type LivekitServer } from '../../../scripts/livekit/index.mjs';
import { startChromium } from '../../support/browsers.ts';
import { servePages, type LivekitClient, type PageServer } from './page-server.ts';
import { TestRoom } from './rooms.ts';

export interface Two {
  readonly alice: Page;
  readonly bob: Page;
  readonly room: TestRoom;
  readonly end: () => Promise<void>;
}

/** The real LiveKit, a browser, and pages with one LivekitMedia each. Ends with `stop()`. */
export class MediaStage {
  readonly livekit: LivekitServer;
  readonly pages: PageServer;
  readonly #browser: Browser;

  private constructor(livekit: LivekitServer, browser: Browser, pages: PageServer) {
    this.livekit = livekit;
    this.#browser = browser;
    this.pages = pages;
  }

  static async start(livekitClient?: LivekitClient): Promise<MediaStage> {
    return new MediaStage(
      ...(await Promise.all([
        startLivekit(),
        startChromium(),
        servePages(['media-page', 'leave-page'], livekitClient),
      ])),
    );
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await Promise.all([this.livekit.stop(), this.pages.close()]);
  }

  /** Alice and Bob in one room, with everything on unless the options say otherwise, each showing the other. */
  async twoInARoom(
    options: {
      readonly bobIn?: Browser;
      readonly bobSends?: boolean;
      readonly bobMay?: readonly TrackSource[];
    } = {},
  ): Promise<Two> {
    const [alice, bob, room] = await Promise.all([
      this.page('bob'),
      this.page('alice', options.bobIn),
      new TestRoom(this.livekit).make(),
    ]);
    const sending = options.bobSends === false ? [alice] : [alice, bob];
    const opening = sending.map((page) =>
      page.evaluate(() => Promise.all([rig.set('microphone', true), rig.set('camera', true)])),
    );
    await Promise.all([
      this.join(alice, room, 'alice'),
      this.join(bob, room, 'bob', options.bobMay),
    ]);
    await Promise.all(opening);
    const end = async (): Promise<void> => {
      await Promise.all([alice, bob].map((page) => page.browserContext().close()));
    };
    return { alice, bob, room, end };
  }

  async page(
    peer = '',
    where = this.#browser,
    name: 'media-page' | 'leave-page' = 'media-page',
  ): Promise<Page> {
    const context = await where.createBrowserContext();
    const page = await context.newPage();
    await page.goto(`${this.pages.origin}/${name}`);
    await page.evaluate((name) => {
      rig.peer = name;
      if (name) rig.show(name);
      rig.show(null);
    }, peer);
    return page;
  }

  async join(
    page: Page,
    room: TestRoom,
    userId: string,
    sources?: readonly TrackSource[],
  ): Promise<void> {
    const token = await room.token(userId, sources);
    await page.evaluate((url, access) => rig.join(url, access), this.livekit.url, token);
  }
}

export function both<T>(alice: Page, bob: Page, work: () => Promise<T>): Promise<Awaited<T>[]> {
  return Promise.all([alice, bob].map((page) => page.evaluate(work)));
}
