/** The words of the menu of effects on the own picture and sound. */
export interface EffectsWords {
  /** What opens it, and its title. */
  readonly effects: string;
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

export const enEffects: EffectsWords = {
  effects: 'Background and effects',
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
