import { existsSync, readFileSync } from 'node:fs';

/** Passes on the source maps of tsc's output, so that the maps of the bundle refer to the TypeScript sources. */
export function compiledSources() {
  return {
    name: 'compiled-sources',
    load(id) {
      if (!id.endsWith('.js') || id.includes('node_modules') || !existsSync(`${id}.map`))
        return null;
      return {
        code: readFileSync(id, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
        map: JSON.parse(readFileSync(`${id}.map`, 'utf8')),
      };
    },
  };
}
