import type { EffectReason } from '../../engine/api/observer.ts';
import { reasonOf } from './effect-error.ts';
import { FULL_PACE, nextPace, type Pace } from './pace.ts';
import { PictureComposer, type ComposerLook, type FrameSize } from './picture-composer.ts';
import { Segmenter } from './segmenter.ts';

/** What is asked of the engine of pictures, by call or by message. */
export type PictureCommand =
  | {
      readonly type: 'look';
      readonly id: number;
      readonly look: ComposerLook;
      /** Where the files are; null: this look needs no person to be found. */
      readonly files: { readonly wasm: string; readonly model: string } | null;
    }
  | {
      readonly type: 'stream';
      readonly readable: ReadableStream<VideoFrame>;
      readonly writable: WritableStream<VideoFrame>;
    };

/** What it says. */
export type PictureReport =
  /** The look of this id is in use from now on. */
  | { readonly type: 'ready'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly reason: EffectReason }
  /** The first frame of a stream is drawn. */
  | { readonly type: 'started' }
  /** Once a second while it draws: whoever waits longer for one has a picture that stands. */
  | { readonly type: 'alive' }
  | { readonly type: 'failed'; readonly reason: EffectReason };

const SAMPLE_MS = 1000;

/** Draws the frames of one stream after another with their effects; runs in a worker or in the page. */
export class PictureEngine {
  readonly #composer = new PictureComposer();
  readonly #say: (report: PictureReport) => void;
  #finder: Promise<Segmenter> | null = null;
  #pace: Pace = FULL_PACE;
  #sample = { from: 0, frames: 0, busyMs: 0 };

  constructor(emit: (report: PictureReport) => void) {
    this.#say = emit;
  }

  obey(command: PictureCommand): void {
    if (command.type === 'look') void this.#setLook(command);
    else void this.#stream(command.readable, command.writable);
  }

  /** One frame that does not come from a stream. */
  draw(frame: CanvasImageSource, size: FrameSize): OffscreenCanvas {
    const began = performance.now();
    const drawn = this.#composer.draw(frame, size);
    this.#count(performance.now(), performance.now() - began);
    return drawn;
  }

  /** Another camera: what was known of the one before does not count. */
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
      this.#say({ type: 'ready', id });
    } catch (cause) {
      this.#finder = null;
      this.#say({ type: 'refused', id, reason: reasonOf(cause) });
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
      const { done, value: frame } = await reader.read().catch(() => ENDED);
      const drawn = done ? null : this.#redraw(frame);
      // A track that is not wanted any more takes no frame.
      if (drawn === null || !(await hasWritten(writer, drawn))) break;
      if (isFirst) this.#say({ type: 'started' });
    }
    reader.cancel().catch(() => undefined);
    writer.abort().catch(() => undefined);
  }

  #redraw(frame: VideoFrame): VideoFrame | null {
    try {
      const { displayWidth: width, displayHeight: height, timestamp } = frame;
      return new VideoFrame(this.draw(frame, { width, height }), { timestamp });
    } catch (cause) {
      this.#say({ type: 'failed', reason: reasonOf(cause) });
      return null;
    } finally {
      frame.close();
    }
  }

  #count(now: number, busyMs: number): void {
    const sample = this.#sample;
    if (sample.frames === 0 && sample.from === 0) sample.from = now;
    sample.frames += 1;
    sample.busyMs += busyMs;
    const took = now - sample.from;
    if (took < SAMPLE_MS) return;
    this.#sample = { from: now, frames: 0, busyMs: 0 };
    this.#say({ type: 'alive' });
    const perSecond = SAMPLE_MS / took;
    this.#pace = nextPace(this.#pace, {
      frames: sample.frames * perSecond,
      busyMs: sample.busyMs * perSecond,
    });
    this.#composer.economy = this.#pace.level;
    if (this.#pace.tooSlow) this.#say({ type: 'failed', reason: 'too-slow' });
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
