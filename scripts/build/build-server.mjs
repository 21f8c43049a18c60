import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { copyDeclarations } from './build-types.mjs';
import { ROOT } from '../setup.mjs';

/**
 * The call server for `npm install tui-call-server`: the command (main) and the library (index). Our
 * own sources are bundled, the protocol's too, which lie outside the package; its dependencies stay
 * dependencies.
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
copyDeclarations(['server/index'], join(outdir, 'types'), { dependencies: true });
