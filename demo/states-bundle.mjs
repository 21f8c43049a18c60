import { join } from 'node:path';
import { build } from 'esbuild';

/** demo/states.ts and all it imports as one script, built at each request in about 100 ms. */
export async function bundleStates(root) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'demo', 'states.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // The two flags Lit's decorators need stand in that file.
    tsconfig: join(root, 'components', 'tsconfig.json'),
    // On a fake engine nothing of LiveKit is ever asked for.
    external: ['./livekit-client.ts'],
    logLevel: 'silent',
  });
  return outputFiles[0].contents;
}
