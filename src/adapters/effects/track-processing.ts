import type {
  EffectOptions,
  ImageFile,
  MediaEffectChanges,
  MediaEffects,
} from '../../engine/api/media-effects.ts';
import type { EffectName, EffectReason } from '../../engine/api/observer.ts';
import { reasonOf } from './effect-error.ts';
import {
  changedEffects,
  pictureLook,
  rememberedEffects,
  type PictureLook,
} from './effect-settings.ts';
import { EffectSlot } from './effect-slot.ts';
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

  /** `open`: the raw tracks so far. Those that are live get their effects with the first `set()`. */
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
    for (const [source, raw] of open) {
      if (raw.readyState === 'live') this.#slot(source).adopt(raw);
    }
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
