import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import type { Page } from 'puppeteer-core';
import { SimulatedUsers } from '../scale/support/simulated-users.ts';
import { eventually } from '../e2e/support/eventually.ts';
import type { World } from '../e2e/support/world.ts';
import { startBenchPages } from './bench-pages.ts';
import { percentile } from './measure.ts';

const ROUNDS = Number(process.env['BENCH_THREAD_ROUNDS'] ?? 3);
/** Members of the call, the page included. */
const MEMBERS = Number(process.env['BENCH_THREAD_MEMBERS'] ?? 16);
/** The simulated members share two cores, which allows no more videos than this. */
const CAMERAS = 15;
/** Number of members who speak in turn. */
const VOICES = 5;
const WINDOW_MS = 10_000;
/** One member speaks, then the next, so that the stage changes. */
const TURN_MS = 2_000;
const VIEWPORT = { width: 1280, height: 800 };

/** The work of one page's main thread, in ms. */
interface Spent {
  /** From the navigation until every member on the page is visible and moves. */
  readonly coming: number;
  /** In the window after it: all work, scripts alone, style and layout. */
  readonly all: number;
  readonly script: number;
  readonly layout: number;
  /** Tasks of more than 50 ms, over both. */
  readonly long: number;
  /** Scripts and styles the page has loaded, brotli. */
  readonly kilobytes: number;
}

/**
 * The main thread time of a large call, compared with LiveKit's own React prefab: the same number of simulated
 * members, once in a call with `<tui-call>` and once in a room with `VideoConference`, alternately, both
 * over the whole of a page of the same size.
 */
export async function benchMainThread(world: World): Promise<string> {
  const pages = await startBenchPages();
  const users = new SimulatedUsers(world);
  const prefab: Spent[] = [];
  const ours: Spent[] = [];
  try {
    const all = Array.from({ length: MEMBERS - 1 }, (_, index) =>
      users.add(`thread-${String(index).padStart(2, '0')}`, {
        camera: index < CAMERAS,
        microphone: index < VOICES ? 'voice' : 'quiet',
      }),
    );
    await Promise.all(all);
    for (let round = 0; round < ROUNDS; round += 1) {
      prefab.push(await inRoom(world, pages.url, users));
      ours.push(await inCall(world, pages.url, users));
    }
  } finally {
    await users.stop();
    pages.stop();
  }
  return asText(prefab, ours);
}

async function inRoom(world: World, pagesUrl: string, users: SimulatedUsers): Promise<Spent> {
  const { httpUrl, url, apiKey, apiSecret } = world.livekit;
  const rooms = new RoomServiceClient(httpUrl, apiKey, apiSecret);
  const room = randomUUID();
  await rooms.createRoom({ name: room });
  const tokenOf = (name: string): Promise<string> => {
    const access = new AccessToken(apiKey, apiSecret, { identity: `${name}:${room}`, name });
    access.addGrant({ roomJoin: true, room });
    return access.toJwt();
  };
  const page = await newPage(world);
  const query = new URLSearchParams({ url, token: await tokenOf('page') });
  await page.goto(`${pagesUrl}/livekit-prefab.html?${query}`);
  await Promise.all(
    users.all.map(async (user) =>
      user.do({ type: 'enter', url, token: await tokenOf(user.userId) }),
    ),
  );
  const spent = await measure(page, users);
  await Promise.all(users.all.map((user) => user.do({ type: 'exit' })));
  await page.browserContext().close();
  await rooms.deleteRoom(room);
  return spent;
}

async function inCall(world: World, pagesUrl: string, users: SimulatedUsers): Promise<Spent> {
  const userId = `page-${randomUUID()}`;
  const page = await newPage(world);
  await page.goto(`${pagesUrl}/dist/tui-call.html`);
  const answers = Promise.all(users.all.map((user) => user.do({ type: 'answer' })));
  const attributes = {
    server: world.server.url,
    mode: 'fullscreen',
    resolution: '360p',
    'user-id': userId,
    'user-sig': await world.userSig(userId),
  };
  await page.evaluate(
    async (given, others) => {
      const widget = document.querySelector('tui-call');
      for (const [name, value] of Object.entries(given)) widget?.setAttribute(name, value);
      await widget?.ready;
      await widget?.calls(others, 'video');
    },
    attributes,
    users.all.map((user) => user.userId),
  );
  await answers;
  const spent = await measure(page, users);
  await page.evaluate(() => document.querySelector('tui-call')?.hangup());
  await Promise.all(users.all.map((user) => user.do({ type: 'hangup' })));
  await page.browserContext().close();
  return spent;
}

/** A page that counts its long tasks. */
async function newPage(world: World): Promise<Page> {
  const browser = await world.browser();
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport(VIEWPORT);
  await page.evaluateOnNewDocument(() => {
    const long = { count: 0 };
    Object.assign(window, { long });
    new PerformanceObserver((list) => (long.count += list.getEntries().length)).observe({
      type: 'longtask',
    });
  });
  return page;
}

async function measure(page: Page, users: SimulatedUsers): Promise<Spent> {
  // The first page of the grid, with the own picture on it.
  await picturesMove(page, Math.min(MEMBERS, CAMERAS + 1, 16));
  const before = await page.metrics();
  const end = performance.now() + WINDOW_MS;
  for (let turn = 0; performance.now() < end; turn += 1) {
    const speaker = users.all[turn % VOICES];
    await speaker?.do({ type: 'speak', on: true });
    await pause(TURN_MS);
    await speaker?.do({ type: 'speak', on: false });
  }
  const after = await page.metrics();
  const within = (
    name: 'TaskDuration' | 'ScriptDuration' | 'LayoutDuration' | 'RecalcStyleDuration',
  ) => 1_000 * ((after[name] ?? Number.NaN) - (before[name] ?? Number.NaN));
  return {
    coming: 1_000 * (before.TaskDuration ?? Number.NaN),
    all: within('TaskDuration'),
    script: within('ScriptDuration'),
    layout: within('LayoutDuration') + within('RecalcStyleDuration'),
    long: await page.evaluate(() => window.long.count),
    kilobytes: await weight(page),
  };
}

/** Each of this many videos has new frames since the first check. */
async function picturesMove(page: Page, count: number): Promise<void> {
  const frames = (): Promise<number[]> =>
    page.evaluate(() => {
      const videos = (root: Document | ShadowRoot): HTMLVideoElement[] =>
        [...root.querySelectorAll('*')].flatMap((one) => [
          ...(one instanceof HTMLVideoElement ? [one] : []),
          ...(one.shadowRoot ? videos(one.shadowRoot) : []),
        ]);
      return videos(document)
        .map((video) => video.getVideoPlaybackQuality().totalVideoFrames)
        .filter((shown) => shown > 2);
    });
  await eventually(
    async () => (await frames()).length >= count,
    async () => `never ${count} moving pictures; at last ${(await frames()).length}`,
    120_000,
  );
}

async function weight(page: Page): Promise<number> {
  const urls = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => entry.name)
      .filter((name) => /\.(js|css)$/.test(name)),
  );
  const sizes = urls.map(
    async (url) => brotliCompressSync(await (await fetch(url)).bytes()).length,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1024;
}

function asText(prefab: readonly Spent[], ours: readonly Spent[]): string {
  const line = (what: string, key: keyof Spent): string => {
    const [theirs, own] = [prefab, ours].map((all) =>
      percentile(
        all.map((one) => one[key]),
        0.5,
      ),
    );
    const ratio = (own ?? Number.NaN) / (theirs ?? Number.NaN);
    return `  ${what.padEnd(44)} prefab ${(theirs ?? 0).toFixed(1).padStart(8)}  tui-call ${(own ?? 0).toFixed(1).padStart(8)}  ratio ${ratio.toFixed(2)}`;
  };
  return [
    `main thread in a call of ${MEMBERS}, beside LiveKit's React prefab (medians of ${ROUNDS})`,
    line('until all members are visible (ms)', 'coming'),
    line(`in ${WINDOW_MS / 1000} s of the call (ms)`, 'all'),
    line('  of it scripts', 'script'),
    line('  of it style and layout', 'layout'),
    line('long tasks', 'long'),
    line('scripts and styles (KB, brotli)', 'kilobytes'),
  ].join('\n');
}

declare global {
  interface Window {
    long: { readonly count: number };
  }
}
