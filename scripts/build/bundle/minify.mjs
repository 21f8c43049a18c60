import { minify } from '@swc/core';

/** swc on each finished chunk: the smallest of the minifiers that were measured. */
export function minifyChunks() {
  return {
    name: 'minify-chunks',
    async renderChunk(code, _chunk, { sourcemap }) {
      const result = await minify(code, {
        module: true,
        sourceMap: Boolean(sourcemap),
        ecma: 2022,
        // Less inlining: similar functions compress better than inlined code.
        // Directives stay: 'use client' of the React component.
        compress: { passes: 3, ecma: 2022, inline: 1, directives: false },
        mangle: true,
        // Licences are collected in THIRD-PARTY-LICENSES.txt.
        format: { comments: false },
      });
      return { code: result.code, map: result.map ? JSON.parse(result.map) : null };
    },
  };
}
