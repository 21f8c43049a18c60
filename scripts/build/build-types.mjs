import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROOT } from '../setup.mjs';

const BUILD = join(ROOT, 'build');

/** Packages inside the bundle of which something shows in declarations: what shows is declared here. */
const BUNDLED = join(ROOT, 'scripts', 'build', 'bundled-types');

/**
 * Copies the declarations that the entries reach, as files that a consumer's tsc resolves without
 * any other package. With `dependencies`, imports of packages stay as they are.
 */
export function copyDeclarations(entries, target, { dependencies = false } = {}) {
  rmSync(target, { recursive: true, force: true });
  const rewrite = dependencies ? (code) => code : withBundledTypes;
  for (const file of reachable(entries)) {
    write(join(target, file), rewrite(withJsImports(read(file)), file));
  }
  if (dependencies) return;
  for (const name of ['@lit/reactive-element', 'lit', 'livekit-client']) {
    write(
      join(target, 'bundled', `${name}.d.ts`),
      readFileSync(join(BUNDLED, `${name}.d.ts`), 'utf8'),
    );
  }
}

/** Everything from `from '…'`, `import '…'` and `import('…')`. */
const SPECIFIER = /((?:from |import |import\()['"])([^'"]+)(['"])/g;

/** tsc rewrites './x.ts' to './x.js' in what it emits as code, not in declarations. */
export function withJsImports(declarations) {
  return declarations.replace(SPECIFIER, (all, before, name, after) =>
    name.startsWith('.') ? `${before}${name.replace(/\.ts$/, '.js')}${after}` : all,
  );
}

/** @throws Error for a package that a consumer would not have. */
export function withBundledTypes(declarations, file) {
  return declarations.replace(SPECIFIER, (all, before, name, after) => {
    if (name.startsWith('.')) return all;
    if (!existsSync(join(BUNDLED, `${name}.d.ts`))) {
      throw new Error(`${file} shows types of ${name}, which no consumer has`);
    }
    return `${before}${posix.relative(posix.dirname(file), `bundled/${name}.js`)}${after}`;
  });
}

function reachable(entries) {
  const files = new Set();
  const walk = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, , name] of read(file).matchAll(SPECIFIER)) {
      if (name.startsWith('.'))
        walk(posix.join(posix.dirname(file), name.replace(/\.ts$/, '.d.ts')));
    }
  };
  for (const entry of entries) walk(`${entry}.d.ts`);
  return files;
}

const read = (file) => readFileSync(join(BUILD, file), 'utf8');

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

if (import.meta.main) {
  const entries = [
    'components/tui-call/index',
    'components/tui-call/define',
    'components/tui-call/recents',
    'src/adapters/index',
    'src/protocol/index',
  ];
  copyDeclarations(entries, join(ROOT, 'dist', 'types'));
}
