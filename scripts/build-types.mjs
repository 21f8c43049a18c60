import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './setup.mjs';

/** Copies the declarations of what is published to dist/types, as files a consumer's tsc resolves. */
const LAYERS = ['src', 'components'];
const target = join(ROOT, 'dist', 'types');

rmSync(target, { recursive: true, force: true });
for (const file of globSync(
  LAYERS.map((layer) => `${layer}/**/*.d.ts`),
  { cwd: join(ROOT, 'build') },
)) {
  // A source that was deleted or renamed leaves its old output behind in build/.
  if (!existsSync(join(ROOT, file.replace(/\.d\.ts$/, '.ts')))) continue;
  const declarations = readFileSync(join(ROOT, 'build', file), 'utf8');
  mkdirSync(dirname(join(target, file)), { recursive: true });
  writeFileSync(join(target, file), withJsImports(declarations));
}

/** tsc rewrites './x.ts' to './x.js' in what it emits as code, not in declarations. */
function withJsImports(declarations) {
  return declarations.replace(/(from |import\()(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2');
}
