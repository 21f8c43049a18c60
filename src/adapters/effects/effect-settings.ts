import { NO_MEDIA_EFFECTS, type MediaEffects } from '../../engine/api/media-effects.ts';

/** The effects on the camera's picture. */
export interface PictureLook {
  readonly background: string;
  readonly beauty: number;
  readonly beautyWhiten: number;
}

/** Applies changes. An unknown value counts as the default, a level out of range as the nearest valid one. */
export function changedEffects(effects: MediaEffects, wish: Partial<MediaEffects>): MediaEffects {
  const { background, noiseSuppression, beauty, beautyWhiten } = { ...effects, ...wish };
  return {
    background: background || 'none',
    noiseSuppression: ['off', 'strong'].includes(noiseSuppression) ? noiseSuppression : 'standard',
    beauty: level(beauty),
    beautyWhiten: level(beautyWhiten),
  };
}

/** Returns null if the picture is sent as it is. */
export function pictureLook({
  background,
  beauty,
  beautyWhiten,
}: MediaEffects): PictureLook | null {
  if (background === 'none' && beauty === 0 && beautyWhiten === 0) return null;
  return { background, beauty, beautyWhiten };
}

/** Parses the effects of an earlier visit; a damaged text counts as no effects. */
export function rememberedEffects(text: string | null): MediaEffects {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value !== 'object' || value === null) return NO_MEDIA_EFFECTS;
    return changedEffects(NO_MEDIA_EFFECTS, { ...value, ...backgroundOf(value) });
  } catch {
    return NO_MEDIA_EFFECTS;
  }
}

function backgroundOf(value: object): Pick<MediaEffects, 'background'> {
  const background = 'background' in value ? value.background : 'none';
  return { background: typeof background === 'string' ? background : 'none' };
}

function level(value: number): number {
  return Number.isFinite(value) ? Math.min(9, Math.max(0, Math.round(value))) : 0;
}
