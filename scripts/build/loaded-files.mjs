import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAst } from 'rollup/parseAst';
import { ROOT } from '../setup.mjs';

/**
 * The files that a page loads, relative to `folder`: an entry, all its static imports and the named lazy chunks.
 * size-limit itself follows no import.
 */
export function entryFiles(entry, lazy = [], folder = ROOT) {
  const files = withStaticImports(join(folder, entry));
  for (const name of lazy) {
    const chunks = [...files].flatMap(dynamicImports).filter((file) => file.includes(`/${name}-`));
    if (chunks.length === 0) throw new Error(`${entry} imports no lazy chunk called ${name}`);
    for (const chunk of chunks) withStaticImports(chunk, files);
  }
  return [...files].map((file) => relative(folder, file));
}

/** The files of chunks by their names, without their imports; also those beside the scripts: WebAssembly, models. */
export function chunkFiles(names, folder = ROOT) {
  const all = readdirSync(join(folder, 'dist/chunks')).filter((file) => !file.endsWith('.map'));
  return names.flatMap((name) => {
    const files = all.filter((file) => /^(.+)-.{8}\.\w+$/.exec(file)?.[1] === name);
    if (files.length === 0) throw new Error(`dist/ has no chunk called ${name}`);
    return files.map((file) => join('dist/chunks', file));
  });
}

function withStaticImports(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const node of parseAst(readFileSync(file, 'utf8')).body) {
    const from = node.source?.value;
    if (from === undefined) continue;
    if (!from.startsWith('.')) throw new Error(`${file} imports ${from}, which is not in dist/`);
    withStaticImports(join(dirname(file), from), seen);
  }
  return seen;
}

function dynamicImports(file) {
  const found = [];
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (node.type === 'ImportExpression' && typeof node.source.value === 'string') {
      found.push(join(dirname(file), node.source.value));
    }
    for (const value of Object.values(node)) walk(value);
  };
  walk(parseAst(readFileSync(file, 'utf8')));
  return found;
}
