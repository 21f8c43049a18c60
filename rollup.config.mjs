import { rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import { compiledSources } from './scripts/bundle/compiled-sources.mjs';
import { effectFiles } from './scripts/bundle/effect-files.mjs';
import { licences } from './scripts/bundle/licences.mjs';
import { litGlobals } from './scripts/bundle/lit-globals.mjs';
import { livekitFromSource } from './scripts/bundle/livekit-from-source.mjs';
import { minifyChunks } from './scripts/bundle/minify.mjs';
import { smallTemplates } from './scripts/bundle/small-templates.mjs';

/** What several entries share, by a module that tells it; Rollup would name it after any of them. */
const SHARED = {
  'components/tui-call/tui-call.js': 'element',
  'src/engine/call-engine.js': 'engine',
  'src/protocol/index.js': 'protocol',
  'components/styles/shared.js': 'look',
};

function chunkName({ name, isDynamicEntry, moduleIds }) {
  if (isDynamicEntry) return name;
  const told = Object.keys(SHARED).find((file) => moduleIds.some((id) => id.endsWith(file)));
  return told === undefined ? name : SHARED[told];
}

const ENTRIES = {
  'tui-call': 'build/components/tui-call/define.js',
  'tui-call-recents': 'build/components/tui-call/recents.js',
  index: 'build/components/tui-call/index.js',
  engine: 'build/src/adapters/index.js',
  protocol: 'build/src/protocol/index.js',
};

/** From tsc's output to what is published. Everything an application imports is inside: no import map is needed. */
export default {
  input: ENTRIES,
  output: {
    dir: 'dist',
    format: 'es',
    sourcemap: true,
    // import() of a chunk is relative to the importing file, so that dist/ works from any origin.
    // Programs that a browser starts by their address (workers) are entries, too.
    entryFileNames: ({ name }) =>
      Object.hasOwn(ENTRIES, name) ? '[name].js' : 'chunks/[name]-[hash].js',
    assetFileNames: 'chunks/[name]-[hash][extname]',
    chunkFileNames: (chunk) => `chunks/${chunkName(chunk)}-[hash].js`,
    generatedCode: { preset: 'es2015' },
  },
  // Only define.ts and recents.ts do something when they are loaded, and they are entries.
  treeshake: {
    moduleSideEffects: (id) =>
      id.endsWith('define.js') || id.endsWith('-worker.js') || id.includes('node_modules'),
  },
  plugins: [
    livekitFromSource(),
    effectFiles(),
    compiledSources(),
    nodeResolve({ browser: true, exportConditions: ['production'] }),
    commonjs({ include: /node_modules/ }),
    litGlobals(),
    smallTemplates(),
    minifyChunks(),
    licences(),
    // Chunks carry a hash in their names: those of the build before would pile up and be published.
    // Only now, since a build that fails must not take the last good one away.
    {
      name: 'fresh-folder',
      generateBundle: () => rmSync('dist', { recursive: true, force: true }),
    },
  ],
  onwarn(warning) {
    // A warning here is a broken bundle for somebody: unresolved imports, circles between chunks.
    if (warning.code === 'CIRCULAR_DEPENDENCY' && /node_modules/.test(warning.message)) return;
    throw new Error(warning.message);
  },
};
