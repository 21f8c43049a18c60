const MODULES = /\/(?:lit-html|lit-element|reactive-element|css-tag)\.js$/;
const OF_LIT = /\/node_modules\/(?:lit-html|lit-element|@lit\/reactive-element)\//;

/** Nothing in a page can be named over these: a form is no function, and `ShadowRoot` is the window's own. */
const WHAT_LIT_NEEDS =
  "{ShadowRoot:typeof ShadowRoot=='function'?ShadowRoot:void 0,trustedTypes:typeof TrustedTypePolicyFactory=='function'?trustedTypes:void 0}";

/** What Lit takes from a browser while it loads, and what stands in for it where there is none. */
const IN_NODE = [
  ['class y extends HTMLElement', "class y extends(typeof HTMLElement=='function'?HTMLElement:class{})"],
  ['l=document,', "l=typeof document=='object'?document:{createTreeWalker:()=>null},"],
];

/**
 * For Rollup: Lit without the names that it looks up in the window for polyfills and for a count of its
 * versions. An element with such an id (`litHtmlVersions`), which anyone may have put into a page that shows
 * what others write, is found there in their place, and nothing of Lit would start any more.
 */
export function litGlobals() {
  const found = new Set();
  const replaced = new Set();
  return {
    name: 'lit-globals',
    transform(code, id) {
      if (!OF_LIT.test(id) || !MODULES.test(id)) return null;
      const [, own] = /\b(\w+)=globalThis\b/.exec(code) ?? [];
      if (own === undefined) return null;
      found.add(MODULES.exec(id)[0]);
      let without = code
        .replace(`${own}=globalThis`, `${own}=${WHAT_LIT_NEEDS}`)
        .replace(/(?<![.\w])litPropertyMetadata\b/g, `${own}.litPropertyMetadata`);
      for (const [inBrowser, anywhere] of IN_NODE) {
        if (without.includes(inBrowser)) replaced.add(inBrowser);
        without = without.replace(inBrowser, anywhere);
      }
      return { code: without, map: null };
    },
    buildEnd(error) {
      // A new version that is written in another way would silently bring the names back.
      if (error) return;
      if (found.size !== 4) this.error('Lit does not name globalThis as it did');
      if (replaced.size !== IN_NODE.length) this.error('Lit does not use the document as it did');
    },
  };
}
