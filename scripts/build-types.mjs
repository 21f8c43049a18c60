import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './setup.mjs';

/** Copies the declarations that tsc made of some layers, as files that a consumer's tsc resolves. */
export function copyDeclarations(layers, target) {
  rmSync(target, { recursive: true, force: true });
  const patterns = layers.map((layer) => `${layer}/**/*.d.ts`);
  for (const file of globSync(patterns, { cwd: join(ROOT, 'build') })) {
    // A source that was deleted or renamed leaves its old output behind in build/.
    if (!existsSync(join(ROOT, file.replace(/\.d\.ts$/, '.ts')))) continue;
    const declarations = readFileSync(join(ROOT, 'build', file), 'utf8');
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), withJsImports(declarations));
  }
}

/** tsc rewrites './x.ts' to './x.js' in what it emits as code, not in declarations. */
export function withJsImports(declarations) {
  return declarations.replace(/(from |import |import\()(['"])(\.[^'"]*)\.ts\2/g, '$1$2$3.js$2');
}

if (import.meta.main) copyDeclarations(['src', 'components'], join(ROOT, 'dist', 'types'));
