/** As effect-files.ts; apart from it, since most who use one of the two do not use the other. */
export const NOISE_FILES = {
  worklet: new URL('effect-file:noise-worklet', import.meta.url).href,
  wasm: new URL('effect-file:noise-wasm', import.meta.url).href,
  simdWasm: new URL('effect-file:noise-wasm-simd', import.meta.url).href,
};
