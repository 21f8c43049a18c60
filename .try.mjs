import { rollup } from 'rollup';
import { minify } from '@swc/core';
import { brotliCompressSync } from 'node:zlib';
import config from './rollup.config.mjs';
const plugins0 = config.plugins.filter(p => !['licences','fresh-folder','minify-chunks'].includes(p.name));
const min = async (c, o={}) => (await minify(c, { module: true, ecma: 2022, compress: { passes: 3, ecma: 2022 }, mangle: true, format: { comments: false }, ...o })).code;
const br = (s) => brotliCompressSync(s).length;
async function whole(label, stubs) {
  const plugins = [{ name: 'stub', load(id) { return stubs.some(r => r.test(id)) ? { code: 'export default 0', syntheticNamedExports: true , moduleSideEffects:false} : null; } }, ...plugins0];
  const b = await rollup({ input: { 'tui-call': 'build/components/tui-call/define.js' }, plugins, treeshake: config.treeshake, onwarn() {} });
  const { output } = await b.generate({ format: 'es' , generatedCode: {preset:'es2015'}});
  console.log(label); for (const c of output.filter(o => o.type==='chunk' && !/^(de|zh|es|fr|ar)-/.test(o.fileName))) { const m = await min(c.code); console.log('   ', c.fileName, m.length, br(m)); }
  return output;
}
await whole('one file', []);
const lk = [/adapters\/(livekit-(?!library)|local-tracks|browser-capture|browser-devices|device-choices|frozen|latest-wish|network-q|link-meter|level-meter|camera-prev)/];
await whole('no livekit adapters', lk);
await whole('and no socket.io', [...lk, /socket\.io|engine\.io/]);
const screens = [/tui-call-(incoming|outgoing|avatar|button|toggle)\/|first-screens|icons.js/];
await whole('and no screens', [...lk, /socket\.io|engine\.io/, ...screens]);
await whole('and no lit', [...lk, /socket\.io|engine\.io/, ...screens, /lit-html|@lit|lit-element/]);
await whole('only engine', [...lk, /socket\.io|engine\.io/, /components\/(?!tui-call\/define)/, /lit-html|@lit|lit-element/]);
