import { readFileSync } from 'node:fs';
import { MODEL, smallTflite } from './small-tflite.mjs';

const NOISE = 'node_modules/@sapphi-red/web-noise-suppressor/dist/';

/** The content of each `effect-file:…` in src/adapters/effects: an entry chunk, or a file. */
const FILES = {
  'picture-worker': { chunk: 'build/src/adapters/effects/picture-worker.js' },
  'noise-worklet': { chunk: `${NOISE}rnnoise/workletProcessor.js` },
  'noise-wasm': { fileName: 'noise.wasm', source: () => readFileSync(`${NOISE}rnnoise.wasm`) },
  'noise-wasm-simd': {
    fileName: 'noise-simd.wasm',
    source: () => readFileSync(`${NOISE}rnnoise_simd.wasm`),
  },
  segmenter: { fileName: 'segmenter.wasm', source: smallTflite },
  'selfie-model': { fileName: 'selfie-model.tflite', source: () => readFileSync(MODEL) },
};

const ADDRESS = /new URL\('effect-file:([\w-]+)', import\.meta\.url\)\.href/g;

/** Emits the files of the effects beside the chunks, and writes their names into the code that fetches them. */
export function effectFiles() {
  const references = new Map();
  return {
    name: 'effect-files',
    async transform(code) {
      const names = [...code.matchAll(ADDRESS)].map(([, name]) => name);
      if (names.length === 0) return null;
      for (const name of names) references.set(name, await emitted(this, name));
      const changed = code.replace(
        ADDRESS,
        (_all, name) => `import.meta.ROLLUP_FILE_URL_${references.get(name)}`,
      );
      return { code: changed, map: null };
    },
  };
}

async function emitted(context, name) {
  const { chunk, fileName, source } = FILES[name];
  if (chunk !== undefined) return context.emitFile({ type: 'chunk', id: chunk, name });
  return context.emitFile({ type: 'asset', name: fileName, source: await source() });
}
