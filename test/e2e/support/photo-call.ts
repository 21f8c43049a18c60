import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { eventually } from './eventually.ts';
import { withEffects } from './page-server.ts';
import type { WidgetPage } from './widget-page.ts';
import { World, type WidgetOptions } from './world.ts';

const PHOTOGRAPH = join(import.meta.dirname, '../../support/media/astronaut.jpg');

/** In the photograph, of 640×480. */
export const PARTS = {
  /** A shuttle behind the person. */
  shuttle: [440, 20, 160, 300],
  /** The line between hair and wall. */
  hair: [190, 40, 40, 80],
  face: [225, 85, 125, 120],
  cheek: [240, 150, 30, 28],
  eyes: [240, 112, 90, 24],
} as const;

export type Part = keyof typeof PARTS;

/** How much a pixel differs from those around it in each part, in shades of green. */
export type Detail = Readonly<Record<Part | 'wide', number>>;

/** Pages of people whose camera shows a photograph of a person, on a website that allows effects. */
export class PhotoWorld {
  readonly world: World;
  readonly browser: Browser;
  readonly #folder: string;
  readonly #pages: WidgetPage[] = [];
  #people = 0;

  private constructor(world: World, browser: Browser, folder: string) {
    this.world = world;
    this.browser = browser;
    this.#folder = folder;
  }

  static async start(...flags: string[]): Promise<PhotoWorld> {
    const [world, folder] = await Promise.all([World.start(), mkdtemp(join(tmpdir(), 'photo-'))]);
    world.website.policyOf = withEffects;
    // A film of one picture.
    const film = join(folder, 'astronaut.mjpeg');
    await copyFile(PHOTOGRAPH, film);
    const browser = await world.chromium(`--use-file-for-fake-video-capture=${film}`, ...flags);
    return new PhotoWorld(world, browser, folder);
  }

  /** Those of a test that failed, too. */
  async closePages(): Promise<void> {
    const pages = this.#pages.splice(0);
    await Promise.all(pages.map((one) => one.close()));
  }

  async stop(): Promise<void> {
    await this.world.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** Alice with these effects, and Bob, in a video call. */
  async call(
    attributes: Readonly<Record<string, string>> = {},
    options: WidgetOptions = {},
  ): Promise<readonly [alice: WidgetPage, bob: WidgetPage]> {
    const [a, b] = [`photo-${(this.#people += 1)}`, `photo-${(this.#people += 1)}`];
    const alice = await this.world.widget(a, { browser: this.browser, ...options, attributes });
    const bob = await this.world.widget(b, { browser: this.browser });
    this.#pages.push(alice, bob);
    await alice.call('calls', [b], 'video');
    await bob.phase('incoming');
    await bob.call('accept');
    await Promise.all([alice.phase('connected'), bob.phase('connected')]);
    return [alice, bob];
  }
}

/** The detail in the own picture, or in the picture of the other member. */
export function detailOf(who: WidgetPage, whose: 'own' | 'other'): Promise<Detail | null> {
  return who.page.evaluate(measure, PARTS, whose);
}

/** Waits until the picture is as it should be. */
export function untilDetail(
  who: WidgetPage,
  whose: 'own' | 'other',
  what: string,
  fits: (detail: Detail) => boolean,
): Promise<Detail> {
  let last: Detail | null = null;
  return eventually(
    async () => {
      last = await detailOf(who, whose);
      return last && fits(last) ? last : null;
    },
    () => `${whose} picture is never ${what}: ${JSON.stringify(last)}`,
  );
}

/** Of the photograph itself. */
export function detailOfPhotograph(who: WidgetPage): Promise<Detail | null> {
  return who.page.evaluate(measure, PARTS, 'photograph');
}

/** Frames of every picture go on, also where nothing moves in them. */
export async function goesOn(who: WidgetPage): Promise<void> {
  const frames = (): Promise<number[]> =>
    who.page.evaluate(() =>
      window.record
        .deep('video')
        .flatMap((one) => (one instanceof HTMLVideoElement && one.videoWidth > 2 ? [one] : []))
        .map((video) => video.getVideoPlaybackQuality().totalVideoFrames),
    );
  let before: number[] = [];
  await eventually(
    async () => {
      const now = await frames();
      const all = now.length === 2 && now.every((count, at) => count > (before[at] ?? Infinity));
      before = now;
      return all;
    },
    () => `frames: ${before.join()}`,
  );
}

/** Runs in the page. */
async function measure(parts: typeof PARTS, whose: string): Promise<Detail | null> {
  const received = new Set(
    window.record.peers.flatMap((peer) => peer.getReceivers().map(({ track }) => track.id)),
  );
  const videos = window.record.deep('video').filter((one) => one instanceof HTMLVideoElement);
  const shown = videos.find(({ srcObject, videoWidth }) => {
    const track = srcObject instanceof MediaStream ? srcObject.getVideoTracks()[0] : undefined;
    return track && videoWidth > 2 && received.has(track.id) === (whose === 'other');
  });
  const canvas = new OffscreenCanvas(640, 480);
  const context = canvas.getContext('2d');
  if (context === null) return null;
  if (whose === 'photograph') {
    const image = new Image();
    image.src = '/media/astronaut.jpg';
    await image.decode();
    context.drawImage(image, 0, 0, 640, 480);
  } else {
    if (shown === undefined) return null;
    context.drawImage(shown, 0, 0, 640, 480);
  }
  const detail = ([x, y, width, height]: readonly [number, number, number, number]): number => {
    const { data } = context.getImageData(x, y, width, height);
    let sum = 0;
    const row = width * 4;
    for (let at = row + 5; at + row < data.length; at += 4) {
      const around = [at - 4, at + 4, at - row, at + row].map((one) => data[one] ?? 0);
      sum += Math.abs(around.reduce((all, one) => all + one, -4 * (data[at] ?? 0)));
    }
    return Math.round((sum / (data.length / 4)) * 100) / 100;
  };
  const [x, y, width, height] = parts.shuttle;
  const { data } = context.getImageData(x, y, width, height);
  let sum = 0;
  for (let at = 81; at < data.length; at += 4)
    sum += Math.abs((data[at] ?? 0) - (data[at - 80] ?? 0));
  // Between pixels that are further apart: what is left of a shape behind a blur.
  const wide = sum / (data.length / 4);
  const measured = Object.entries(parts).map(([name, part]) => [name, detail(part)]);
  return { ...(Object.fromEntries(measured) as Record<Part, number>), wide };
}

/** Runs in the page before its own scripts: a camera that shows the photograph, for a browser without such a flag. */
export function photographCamera(): void {
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await original(wanted);
    if (!wanted?.video) return stream;
    const image = new Image();
    image.src = '/media/astronaut.jpg';
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 480 });
    const context = canvas.getContext('2d');
    setInterval(() => context?.drawImage(image, 0, 0, 640, 480), 1000 / 30);
    for (const track of stream.getVideoTracks()) stream.removeTrack(track);
    for (const track of canvas.captureStream(30).getVideoTracks()) stream.addTrack(track);
    return stream;
  };
}

/** Runs in the page: frames per second of the video track that is sent, over 3 s. */
export async function countSentFrames(): Promise<number> {
  const sender = window.record.peers.flatMap((peer) => peer.getSenders());
  const track = sender.find((one) => one.track?.kind === 'video')?.track;
  if (!track) return 0;
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  const began = performance.now();
  const frames = await new Promise<number>((resolve) => {
    let count = 0;
    const onFrame = (): void => {
      count += 1;
      if (performance.now() - began > 3000) resolve(count);
      else video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  });
  return (frames * 1000) / (performance.now() - began);
}
