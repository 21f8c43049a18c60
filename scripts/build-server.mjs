import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './setup.mjs';

/**
 * The call server as one file for `npm install tui-call-server`: our own sources (the protocol's
 * too, which lies outside the package) are bundled, its dependencies stay dependencies.
 */
const outdir = join(ROOT, 'server', 'dist');
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [join(ROOT, 'server', 'main.ts')],
  outfile: join(outdir, 'main.js'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  loader: { '.sql': 'text' },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});
chmodSync(join(outdir, 'main.js'), 0o755);
