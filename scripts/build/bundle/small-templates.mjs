import { minifyHTMLLiterals } from 'minify-literals';

/** Removes white space from the html, svg and css templates of our own files, which code minifiers do not change. */
export function smallTemplates() {
  return {
    name: 'small-templates',
    async transform(code, id) {
      if (id.includes('node_modules') || !/\b(html|css|svg)\s*`/.test(code)) return null;
      const result = await minifyHTMLLiterals(code, { fileName: id });
      return result === null ? null : { code: result.code, map: result.map };
    },
  };
}
