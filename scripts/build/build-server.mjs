import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../setup.mjs';

/**
 * Bundles the call server for `npm install tui-call-server`: the command (main) and the library (index),
 * with the protocol, which is outside the package. Dependencies stay external. rollup.config.mjs adds the
 * declarations.
 */
const outdir = join(ROOT, 'server', 'dist');
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: ['main', 'index'].map((name) => join(ROOT, 'server', `${name}.ts`)),
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  loader: { '.sql': 'text' },
  logLevel: 'warning',
});
