import type {
  EffectOptions,
  ImageFile,
  MediaEffectChanges,
  MediaEffects,
} from '../../engine/api/media-effects.ts';
import type { EffectName, EffectReason } from '../../engine/api/observer.ts';
import { LatestTask } from '../capture/latest-task.ts';
import { EffectError, reasonOf } from './effect-error.ts';
import {
  changedEffects,
  pictureLook,
  rememberedEffects,
  type PictureLook,
} from './effect-settings.ts';
import type { OpenEffect, ProcessedTrack } from './processed-track.ts';
import type { EffectSource, TrackEffectsDependencies } from './track-effects.ts';

/** The effects that the user chose, as text. */
interface EffectMemory {
  read(): string | null;
  write(text: string): void;
}

/** The lazy part of TrackEffects. Loads the code of an effect when it is first used. */
export class TrackProcessing {
  readonly #dependencies: TrackEffectsDependencies;
  readonly #memory: EffectMemory;
  readonly #camera: EffectSlot<PictureLook>;
  readonly #microphone: EffectSlot<'strong'>;
  #effects: MediaEffects;

  /** `open`: the raw tracks that are open already. They get their effects with the first `set()`. */
  constructor(
    dependencies: TrackEffectsDependencies,
    memory: EffectMemory,
    open: ReadonlyMap<EffectSource, MediaStreamTrack>,
  ) {
    this.#dependencies = dependencies;
    this.#memory = memory;
    this.#effects = rememberedEffects(memory.read());
    this.#camera = new EffectSlot({
      look: () => pictureLook(this.#effects),
      load: async () => (await import('./picture-effects.ts')).openPicture,
      changed: () => dependencies.changed('camera'),
      failed: (reason) =>
        this.#fail(this.#effects.background === 'none' ? 'beauty' : 'background', reason),
    });
    this.#microphone = new EffectSlot({
      look: () => (this.#effects.noiseSuppression === 'strong' ? 'strong' : null),
      load: async () => (await import('./noise-effects.ts')).openNoiseSuppression,
      changed: () => dependencies.changed('microphone'),
      failed: (reason) => this.#fail('noise-suppression', reason),
    });
    for (const [source, raw] of open) this.#slot(source).adopt(raw);
  }

  get effects(): MediaEffects {
    return this.#effects;
  }

  async set(
    { background, ...changes }: MediaEffectChanges,
    { remember = false }: EffectOptions,
  ): Promise<void> {
    const url = typeof background === 'object' ? await this.#urlOf(background) : background;
    const before = this.#effects;
    this.#effects = changedEffects(before, {
      ...changes,
      ...(url !== undefined && { background: url }),
    });
    if (remember) this.#memory.write(JSON.stringify(this.#effects));
    if (isSuppressed(before) !== isSuppressed(this.#effects)) this.#dependencies.reopenMicrophone();
    await Promise.all([this.#camera.update(), this.#microphone.update()]);
  }

  /** Resolves when this raw track can be sent, with its effects or without. */
  take(source: EffectSource, raw: MediaStreamTrack): Promise<void> {
    return this.#slot(source).take(raw);
  }

  /** The processed track of this raw track; null: it has none. */
  outputOf(raw: MediaStreamTrack): MediaStreamTrack | null {
    return this.#camera.outputOf(raw) ?? this.#microphone.outputOf(raw);
  }

  release(raw: MediaStreamTrack): void {
    this.#camera.release(raw);
    this.#microphone.release(raw);
  }

  /** The user's own image as a data URL; undefined if it is no image, which is reported. */
  async #urlOf(image: ImageFile): Promise<string | undefined> {
    try {
      const { urlOfImage } = await import('./own-image.ts');
      return await urlOfImage(image);
    } catch (cause) {
      this.#report('background', reasonOf(cause));
      return undefined;
    }
  }

  #report(effect: EffectName, reason: EffectReason): void {
    this.#dependencies.emit({ type: 'effect-failed', effect, reason });
  }

  #slot(source: EffectSource): EffectSlot<PictureLook> | EffectSlot<'strong'> {
    return source === 'camera' ? this.#camera : this.#microphone;
  }

  #fail(effect: EffectName, reason: EffectReason): void {
    const { background } = this.#camera.shown ?? {};
    // A background that cannot be loaded leaves the one before.
    const isImage = reason === 'background-not-loaded' || reason === 'background-too-large';
    const off = isImage && background !== undefined ? { background } : OFF[effect];
    this.#effects = changedEffects(this.#effects, off);
    this.#report(effect, reason);
  }
}

function isSuppressed({ noiseSuppression }: MediaEffects): boolean {
  return noiseSuppression !== 'off';
}

const OFF: Readonly<Record<EffectName, Partial<MediaEffects>>> = {
  background: { background: 'none' },
  beauty: { beauty: 0, beautyWhiten: 0 },
  'noise-suppression': { noiseSuppression: 'standard' },
};

interface SlotDependencies<Look> {
  /** null: the raw track is sent. */
  readonly look: () => Look | null;
  readonly load: () => Promise<OpenEffect<Look>>;
  readonly changed: () => Promise<void>;
  /** Turns off the look that failed, before it returns. */
  readonly failed: (reason: EffectReason) => void;
}

/** A raw track and the track that is sent for it. */
interface Processing<Look> {
  readonly raw: MediaStreamTrack;
  readonly processed: ProcessedTrack<Look>;
}

/** The effect on one source: one raw track at a time, and its processed track. */
class EffectSlot<Look> {
  readonly #dependencies: SlotDependencies<Look>;
  readonly #task = new LatestTask<symbol>((_request, superseded) => this.#apply(superseded));
  #raw: MediaStreamTrack | null = null;
  #running: Processing<Look> | null = null;
  #shown: Look | null = null;

  constructor(dependencies: SlotDependencies<Look>) {
    this.#dependencies = dependencies;
  }

  /** Has this raw track from now on. `update()` applies the effect. */
  adopt(raw: MediaStreamTrack): void {
    this.#raw = raw;
  }

  async take(raw: MediaStreamTrack): Promise<void> {
    this.adopt(raw);
    await this.update();
  }

  /** Applies the present look. Loads nothing if there is none. */
  async update(): Promise<void> {
    if (this.#raw === null || (this.#dependencies.look() === null && this.#running === null))
      return;
    await this.#task.set(Symbol('look'));
  }

  /** The look of the track that is sent now. */
  get shown(): Look | null {
    return this.#running && this.#shown;
  }

  outputOf(raw: MediaStreamTrack): MediaStreamTrack | null {
    return this.#running?.raw === raw ? this.#running.processed.track : null;
  }

  release(raw: MediaStreamTrack): void {
    if (this.#raw === raw) {
      this.#raw = null;
      this.#task.drop();
    }
    if (this.#running?.raw === raw) this.#drop();
  }

  async #apply(superseded: AbortSignal): Promise<void> {
    while (!superseded.aborted) {
      const raw = this.#raw;
      const look = this.#dependencies.look();
      try {
        if (raw === null || look === null) await this.#show(null);
        else if (this.#running?.raw === raw) await this.#change(this.#running.processed, look);
        else await this.#open(raw, look, superseded);
        return;
      } catch (cause) {
        if (superseded.aborted) return;
        this.#dependencies.failed(reasonOf(cause));
      }
    }
  }

  async #change(processed: ProcessedTrack<Look>, look: Look): Promise<void> {
    if (isSame(look, this.#shown)) return;
    await processed.change(look);
    this.#shown = look;
  }

  async #open(raw: MediaStreamTrack, look: Look, signal: AbortSignal): Promise<void> {
    const open = await this.#dependencies.load().catch((cause: unknown) => {
      throw new EffectError('not-loaded', { cause });
    });
    const failed = (reason: EffectReason): void => this.#onFailed(raw, reason);
    if (signal.aborted) return;
    const processed = await open({ raw, look, signal, failed });
    if (signal.aborted) return processed.close();
    this.#shown = look;
    await this.#show({ raw, processed });
  }

  /** Handles an effect that ran and has ended by itself. */
  #onFailed(raw: MediaStreamTrack, reason: EffectReason): void {
    if (this.#running?.raw !== raw) return;
    this.#drop();
    this.#dependencies.failed(reason);
    this.#dependencies.changed().catch(() => undefined);
    // The rest of the look, without the part that failed.
    void this.update();
  }

  async #show(running: Processing<Look> | null): Promise<void> {
    const before = this.#running;
    this.#running = running;
    // The old track ends when the new one is sent.
    await this.#dependencies.changed().catch(() => undefined);
    before?.processed.close();
  }

  #drop(): void {
    const before = this.#running;
    this.#running = null;
    before?.processed.close();
  }
}

/** Compares looks, which are plain values. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
