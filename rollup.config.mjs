import { rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import { dts } from 'rollup-plugin-dts';
import { compiledSources } from './scripts/build/bundle/compiled-sources.mjs';
import { effectFiles } from './scripts/build/bundle/effect-files.mjs';
import { licences } from './scripts/build/bundle/licences.mjs';
import { litGlobals } from './scripts/build/bundle/lit-globals.mjs';
import { livekitFromSource } from './scripts/build/bundle/livekit-from-source.mjs';
import { minifyChunks } from './scripts/build/bundle/minify.mjs';
import { smallTemplates } from './scripts/build/bundle/small-templates.mjs';
import { websocketOnly } from './scripts/build/bundle/websocket-only.mjs';

/** Names of shared chunks, by a module that each contains; Rollup would name them after any entry. */
const SHARED = {
  'components/tui-call/tui-call.js': 'element',
  'src/engine/call-engine.js': 'engine',
  'src/protocol/index.js': 'protocol',
  'components/styles/shared.js': 'look',
};

/** The page's own copies; optional peer dependencies. */
const FRAMEWORKS = ['react', 'vue'];

function chunkName({ name, isDynamicEntry, moduleIds }) {
  if (isDynamicEntry) return name;
  const shared = Object.keys(SHARED).find((file) => moduleIds.some((id) => id.endsWith(file)));
  return shared === undefined ? name : SHARED[shared];
}

const ENTRIES = {
  'tui-call': 'build/components/tui-call/define.js',
  'tui-call-recents': 'build/components/tui-call/recents.js',
  index: 'build/components/tui-call/index.js',
  engine: 'build/src/adapters/index.js',
  protocol: 'build/src/protocol/index.js',
  react: 'build/frameworks/react.js',
  vue: 'build/frameworks/vue.js',
};

/** From tsc's output to the published bundle. It contains all its dependencies. */
const bundle = {
  input: ENTRIES,
  external: FRAMEWORKS,
  output: {
    dir: 'dist',
    format: 'es',
    sourcemap: true,
    // import() of a chunk is relative to the importing file, so that dist/ works from any origin.
    // The scripts of workers are entries, too.
    entryFileNames: ({ name }) =>
      Object.hasOwn(ENTRIES, name) ? '[name].js' : 'chunks/[name]-[hash].js',
    assetFileNames: 'chunks/[name]-[hash][extname]',
    chunkFileNames: (chunk) => `chunks/${chunkName(chunk)}-[hash].js`,
    generatedCode: { preset: 'es2015' },
    // React's server components import a component with effects only from a client module.
    banner: ({ name }) => (name === 'react' ? "'use client';" : ''),
  },
  // Only entries do something when they are loaded: define.ts, recents.ts and the scripts of workers.
  treeshake: {
    moduleSideEffects: (id) =>
      id.endsWith('define.js') || id.endsWith('-worker.js') || id.includes('node_modules'),
  },
  plugins: [
    livekitFromSource(),
    websocketOnly(),
    effectFiles(),
    compiledSources(),
    nodeResolve({ browser: true, exportConditions: ['production'] }),
    commonjs({ include: /node_modules/ }),
    litGlobals(),
    smallTemplates(),
    minifyChunks(),
    licences(),
    // Removes the chunks of the previous build, which have other hashes. A failed build keeps the previous one.
    {
      name: 'fresh-folder',
      generateBundle: () => rmSync('dist', { recursive: true, force: true }),
    },
  ],
  onwarn(warning) {
    // A warning here is a broken bundle: unresolved imports, circles between chunks.
    if (warning.code === 'CIRCULAR_DEPENDENCY' && /node_modules/.test(warning.message)) return;
    throw new Error(warning.message);
  },
};

/** The service worker of push notifications: a classic script, which a worker of the page can import. */
const pushWorker = {
  input: 'build/src/adapters/push/push-worker.js',
  output: { file: 'dist/tui-call-push-worker.js', format: 'iife', sourcemap: true },
  treeshake: bundle.treeshake,
  plugins: [compiledSources(), minifyChunks()],
  onwarn: bundle.onwarn,
};

/** Declarations of the same entries, from tsc's output. Lit's types are inlined, as its code is. */
const declarations = {
  input: {
    'tui-call': 'build/components/tui-call/define.d.ts',
    'tui-call-recents': 'build/components/tui-call/recents.d.ts',
    index: 'build/components/tui-call/index.d.ts',
    engine: 'build/src/adapters/index.d.ts',
    protocol: 'build/src/protocol/index.d.ts',
    react: 'build/frameworks/react.d.ts',
    vue: 'build/frameworks/vue.d.ts',
  },
  external: FRAMEWORKS,
  output: { dir: 'dist/types', chunkFileNames: 'chunks/[name]-[hash].d.ts' },
  plugins: [dts({ includeExternal: ['lit', 'lit-element', 'lit-html', '@lit/reactive-element'] })],
  onwarn: refuseDeclarationWarning,
};

/** Declarations of the server's library, whose dependencies are installed with it. */
const serverDeclarations = {
  input: 'build/server/index.d.ts',
  output: { file: 'server/dist/types/index.d.ts' },
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  plugins: [dts()],
  onwarn: refuseDeclarationWarning,
};

/** define.ts exports nothing; the types of inherited members need no export of their own. */
function refuseDeclarationWarning({ code, message }) {
  if (code === 'EMPTY_BUNDLE' || /private shared type exports/.test(message)) return;
  throw new Error(message);
}

export default [bundle, pushWorker, declarations, serverDeclarations];
