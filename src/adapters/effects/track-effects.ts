import type { Effects, EffectsWish, ImageFile } from '../../engine/effects.ts';
import type { EffectName, EffectReason } from '../../engine/api/observer.ts';
import type { MediaUpdate } from '../../engine/api/ports.ts';
import { BrowserStorage } from '../browser/browser-storage.ts';
import { LatestTask } from '../capture/latest-task.ts';
import { EffectError, reasonOf } from './effect-error.ts';
import {
  changedEffects,
  pictureLook,
  rememberedEffects,
  type PictureLook,
} from './effect-settings.ts';
import type { OpenEffect, ProcessedTrack } from './processed-track.ts';

/** Of this browser, whoever signs in. */
const MEMORY_KEY = 'effects';

type EffectSource = 'camera' | 'microphone';

export interface TrackEffectsParts {
  readonly say: (update: MediaUpdate) => void;
  /** Another track than before is to be sent; settles when it is. */
  readonly changed: (source: EffectSource) => Promise<void>;
  /** The browser's own noise suppression is to be another one: see `browserSuppression`. */
  readonly reopenMicrophone: () => void;
}

/**
 * The effects on this device's camera and microphone. Owns the tracks that are sent in place of the raw ones, which
 * stay their owner's; fetches the code of an effect when it is first used. An effect that cannot run says why and is
 * turned off: the raw track is sent. Never rejects.
 */
export class TrackEffects {
  readonly #dependencies: TrackEffectsParts;
  readonly #camera: EffectSlot<PictureLook>;
  readonly #microphone: EffectSlot<'strong'>;
  readonly #memory = new BrowserStorage().browser;
  #effects: Effects = rememberedEffects(this.#memory.read(MEMORY_KEY));

  constructor(dependencies: TrackEffectsParts) {
    this.#dependencies = dependencies;
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
  }

  get effects(): Effects {
    return this.#effects;
  }

  /** Whether the browser itself suppresses noise, for the next opening of the microphone. */
  get browserSuppression(): boolean {
    return this.#effects.noiseSuppression !== 'off';
  }

  /** Settles when what is sent has these effects, or has said why not. */
  async set({ background, ...wish }: EffectsWish, { remember = false }): Promise<void> {
    const before = this.browserSuppression;
    const address = typeof background === 'object' ? await this.#addressOf(background) : background;
    this.#effects = changedEffects(this.#effects, {
      ...wish,
      ...(address !== undefined && { background: address }),
    });
    if (remember) this.#memory.write(MEMORY_KEY, JSON.stringify(this.#effects));
    if (before !== this.browserSuppression) this.#dependencies.reopenMicrophone();
    await Promise.all([this.#camera.update(), this.#microphone.update()]);
  }

  /** Settles when this raw track can be sent, with its effects or without. */
  prepare(source: EffectSource, raw: MediaStreamTrack): Promise<void> {
    return this.#slot(source).take(raw);
  }

  /** What is sent in place of this raw track. */
  outputOf(raw: MediaStreamTrack): MediaStreamTrack {
    return this.#camera.outputOf(raw) ?? this.#microphone.outputOf(raw) ?? raw;
  }

  /** This raw track is stopped. */
  release(raw: MediaStreamTrack): void {
    this.#camera.release(raw);
    this.#microphone.release(raw);
  }

  /** undefined: it is no image, which is said. */
  async #addressOf(image: ImageFile): Promise<string | undefined> {
    try {
      const { addressOf } = await import('./own-image.ts');
      return await addressOf(image);
    } catch (cause) {
      this.#dependencies.say({
        type: 'effect-failed',
        effect: 'background',
        reason: reasonOf(cause),
      });
      return undefined;
    }
  }

  #slot(source: EffectSource): EffectSlot<PictureLook> | EffectSlot<'strong'> {
    return source === 'camera' ? this.#camera : this.#microphone;
  }

  #fail(effect: EffectName, reason: EffectReason): void {
    const { background } = this.#camera.shown ?? {};
    // An image that does not come takes no other background away.
    const isImage = reason === 'background-not-loaded' || reason === 'background-too-large';
    const off = isImage && background !== undefined ? { background } : OFF[effect];
    this.#effects = changedEffects(this.#effects, off);
    this.#dependencies.say({ type: 'effect-failed', effect, reason });
  }
}

const OFF: Readonly<Record<EffectName, Partial<Effects>>> = {
  background: { background: 'none' },
  beauty: { beauty: 0, beautyWhiten: 0 },
  'noise-suppression': { noiseSuppression: 'standard' },
};

interface SlotParts<Look> {
  /** null: the raw track is to be sent. */
  readonly look: () => Look | null;
  readonly load: () => Promise<OpenEffect<Look>>;
  readonly changed: () => Promise<void>;
  /** The look that failed is not wanted any more when this returns. */
  readonly failed: (reason: EffectReason) => void;
}

interface Made<Look> {
  readonly raw: MediaStreamTrack;
  readonly processed: ProcessedTrack<Look>;
}

/** The effect on one source: one raw track at a time, and what is made from it. */
class EffectSlot<Look> {
  readonly #dependencies: SlotParts<Look>;
  readonly #wish = new LatestTask<symbol>((_wish, superseded) => this.#bring(superseded));
  #raw: MediaStreamTrack | null = null;
  #made: Made<Look> | null = null;
  #shown: Look | null = null;

  constructor(dependencies: SlotParts<Look>) {
    this.#dependencies = dependencies;
  }

  /** Nothing is fetched, and no task later, where no effect is wanted. */
  async take(raw: MediaStreamTrack): Promise<void> {
    this.#raw = raw;
    await this.update();
  }

  async update(): Promise<void> {
    if (this.#raw === null || (this.#dependencies.look() === null && this.#made === null)) return;
    await this.#wish.set(Symbol('look'));
  }

  /** What is to be seen or heard now. */
  get shown(): Look | null {
    return this.#made && this.#shown;
  }

  outputOf(raw: MediaStreamTrack): MediaStreamTrack | null {
    return this.#made?.raw === raw ? this.#made.processed.track : null;
  }

  release(raw: MediaStreamTrack): void {
    if (this.#raw === raw) {
      this.#raw = null;
      this.#wish.drop();
    }
    if (this.#made?.raw === raw) this.#drop();
  }

  async #bring(superseded: AbortSignal): Promise<void> {
    while (!superseded.aborted) {
      const raw = this.#raw;
      const look = this.#dependencies.look();
      try {
        if (raw === null || look === null) await this.#show(null);
        else if (this.#made?.raw === raw) await this.#change(this.#made.processed, look);
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

  /** It ran, and does so no more. */
  #onFailed(raw: MediaStreamTrack, reason: EffectReason): void {
    if (this.#made?.raw !== raw) return;
    this.#drop();
    this.#dependencies.failed(reason);
    this.#dependencies.changed().catch(() => undefined);
    // What is left of the look, without the part that failed.
    void this.update();
  }

  async #show(made: Made<Look> | null): Promise<void> {
    const before = this.#made;
    this.#made = made;
    // The others see the new one before the old one ends.
    await this.#dependencies.changed().catch(() => undefined);
    before?.processed.close();
  }

  #drop(): void {
    const before = this.#made;
    this.#made = null;
    before?.processed.close();
  }
}

/** Looks are plain values. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
