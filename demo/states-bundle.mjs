import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles demo/states.ts with its imports; takes about 100 ms per request. */
export async function bundleStates(root) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'demo', 'states.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // That file has the two compiler options that Lit's decorators need.
    tsconfig: join(root, 'components', 'tsconfig.json'),
    // The fake engine does not load LiveKit.
    external: ['./livekit-client.ts'],
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}
