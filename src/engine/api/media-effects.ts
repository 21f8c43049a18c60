import type { EffectName, EffectReason } from './observer.ts';

/** Effects on the own picture and sound, applied before they are sent. */
export interface MediaEffects {
  /** `none`, `blur`, `blur-strong`, or the URL of an image. */
  readonly background: string;
  /** `standard`: the browser's own suppression. `strong`: RNNoise, on this device. */
  readonly noiseSuppression: 'off' | 'standard' | 'strong';
  /** Smoothness of skin, 0 to 9. */
  readonly beauty: number;
  /** Lightness of skin, 0 to 9. */
  readonly beautyWhiten: number;
}

/** No effects: the default. */
export const NO_MEDIA_EFFECTS: MediaEffects = {
  background: 'none',
  noiseSuppression: 'standard',
  beauty: 0,
  beautyWhiten: 0,
};

/** The part of a Blob or File that is read. */
export interface ImageFile {
  readonly type: string;
  /** Resolves with the bytes of the file. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Changes of some effects; the others stay. The user's own image may be given as a File. */
export type MediaEffectChanges = Partial<Omit<MediaEffects, 'background'>> & {
  readonly background?: string | ImageFile;
};

/** The options of `setEffects()`. */
export interface EffectOptions {
  /** Keeps the effects for later visits of this browser. Default: false. */
  readonly remember?: boolean;
}

/** Why each effect cannot run on this device; null: nothing is known against it. */
export type EffectCheck = Readonly<Record<EffectName, EffectReason | null>>;
