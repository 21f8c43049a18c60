import { composedBackground } from './background-image.ts';
import { DrawnTrack } from './drawn-track.ts';
import { EffectError, reasonOf } from './effect-error.ts';
import { SEGMENTER_FILES } from './effect-files.ts';
import type { PictureLook } from './effect-settings.ts';
import type { PictureReport } from './picture-engine.ts';
import { pageLink, workerLink, type PictureLink } from './picture-link.ts';
import type { OpenOptions, ProcessedTrack } from './processed-track.ts';
import { deferred, type Deferred } from './within.ts';

/** The interval of the engine's `alive` reports. */
const CHECK_MS = 500;
/** After so many checks without a report, the picture is frozen. */
const MAX_MISSED = 3;

/** Chromium's classes: a track as a stream of frames, and a stream of frames as a track. */
interface FrameStreams {
  readonly MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack }) => {
    readonly readable: ReadableStream<VideoFrame>;
  };
  readonly MediaStreamTrackGenerator?: new (init: {
    kind: 'video';
  }) => MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };
}

/** Opens the camera's track with its background and skin changed. */
export async function openPicture(
  options: OpenOptions<PictureLook>,
): Promise<ProcessedTrack<PictureLook>> {
  if (typeof OffscreenCanvas === 'undefined') throw new EffectError('not-supported-here');
  const picture = new ProcessedPicture(options);
  try {
    await picture.open(options.look);
    return picture;
  } catch (cause) {
    picture.close();
    throw cause;
  }
}

class ProcessedPicture implements ProcessedTrack<PictureLook> {
  readonly #options: OpenOptions<PictureLook>;
  readonly #waiting = new Map<number, Deferred<void>>();
  readonly #started = deferred<void>();
  #link: PictureLink | null = null;
  #output: { readonly track: MediaStreamTrack; close(): void } | null = null;
  #newestLook = 0;
  #missed = 0;
  #watch: ReturnType<typeof setInterval> | null = null;
  #isClosed = false;

  constructor(options: OpenOptions<PictureLook>) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.close(), { once: true });
    this.#started.promise.catch(() => undefined);
  }

  get track(): MediaStreamTrack {
    return this.#output?.track ?? this.#options.raw;
  }

  /** Resolves with the first frame that is drawn. */
  async open(look: PictureLook): Promise<void> {
    const streams = globalThis as typeof globalThis & FrameStreams;
    const { MediaStreamTrackProcessor: Processor, MediaStreamTrackGenerator: Generator } = streams;
    if (Processor === undefined || Generator === undefined) {
      const canvas = document.createElement('canvas');
      const link = await this.#connect(await pageLink(contextOf(canvas)), look);
      this.#output = new DrawnTrack(this.#options.raw, canvas, link.engine, {
        started: () => this.#started.resolve(),
        failed: (cause) => this.#fail(reasonOf(cause)),
      });
      return this.#begin();
    }
    const link = await this.#connectStreams(look);
    const { readable } = new Processor({ track: this.#options.raw });
    const generator = new Generator({ kind: 'video' });
    this.#output = { track: generator, close: () => generator.stop() };
    const { writable } = generator;
    link.send({ type: 'stream', readable, writable }, [readable, writable]);
    await this.#begin();
  }

  async change(look: PictureLook): Promise<void> {
    if (this.#link) await this.#ask(this.#link, look);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#link?.close();
    this.#output?.close();
    this.#giveUp();
  }

  /** Connects to an engine in a worker, or in the page if it may have no worker. */
  async #connectStreams(look: PictureLook): Promise<PictureLink> {
    const broken = deferred<null>();
    let isConnected = false;
    const link = workerLink(() => (isConnected ? this.#fail('stopped') : broken.resolve(null)));
    if (link) {
      const connected = await Promise.race([this.#connect(link, look), broken.promise]);
      isConnected = connected !== null;
      if (connected) return connected;
      link.close();
      this.#dropWaiting();
    }
    this.#throwIfClosed();
    return this.#connect(await pageLink(), look);
  }

  async #connect<Link extends PictureLink>(link: Link, look: PictureLook): Promise<Link> {
    this.#throwIfClosed();
    this.#link = link;
    link.onReport = (report) => this.#onReport(report);
    await this.#ask(link, look);
    return link;
  }

  async #ask(link: PictureLink, { background, beauty, beautyWhiten }: PictureLook): Promise<void> {
    const id = (this.#newestLook += 1);
    const composed = { beauty, beautyWhiten, ...(await composedBackground(background)) };
    this.#throwIfClosed();
    if (id !== this.#newestLook) return composed.image?.close();
    const settled = deferred<void>();
    this.#waiting.set(id, settled);
    const files = background === 'none' ? null : SEGMENTER_FILES;
    const { image } = composed;
    link.send({ type: 'look', id, look: composed, files }, image === null ? [] : [image]);
    await settled.promise;
  }

  #onReport(report: PictureReport): void {
    switch (report.type) {
      case 'ready':
        this.#waiting.get(report.id)?.resolve();
        this.#waiting.delete(report.id);
        break;
      case 'refused':
        this.#waiting.get(report.id)?.reject(new EffectError(report.reason));
        this.#waiting.delete(report.id);
        break;
      case 'started':
        this.#started.resolve();
        break;
      case 'alive':
        this.#missed = 0;
        break;
      case 'failed':
        this.#fail(report.reason);
    }
  }

  async #begin(): Promise<void> {
    await this.#started.promise;
    this.#throwIfClosed();
    this.#watch = setInterval(() => this.#check(), CHECK_MS);
  }

  #check(): void {
    const { raw } = this.#options;
    if (raw.readyState !== 'live' || raw.muted || document.hidden) this.#missed = 0;
    else this.#missed += 1;
    if (this.#missed > MAX_MISSED) this.#fail('stopped');
  }

  #fail(reason: EffectError['reason']): void {
    // Before the picture is open, `open()` rejects.
    this.#started.reject(new EffectError(reason));
    if (this.#watch === null || this.#isClosed) return;
    this.close();
    this.#options.failed(reason);
  }

  #throwIfClosed(): void {
    if (this.#isClosed || this.#options.signal.aborted) throw new EffectError('stopped');
  }

  #giveUp(): void {
    this.#started.reject(new EffectError('stopped'));
    this.#dropWaiting();
  }

  #dropWaiting(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new EffectError('stopped'));
    this.#waiting.clear();
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new EffectError('not-supported-here');
  return context;
}
