import { rollup } from 'rollup';
import { minify } from '@swc/core';
import { brotliCompressSync } from 'node:zlib';
import config from './rollup.config.mjs';
const plugins = config.plugins.filter(p => !['licences','fresh-folder','minify-chunks'].includes(p.name));
const b = await rollup({ ...config, plugins });
const { output } = await b.generate({ ...config.output, sourcemap: false });
const min = async (c) => (await minify(c, { module: true, ecma: 2022, compress: { passes: 3, ecma: 2022 }, mangle: true, format: { comments: false } })).code;
const br = (s) => brotliCompressSync(s).length;
for (const chunk of output.filter(o => o.type === 'chunk')) {
  const rows = [];
  const whole = br(await min(chunk.code));
  if (process.argv[2] && !chunk.fileName.includes(process.argv[2])) { console.log(chunk.fileName, whole); continue; }
  for (const [id, m] of Object.entries(chunk.modules)) {
    if (!m.code) continue;
    let code; try { code = await min(m.code + '\nexport {' + [] + '}'); code = m.code; } catch {}
    const rest = chunk.code.replace(m.code, '');
    let without; try { without = br((await minify(rest, { module: true, ecma: 2022, compress: false, mangle: true, format: { comments: false } })).code); } catch (e) { without = NaN; }
    rows.push([id.replace(/.*\/(node_modules|build)\//, ''), m.renderedLength, without]);
  }
  const base = br((await minify(chunk.code, { module: true, ecma: 2022, compress: false, mangle: true, format: { comments: false } })).code);
  console.log(`\n== ${chunk.fileName} ${whole} (uncompressed-pass ${base}); imports ${chunk.imports} dyn ${chunk.dynamicImports}`);
  for (const [id, len, w] of rows.sort((a, c) => a[2] - c[2])) console.log(String(base - w).padStart(6), String(len).padStart(7), id);
}
