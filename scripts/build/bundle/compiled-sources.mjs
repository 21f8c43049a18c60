import { existsSync, readFileSync } from 'node:fs';

/** Hands the source maps beside tsc's output on, so that ours lead to the TypeScript sources. */
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
