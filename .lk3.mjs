import { build } from 'esbuild';
import { minify } from '@swc/core';
import { brotliCompressSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
const br = (s) => brotliCompressSync(s).length;
const swc = async (c, o={}) => (await minify(c, { module: true, ecma: 2022, compress: { passes: 3, ecma: 2022 }, mangle: true, format: { comments: false }, ...o })).code;
const NAMES = 'AudioPresets,ConnectionState,DisconnectReason,Room,RoomEvent,ScreenSharePresets,setLogLevel,Track,VideoPreset,VideoPresets';
writeFileSync('.lkB.mjs', `export { ${NAMES} } from './node_modules/livekit-client/src/index.ts';`);
export async function make(filters, opts={}) {
  const r = await build({ entryPoints: ['.lkB.mjs'], bundle: true, format: 'esm', target: 'es2022', write: false, platform: 'browser', legalComments: 'none', logLevel: 'error',
   tsconfigRaw: {compilerOptions:{ target:'es2022', useDefineForClassFields: false, experimentalDecorators: true }},
   plugins: [{ name: 's', setup(b) { for (const f of filters) b.onLoad({ filter: f }, () => ({ contents: 'module.exports = {}', loader: 'js' })); } }], ...opts });
  const m = await swc(r.outputFiles[0].text);
  return br(m);
}
const base = await make([]); console.log('base', base);
for (const f of [/room\/data-track/, /room\/data-stream/, /room\/rpc/, /webrtc-adapter/, /e2ee\//, /machina/, /json-format/, /proto-base64/, /RegionUrlProvider/, /sdp-transform/, /loglevel/, /@livekit\/protocol/, /frameMetadata/, /statsSummary/, /events\.js/, /jose/, /room\/debounce/, /token-source/, /LocalVideoTrack|LocalAudioTrack/, /data-channel/, /timestamp_pb/, /processor/i, /browserParser/])
  console.log(String(f), base - await make([f]));
