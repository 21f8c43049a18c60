import type { EffectReason } from '../../engine/api/observer.ts';
import { reasonOf } from './effect-error.ts';
import { FULL_PACE, nextPace, type Pace } from './pace.ts';
import { PictureComposer, type ComposerLook, type FrameSize } from './picture-composer.ts';
import { Segmenter } from './segmenter.ts';

/** A request to PictureEngine, by call or by message. */
export type PictureCommand =
  | {
      readonly type: 'look';
      readonly id: number;
      readonly look: ComposerLook;
      /** URLs of the files of the segmenter; null: this look does not need it. */
      readonly files: { readonly wasm: string; readonly model: string } | null;
    }
  | {
      readonly type: 'stream';
      readonly readable: ReadableStream<VideoFrame>;
      readonly writable: WritableStream<VideoFrame>;
    };

/** A report of PictureEngine. */
export type PictureReport =
  /** The look of this id is in use. */
  | { readonly type: 'ready'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly reason: EffectReason }
  /** The first frame of a stream is drawn. */
  | { readonly type: 'started' }
  /** Every ALIVE_MS while it draws, or waits for the camera. Without it the picture is frozen. */
  | { readonly type: 'alive' }
  | { readonly type: 'failed'; readonly reason: EffectReason };

export { PictureComposer, Segmenter };

const SAMPLE_MS = 1000;
const ALIVE_MS = 500;

/** What PictureEngine needs of PictureComposer. */
type Composer = Pick<PictureComposer, 'draw' | 'forget' | 'setLook' | 'finder' | 'economy'>;

/** Draws the frames of one stream after another with their effects; runs in a worker or in the page. */
export class PictureEngine {
  readonly #emit: (report: PictureReport) => void;
  readonly #composer: Composer;
  readonly #now: () => number;
  #finder: Promise<Segmenter> | null = null;
  #pace: Pace = FULL_PACE;
  #sample = { from: 0, frames: 0, busyMs: 0 };
  #lastAlive = 0;

  /** `now` is a monotonic clock in ms. */
  constructor(
    emit: (report: PictureReport) => void,
    composer: Composer = new PictureComposer(),
    now = (): number => performance.now(),
  ) {
    this.#emit = emit;
    this.#composer = composer;
    this.#now = now;
  }

  handle(command: PictureCommand): void {
    if (command.type === 'look') void this.#setLook(command);
    else void this.#stream(command.readable, command.writable);
  }

  /** Draws one frame that does not come from a stream. */
  draw(frame: CanvasImageSource, size: FrameSize): OffscreenCanvas | HTMLCanvasElement {
    const began = this.#now();
    const drawn = this.#composer.draw(frame, size);
    const ended = this.#now();
    this.#count(ended, ended - began);
    return drawn;
  }

  /** Forgets the previous camera. */
  restart(): void {
    this.#composer.forget();
    this.#sample = { from: 0, frames: 0, busyMs: 0 };
    this.#pace = FULL_PACE;
    this.#composer.economy = 0;
  }

  async #setLook({ id, look, files }: PictureCommand & { type: 'look' }): Promise<void> {
    try {
      if (files !== null) {
        this.#finder ??= Segmenter.load(files.wasm, files.model);
        this.#composer.finder = await this.#finder;
      }
      this.#composer.setLook(look);
      this.#emit({ type: 'ready', id });
    } catch (cause) {
      this.#finder = null;
      this.#emit({ type: 'refused', id, reason: reasonOf(cause) });
    }
  }

  async #stream(
    readable: ReadableStream<VideoFrame>,
    writable: WritableStream<VideoFrame>,
  ): Promise<void> {
    const reader = readable.getReader();
    const writer = writable.getWriter();
    this.restart();
    for (let isFirst = true; ; isFirst = false) {
      const { done, value: frame } = await this.#read(reader);
      const drawn = done ? null : this.#redraw(frame);
      // A closed track accepts no frame.
      if (drawn === null || !(await hasWritten(writer, drawn))) break;
      if (isFirst) this.#emit({ type: 'started' });
    }
    reader.cancel().catch(() => undefined);
    writer.abort().catch(() => undefined);
  }

  /** A camera that gives no frame is not the fault of the effect. */
  async #read(
    reader: ReadableStreamDefaultReader<VideoFrame>,
  ): Promise<ReadableStreamReadResult<VideoFrame> | typeof ENDED> {
    const timer = setInterval(() => this.#emit({ type: 'alive' }), ALIVE_MS);
    try {
      return await reader.read();
    } catch {
      return ENDED;
    } finally {
      clearInterval(timer);
    }
  }

  #redraw(frame: VideoFrame): VideoFrame | null {
    try {
      const { displayWidth: width, displayHeight: height, timestamp } = frame;
      return new VideoFrame(this.draw(frame, { width, height }), { timestamp, alpha: 'discard' });
    } catch (cause) {
      this.#emit({ type: 'failed', reason: reasonOf(cause) });
      return null;
    } finally {
      frame.close();
    }
  }

  #count(now: number, busyMs: number): void {
    if (now - this.#lastAlive >= ALIVE_MS) {
      this.#lastAlive = now;
      this.#emit({ type: 'alive' });
    }
    const sample = this.#sample;
    if (sample.frames === 0 && sample.from === 0) sample.from = now;
    sample.frames += 1;
    sample.busyMs += busyMs;
    const took = now - sample.from;
    if (took < SAMPLE_MS) return;
    this.#sample = { from: now, frames: 0, busyMs: 0 };
    const perSecond = SAMPLE_MS / took;
    this.#pace = nextPace(this.#pace, {
      frames: sample.frames * perSecond,
      busyMs: sample.busyMs * perSecond,
    });
    this.#composer.economy = this.#pace.level;
    if (this.#pace.tooSlow) this.#emit({ type: 'failed', reason: 'too-slow' });
  }
}

const ENDED = { done: true, value: undefined } as const;

async function hasWritten(
  writer: WritableStreamDefaultWriter<VideoFrame>,
  frame: VideoFrame,
): Promise<boolean> {
  try {
    await writer.write(frame);
    return true;
  } catch {
    frame.close();
    return false;
  }
}
