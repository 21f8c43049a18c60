import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../setup.mjs';

const PUBLISHED = createRequire(join(ROOT, 'package.json'))
  .resolve('livekit-client')
  .replace(/umd\.js$/, 'esm.mjs');
const SOURCE = join(dirname(PUBLISHED), '..', 'src', 'index.ts');

/** What of the library is used; all else leaves the bundle. */
const WHAT_WE_USE = join(ROOT, 'src', 'adapters', 'livekit', 'livekit-client.ts');

/**
 * For esbuild: LiveKit's library compiled from the sources in its package instead of its published
 * file, which is made for older browsers (each `async` a generator) and cannot be taken apart. And
 * without webrtc-adapter: it gives old browsers what all with ES2022 have, and changes the WebRTC of
 * the page it is loaded on, which is not ours. 26 KB less in a call.
 */
export function livekitSources() {
  return {
    name: 'livekit-sources',
    setup({ onResolve, onLoad, onEnd }) {
      let reached = false;
      let adapter = false;
      onResolve({ filter: /^livekit-client$/ }, () => {
        reached = true;
        return { path: SOURCE };
      });
      onResolve({ filter: /^webrtc-adapter$/ }, ({ path }) => {
        adapter = true;
        return { path, namespace: 'left-out' };
      });
      onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: '' }));
      onEnd(() => {
        // A new version that imports it under another name would silently bring it back.
        const text = 'LiveKit does not import webrtc-adapter any more';
        return reached && !adapter ? { errors: [{ text }] } : {};
      });
    },
  };
}

/** What LiveKit's sources are written for: their fields are assigned, not defined. */
export const LIVEKIT_TSCONFIG = {
  compilerOptions: { target: 'es2022', useDefineForClassFields: false },
};

/** For Rollup: the published file, with what `livekitSources` makes of it as its code. */
export function livekitFromSource() {
  return {
    name: 'livekit-from-source',
    async load(id) {
      if (id !== PUBLISHED) return null;
      const [map, code] = await compiled();
      return { code: code.text, map: map.text };
    },
  };
}

async function compiled() {
  const { outputFiles } = await build({
    stdin: {
      contents: readFileSync(WHAT_WE_USE, 'utf8'),
      resolveDir: ROOT,
      sourcefile: WHAT_WE_USE,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    // The map's paths begin where Rollup takes the code to be.
    outfile: PUBLISHED,
    sourcemap: 'external',
    legalComments: 'none',
    tsconfigRaw: LIVEKIT_TSCONFIG,
    plugins: [livekitSources()],
  });
  return outputFiles;
}
