import type { Messages } from './en.ts';

/** The words of the menu of effects. In English they load with the menu, in other languages with the rest. */
export interface EffectsMessages {
  readonly background: string;
  readonly noBackground: string;
  readonly blur: string;
  readonly strongBlur: string;
  readonly imageNumber: (n: number) => string;
  readonly chooseImage: string;
  readonly ownImage: string;
  readonly noiseSuppression: string;
  readonly noiseLevels: Readonly<Record<'off' | 'standard' | 'strong', string>>;
  readonly smoothSkin: string;
  readonly lightenSkin: string;
  readonly ownPicture: string;
  readonly cameraForPreview: string;
}

export const enEffects: EffectsMessages = {
  background: 'Background',
  noBackground: 'None',
  blur: 'Blur',
  strongBlur: 'Strong blur',
  imageNumber: (n) => `Image ${n}`,
  chooseImage: 'Choose an image…',
  ownImage: 'Your image',
  noiseSuppression: 'Noise suppression',
  noiseLevels: { off: 'Off', standard: 'Standard', strong: 'Strong' },
  smoothSkin: 'Smooth skin',
  lightenSkin: 'Lighten skin',
  ownPicture: 'Your picture',
  cameraForPreview: 'Turn the camera on to see your picture',
};

/** The words of a language module: all of them. */
export type AllMessages = Messages & EffectsMessages;

/** Completes the messages of a call with the words of the menu. */
export function withEffects(messages: Messages): AllMessages {
  return { ...enEffects, ...messages };
}
