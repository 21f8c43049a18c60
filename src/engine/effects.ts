/** What is changed in the own picture and sound before they are sent. */
export interface Effects {
  /** `none`, `blur`, `blur-strong`, or the address of an image. */
  readonly background: string;
  /** `standard` is the browser's own. */
  readonly noiseSuppression: 'off' | 'standard' | 'strong';
  /** Smooth skin, 0–9. */
  readonly beauty: number;
  /** Light skin, 0–9. */
  readonly beautyWhiten: number;
}

export const NO_EFFECTS: Effects = {
  background: 'none',
  noiseSuppression: 'standard',
  beauty: 0,
  beautyWhiten: 0,
};

/** A Blob or a File, as far as it is read. */
export interface ImageFile {
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Changes of some effects. An image of the user's own may be given as it is, such as a File. */
export type EffectsWish = Partial<Omit<Effects, 'background'>> & {
  readonly background?: string | ImageFile;
};
