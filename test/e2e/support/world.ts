import { randomBytes } from 'node:crypto';
import type { Browser } from 'puppeteer-core';
import { findLivekit, startLivekit, type LivekitServer } from '../../../scripts/livekit/index.mjs';
import { createUserSig, type UserSigOptions } from '../../../server/index.ts';
import { startChromium, startFirefox } from '../../support/browsers.ts';
import type { LoopbackServer } from '../../support/loopback-server.ts';
import { CallServer } from './call-server.ts';
import { CuttableProxy } from './cuttable-proxy.ts';
import { startPageServer, type Website } from './page-server.ts';
import { recordEvents, WidgetPage } from './widget-page.ts';

const SECRET = randomBytes(32).toString('base64url');

export interface WidgetOptions {
  /** More attributes of the element. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Claims of the userSig besides the user id. */
  readonly sig?: UserSigOptions;
  /** The server URL for the widget; by default the call server's own. */
  readonly server?: string;
  /** A page in this browser context keeps tabs of one "browser" together; a new context when left out. */
  readonly beside?: WidgetPage;
  readonly browser?: Browser;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** The page inserts its widgets later, by `makeWidget`. */
  readonly later?: boolean;
  /** Another page than widget.html. */
  readonly pageName?: string;
  /** Runs in the page before its own scripts: to remove permissions, for example. */
  readonly before?: string;
}

/** One real LiveKit, one real call server, one strict website and real browsers: everything a call needs. */
export class World {
  readonly livekit: LivekitServer;
  readonly server: CallServer;
  /** The path to the call server, which a test can cut. */
  readonly line: CuttableProxy;
  readonly #pages: LoopbackServer;
  readonly website: Website;
  #browser: Promise<Browser> | null = null;
  readonly #browsers: Browser[] = [];

  private constructor(
    livekit: LivekitServer,
    server: CallServer,
    line: CuttableProxy,
    pages: LoopbackServer,
    website: Website,
  ) {
    this.livekit = livekit;
    this.server = server;
    this.line = line;
    this.#pages = pages;
    this.website = website;
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<World> {
    const binary = await findLivekit({ onProgress: (text: string) => console.log(text) });
    // LiveKit needs the webhook address of the call server, and the call server the address of LiveKit.
    const line = new CuttableProxy(() => server.port);
    await line.mend();
    const livekit = await startLivekit({ binary, webhookUrl: `${line.url}/livekit/webhook` });
    const server: CallServer = new CallServer({
      TUI_CALL_SECRET: SECRET,
      TUI_CALL_ORIGINS: '*',
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      TUI_CALL_RATE_CALLS_PER_MINUTE: '10000',
      LOG_LEVEL: 'debug',
      ...environment,
    });
    await server.start();
    const website: Website = { policyOf: (strict) => strict, until: async () => undefined };
    const pages = await startPageServer(() => {
      const media = new URL(environment['LIVEKIT_PUBLIC_URL'] ?? livekit.url).host;
      const hosts = [new URL(server.url).host, new URL(line.url).host, media];
      return hosts.flatMap((host) => [`http://${host}`, `ws://${host}`]);
    }, website);
    return new World(livekit, server, line, pages, website);
  }

  get pagesUrl(): string {
    return this.#pages.url;
  }

  userSig(userId: string, options: UserSigOptions = {}): Promise<string> {
    return createUserSig(SECRET, userId, { expiresIn: 3600, ...options });
  }

  async chromium(...flags: string[]): Promise<Browser> {
    return this.#owned(await startChromium(...flags));
  }

  async firefox(): Promise<Browser> {
    return this.#owned(await startFirefox());
  }

  #owned(browser: Browser): Browser {
    this.#browsers.push(browser);
    return browser;
  }

  /** The default browser that pages share; started on first use. */
  browser(): Promise<Browser> {
    this.#browser ??= this.chromium();
    return this.#browser;
  }

  /** A page with one widget, signed in as this user unless the options say otherwise. */
  async widget(userId: string, options: WidgetOptions = {}): Promise<WidgetPage> {
    const widget = await this.page([userId], options);
    await widget.signedIn();
    return widget;
  }

  /** Two users who are signed in; the options are those of the first. */
  pair(one: string, other: string, options: WidgetOptions = {}): Promise<[WidgetPage, WidgetPage]> {
    return Promise.all([this.widget(one, options), this.widget(other)]);
  }

  /** Two users in a call that the first has made: each sees both pictures move, or hears the other. */
  async talking(
    one: string,
    other: string,
    { mediaType = 'video', ...options }: WidgetOptions & { mediaType?: 'audio' | 'video' } = {},
  ): Promise<[WidgetPage, WidgetPage]> {
    const pages = await this.pair(one, other, options);
    await pages[0].call('calls', [other], mediaType);
    await pages[1].click('Accept');
    await Promise.all(pages.map((page) => page.phase('connected')));
    await Promise.all(pages.map((page) => (mediaType === 'video' ? page.moving(2) : page.hears())));
    return pages;
  }

  /** A page with a widget for each of these users. */
  async page(userIds: readonly string[], options: WidgetOptions = {}): Promise<WidgetPage> {
    const browser = options.browser ?? (await this.browser());
    const context = options.beside?.context ?? (await browser.createBrowserContext());
    const page = await context.newPage();
    if (options.viewport !== undefined) await page.setViewport(options.viewport);
    await recordEvents(page);
    if (options.before !== undefined) await page.evaluateOnNewDocument(options.before);
    const query = new URLSearchParams({
      server: options.server ?? this.server.url,
      ...options.attributes,
    });
    for (const userId of userIds) {
      query.append('user', userId);
      query.append('sig', await this.userSig(userId, options.sig));
    }
    await page.goto(
      `${this.#pages.url}/${options.pageName ?? 'widget.html'}?${query}${options.later ? '#later' : ''}`,
    );
    return new WidgetPage(page, context, userIds[0] ?? '');
  }

  async stop(): Promise<void> {
    for (const browser of this.#browsers) await browser.close();
    await this.#pages.stop();
    await this.server.stop();
    await this.line.cut();
    await this.livekit.stop();
  }
}
