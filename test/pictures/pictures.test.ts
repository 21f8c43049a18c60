/**
 * Compares screens with stored pictures. Videos are masked, the font is the tests' own, and nothing moves.
 * `npm run pictures` stores the present screens.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import type { Browser, Page } from 'puppeteer-core';

import { startDemoServer } from '../../demo/server.mjs';
import { startChromium } from '../support/browsers.ts';

const ROOT = join(import.meta.dirname, '../..');
const FONT = join(
  ROOT,
  'node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
);
/** Where the screens of a failed comparison are written. */
const FAILED = join(ROOT, 'build/pictures');

/** The part of the pixels that may differ: fonts are drawn slightly differently by other versions of a browser. */
const TOLERANCE = 0.005;

const DESKTOP = { width: 720, height: 520 };
const PHONE = { width: 390, height: 700 };

interface Screen {
  readonly state: string;
  readonly size?: typeof DESKTOP;
  readonly theme?: 'light' | 'dark';
  readonly lang?: string;
}

const SCREENS: readonly Screen[] = [
  { state: 'incoming-video' },
  { state: 'incoming-group-blocked', theme: 'dark' },
  { state: 'incoming-video', size: PHONE },
  { state: 'ringing' },
  { state: 'connected-video' },
  { state: 'peer-reconnecting', size: PHONE },
  { state: 'group-of-9', lang: 'ar' },
  { state: 'menu' },
  { state: 'camera-busy', theme: 'dark' },
  { state: 'ended' },
  { state: 'missed', size: PHONE, theme: 'dark' },
  // Shown in docs/examples.md.
  { state: 'example-brand' },
  { state: 'example-incoming' },
];

let browser: Browser;
let demo: Awaited<ReturnType<typeof startDemoServer>>;

before(async () => {
  [browser, demo] = await Promise.all([
    startChromium('--font-render-hinting=none', '--force-color-profile=srgb'),
    startDemoServer({
      ...{ root: ROOT, port: 0, secret: 's'.repeat(32) },
      ...{ callServerUrl: 'http://127.0.0.1:1', livekitUrl: 'ws://127.0.0.1:1' },
    }),
  ]);
});

after(async () => {
  await browser.close();
  await demo.close();
});

describe('the picture of', () => {
  for (const screen of SCREENS) {
    const name = [screen.state, screen.size && 'phone', screen.theme, screen.lang]
      .filter(Boolean)
      .join('-');
    test(name, async () => {
      const now = await pictureOf(screen);
      const file = fileOf(name);
      if (process.env['UPDATE_PICTURES']) return writeFile(file, now);
      const differs = await difference(await readFile(file), now);
      if (differs > TOLERANCE) {
        await mkdir(FAILED, { recursive: true });
        await writeFile(join(FAILED, `${name}.png`), now);
      }
      const percent = `${(100 * differs).toFixed(2)} %`;
      assert.ok(
        differs <= TOLERANCE,
        `${percent} of the pixels differ: see build/pictures/${name}.png. If it is right, run npm run pictures`,
      );
    });
  }
});

function fileOf(name: string): string {
  const example = /^example-(.+)/.exec(name)?.[1];
  return example
    ? join(ROOT, 'docs/examples', `${example}.png`)
    : join(import.meta.dirname, `${name}.png`);
}

async function pictureOf({ state, size = DESKTOP, theme, lang = 'en' }: Screen): Promise<Buffer> {
  const page = await browser.newPage();
  await page.setViewport(size);
  await page.emulateMediaFeatures([
    { name: 'prefers-reduced-motion', value: 'reduce' },
    { name: 'prefers-color-scheme', value: theme ?? 'light' },
  ]);
  // The timer of a call stands still.
  await page.evaluateOnNewDocument(() => (performance.now = () => 0));
  const query = new URLSearchParams({ only: state, lang, ...(theme && { theme }) });
  await page.goto(`${demo.url}states.html?${query}`);
  const font = (await readFile(FONT)).toString('base64');
  await page.evaluate(masked, font);
  const picture = Buffer.from(await page.screenshot());
  await page.close();
  return picture;
}

/** In the page: sets the font, masks the videos, and waits until the screen is complete. */
async function masked(font: string): Promise<void> {
  const bytes = Uint8Array.from(atob(font), (letter) => letter.charCodeAt(0));
  document.fonts.add(await new FontFace('Tests', bytes, { weight: '100 900' }).load());
  document.documentElement.style.fontFamily = 'Tests';
  const all = (root: Document | ShadowRoot): Element[] =>
    [...root.querySelectorAll('*')].flatMap((one) => [
      one,
      ...(one.shadowRoot ? all(one.shadowRoot) : []),
    ]);
  const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
  // Complete: the screen is there, its videos have frames, and nothing has changed in ten frames.
  let before = -1;
  for (let same = 0; same < 10;) {
    await frame();
    const now = all(document).length;
    const screen = all(document).some((one) => one.matches('[data-screen]') && one.shadowRoot);
    const filmed = all(document).every((v) => !(v instanceof HTMLVideoElement) || v.readyState > 1);
    same = screen && filmed && now === before ? same + 1 : 0;
    before = now;
  }
  for (const one of all(document)) if (one instanceof HTMLVideoElement) one.style.opacity = '0';
  await frame();
  await frame();
}

/** The part of the pixels that differ visibly, 0 to 1; 1 for another size. */
async function difference(before: Buffer, now: Buffer): Promise<number> {
  const page = await browser.newPage();
  const part = await compareIn(page, [before, now]);
  await page.close();
  return part;
}

function compareIn(page: Page, pictures: readonly Buffer[]): Promise<number> {
  return page.evaluate(
    async (encoded) => {
      const [one, other] = await Promise.all(
        encoded.map(async (text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
          const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
          pen.drawImage(bitmap, 0, 0);
          return pen.getImageData(0, 0, bitmap.width, bitmap.height);
        }),
      );
      if (!one || !other || one.width !== other.width || one.height !== other.height) return 1;
      let differing = 0;
      for (let at = 0; at < one.data.length; at += 4) {
        const apart = [0, 1, 2].map((i) => Math.abs(one.data[at + i]! - other.data[at + i]!));
        // Less is invisible: smoothing of edges.
        if (Math.max(...apart) > 40) differing += 1;
      }
      return differing / (one.data.length / 4);
    },
    pictures.map((picture) => picture.toString('base64')),
  );
}
