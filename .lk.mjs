import { readFileSync } from 'node:fs';
const map = JSON.parse(readFileSync('node_modules/livekit-client/dist/livekit-client.esm.mjs.map','utf8'));
console.log(map.sources.length);
const src = readFileSync('node_modules/livekit-client/dist/livekit-client.esm.mjs','utf8').split('\n');
// decode mappings: per generated line first segment's source
const B='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'; const I=Object.fromEntries([...B].map((c,i)=>[c,i]));
let cur=-1; let s=0; const bytes={};
map.mappings.split(';').forEach((line,i)=>{ let first=null; for(const seg of line.split(',')){ if(!seg) continue; const v=[]; let sh=0,val=0; for(const c of seg){const d=I[c]; val|=(d&31)<<sh; if(d&32){sh+=5}else{v.push(val&1?-(val>>1):val>>1);val=0;sh=0}} if(v.length>1){s+=v[1]; first??=s;} } if(first!==null && src[i]!==undefined) cur=first; if(src[i]!==undefined) {const k=cur>=0?map.sources[cur]:'?'; bytes[k]=(bytes[k]??0)+src[i].length+1;} });

const rows=Object.entries(bytes).sort((a,b)=>b[1]-a[1]);
for(const [k,v] of rows.slice(0,90)) console.log(String(v).padStart(8),k);
