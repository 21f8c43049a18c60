import { build } from 'esbuild';
import { rollup } from 'rollup';
import nodeResolve from '@rollup/plugin-node-resolve';
import commonjs from '@rollup/plugin-commonjs';
import { minify } from '@swc/core';
import { brotliCompressSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
const br = (s) => brotliCompressSync(s).length;
const swc = async (c, o={}) => (await minify(c, { module: true, ecma: 2022, compress: { passes: 3, ecma: 2022 }, mangle: true, format: { comments: false }, ...o })).code;
const NAMES = 'Room, VideoPresets, ScreenSharePresets, VideoPreset, DisconnectReason, AudioPresets, setLogLevel';
writeFileSync('.lkA.mjs', `export { ${NAMES} } from 'livekit-client';`);
writeFileSync('.lkB.mjs', `export { ${NAMES} } from './node_modules/livekit-client/src/index.ts';`);
for (const ts of [undefined, {moduleSideEffects: false}]) {
const b = await rollup({ input: '.lkA.mjs', treeshake: ts, plugins: [nodeResolve({ browser: true, exportConditions: ['production'] }), commonjs()], onwarn(){} });
const { output } = await b.generate({ format: 'es', generatedCode: { preset: 'es2015' } });
const m = await swc(output[0].code);
console.log('A named from dist', output[0].code.length, m.length, br(m));
}
const r = await build({ entryPoints: ['.lkB.mjs'], bundle: true, format: 'esm', target: 'es2022', write: false, platform: 'browser', metafile: true, legalComments: 'none', treeShaking: true, tsconfigRaw: {compilerOptions:{ target:'es2022', experimentalDecorators: true, useDefineForClassFields: false }} });
const c = r.outputFiles[0].text; const m2 = await swc(c);
console.log('B from src esbuild', c.length, m2.length, br(m2));
const outs = Object.values(r.metafile.outputs)[0].inputs;
const g = {}; for (const [k,v] of Object.entries(outs)) { const key = k.replace(/.*node_modules\//,'').replace(/(src\/[^/]+\/[^/]+)\/.*/, '$1'); g[key]=(g[key]??0)+v.bytesInOutput; }
console.log(Object.entries(g).sort((a,b)=>b[1]-a[1]).slice(0,70).map(([k,v])=>v+' '+k).join('\n'));
