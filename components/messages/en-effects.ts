import type { EffectReason } from '../../src/engine/api/observer.ts';
import type { Messages } from './en.ts';

/** The words of the effects: their menu and their problems. In English they load with the first of them, in other languages with the rest. */
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
  /** Why an effect cannot run, and what the user can do. */
  readonly effectProblems: Readonly<Record<EffectReason, readonly [title: string, advice: string]>>;
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
  effectProblems: {
    'webassembly-blocked': [
      'This page does not allow the effect',
      'Its security policy blocks the effect. Inform the people who run the page; the call continues without it.',
    ],
    'not-loaded': [
      'The effect could not be loaded',
      'Check the network, then choose it again. The call continues without it.',
    ],
    'too-slow': [
      'The effect was too much for this device',
      'It was turned off, so that your picture keeps moving.',
    ],
    stopped: [
      'The effect has stopped',
      'Choose it again to turn it on. The call continues without it.',
    ],
    'not-supported-here': [
      'This browser cannot do the effect',
      'A current version of Chrome, Edge or Firefox can. The call continues without it.',
    ],
    'background-not-loaded': [
      'The background could not be loaded',
      'It is not an image, or its website does not allow this page to use it. Choose another one.',
    ],
    'background-too-large': [
      'The background is too large',
      'Choose an image of at most 40 megapixels.',
    ],
  },
};

/** The words of a language module: all of them. */
export type AllMessages = Messages & EffectsMessages;

/** Words of the page in place of the built-in ones: any part of `Messages`. */
export type Labels = {
  readonly [Key in keyof AllMessages]?: AllMessages[Key] extends
    string | readonly unknown[] | Telling
    ? AllMessages[Key]
    : Partial<AllMessages[Key]>;
};
type Telling = (...values: never[]) => string;

/** Completes the messages of a call with the words of the menu. */
export function withEffects(messages: Messages): AllMessages {
  return { ...enEffects, ...messages };
}
