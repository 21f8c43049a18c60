// Files that load when an effect is first used. The build copies them beside this chunk and writes their names here
// (scripts/build/bundle/effect-files.mjs).

/** PictureEngine in a worker. */
export const PICTURE_WORKER = new URL('effect-file:picture-worker', import.meta.url).href;

export const SEGMENTER_FILES = {
  wasm: new URL('effect-file:segmenter', import.meta.url).href,
  model: new URL('effect-file:selfie-model', import.meta.url).href,
};
