import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { parseAst } from 'rollup/parseAst';
import { ROOT } from '../setup.mjs';

/**
 * Compares what a page loads with bundle-budget.json: an entry, all its static imports and the named lazy chunks, or
 * only the files named in `chunks`; each compressed with brotli, as a server sends them.
 */
export function measure({ entry, lazy = [], chunks = [] }, folder = ROOT) {
  if (chunks.length > 0) return sized(namedChunks(chunks, folder));
  const files = withStaticImports(join(folder, entry));
  for (const name of lazy) {
    const chunks = [...files].flatMap(dynamicImports).filter((file) => file.includes(`/${name}-`));
    if (chunks.length === 0) throw new Error(`${entry} imports no lazy chunk called ${name}`);
    for (const chunk of chunks) withStaticImports(chunk, files);
  }
  return sized([...files]);
}

/** Files beside the scripts, too: WebAssembly, models. */
function namedChunks(names, folder) {
  const all = readdirSync(join(folder, 'dist/chunks')).filter((file) => !file.endsWith('.map'));
  return names.flatMap((name) => {
    const files = all.filter((file) => /^(.+)-.{8}\.\w+$/.exec(file)?.[1] === name);
    if (files.length === 0) throw new Error(`dist/ has no chunk called ${name}`);
    return files.map((file) => join(folder, 'dist/chunks', file));
  });
}

function sized(files) {
  return files.map((file) => ({ file, bytes: brotliCompressSync(readFileSync(file)).length }));
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

function report() {
  const limits = JSON.parse(readFileSync(join(ROOT, 'bundle-budget.json'), 'utf8'));
  for (const { name, limit, ...what } of limits) {
    const files = measure(what);
    const total = files.reduce((bytes, file) => bytes + file.bytes, 0);
    const verdict = total <= limit ? 'ok' : `TOO LARGE by ${total - limit} bytes`;
    console.log(`${name}: ${kilobytes(total)} of ${kilobytes(limit)} KB brotli, ${verdict}`);
    for (const { file, bytes } of files) {
      console.log(`  ${kilobytes(bytes).padStart(7)}  ${file.slice(ROOT.length + 1)}`);
    }
    if (total > limit) process.exitCode = 1;
  }
}

/** 1000 bytes, as in bundle-budget.json. */
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

// Node 20 has no import.meta.main and would silently measure nothing.
if (process.argv[1] === fileURLToPath(import.meta.url)) report();
