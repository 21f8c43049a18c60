import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Browser } from 'puppeteer-core';
import type { World } from '../e2e/support/world.ts';
import { startBenchPages } from './bench-pages.ts';
import { percentile } from './measure.ts';
import type { EffectFigures } from './pages/effects-alone.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODEL =
  'node_modules/@twilio/video-processors/dist/build/selfie_segmentation_landscape.tflite';
const MEDIAPIPE = 'node_modules/@mediapipe/tasks-vision';
const OURS = ['picture-effects', 'picture-worker', 'picture-engine', 'segmenter', 'selfie-model'];

/**
 * A blurred background at 640×480 without a GPU, of a camera in which the person moves in every frame, beside @livekit/track-processors in the same browser: frames a second
 * of the track that would be sent, how late the page's own timers are, processor time for each frame (all processes
 * of the browser, drawing the picture included), and what has to be loaded.
 */
export async function benchEffects(world: World): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'effects-'));
  const film = join(folder, 'astronaut.mjpeg');
  const pages = await startBenchPages();
  await writeFile(film, await movingPhotograph(world));
  const browser = await world.chromium(`--use-file-for-fake-video-capture=${film}`);
  try {
    const page = await browser.newPage();
    await page.goto(`${pages.url}/effects-alone.html`);
    const chunks = (await readdir(join(ROOT, 'dist/chunks'))).filter(
      (one) => !one.endsWith('.map'),
    );
    const script = chunks.find((one) => one.startsWith('picture-effects-')) ?? '';
    const ownFiles = chunks.filter((one) => OURS.some((name) => one.startsWith(`${name}-`)));
    const theirFiles = [
      `${MEDIAPIPE}/wasm/vision_wasm_internal.js`,
      `${MEDIAPIPE}/wasm/vision_wasm_internal.wasm`,
      MODEL,
    ];
    const lines = [
      await line('no effect', browser, () => page.evaluate(() => window.effects.plain()), []),
      await line(
        '@livekit/track-processors',
        browser,
        () => page.evaluate((model) => window.effects.livekit(model), `/${MODEL}`),
        theirFiles,
      ),
      await line(
        'tui-call',
        browser,
        () => page.evaluate((one) => window.effects.ours(one), `/dist/chunks/${script}`),
        ownFiles.map((one) => `dist/chunks/${one}`),
      ),
    ];
    return ['blurred background, 640×480', ...lines].join('\n');
  } finally {
    await browser.close();
    pages.stop();
    await rm(folder, { recursive: true });
  }
}

/** One second of a person who sways, as a film of JPEG pictures. */
async function movingPhotograph(world: World): Promise<Buffer> {
  const browser = await world.chromium();
  try {
    const page = await browser.newPage();
    const photograph = await readFile(join(ROOT, 'test/support/media/astronaut.jpg'), 'base64');
    const pictures = await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/jpeg;base64,${base64}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: 640, height: 480 });
      const context = canvas.getContext('2d');
      return Array.from({ length: 30 }, (_, frame) => {
        const shift = Math.sin((frame * 2 * Math.PI) / 30) * 32;
        context?.drawImage(image, shift - 32, -24, 704, 528);
        return canvas.toDataURL('image/jpeg', 0.9).split(',')[1] ?? '';
      });
    }, photograph);
    return Buffer.concat(pictures.map((picture) => Buffer.from(picture, 'base64')));
  } finally {
    await browser.close();
  }
}

async function line(
  name: string,
  browser: Browser,
  run: () => Promise<EffectFigures>,
  files: readonly string[],
): Promise<string> {
  const before = await processorSeconds(browser);
  const began = performance.now();
  const { fps, lags } = await run();
  const busy = ((await processorSeconds(browser)) - before) * 1000;
  const frames = fps * ((performance.now() - began) / 1000);
  const sizes = await Promise.all(
    files.map(async (file) => brotliCompressSync(await readFile(join(ROOT, file))).length),
  );
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  return (
    `  ${name.padEnd(28)} ${fps.toFixed(1).padStart(5)} fps  lag p95 ${percentile(lags, 0.95).toFixed(1).padStart(6)} ms` +
    `  ${(busy / frames).toFixed(0).padStart(4)} ms of a core/frame  ${kilobytes.toFixed(0).padStart(5)} KB brotli`
  );
}

async function processorSeconds(browser: Browser): Promise<number> {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
