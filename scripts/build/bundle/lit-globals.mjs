const MODULES = /\/(?:lit-html|lit-element|reactive-element|css-tag)\.js$/;
const OF_LIT = /\/node_modules\/(?:lit-html|lit-element|@lit\/reactive-element)\//;

/**
 * An element of the page cannot replace these: a form is not a function, and `ShadowRoot` is an own property of the
 * window.
 */
const WHAT_LIT_NEEDS =
  "{ShadowRoot:typeof ShadowRoot=='function'?ShadowRoot:void 0,trustedTypes:typeof TrustedTypePolicyFactory=='function'?trustedTypes:void 0}";

/** Globals that Lit reads while it loads, with a replacement outside of a browser. */
const IN_NODE = [
  ['class y extends HTMLElement', "class y extends(typeof HTMLElement=='function'?HTMLElement:class{})"],
  ['l=document,', "l=typeof document=='object'?document:{createTreeWalker:()=>null},"],
];

/**
 * For Rollup: Lit without the names that it looks up in the window for polyfills and for a count of its
 * versions. In a page that shows text of its users, an injected element with such an id (`litHtmlVersions`) would be
 * found instead of the global, and Lit would not start (DOM clobbering).
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
      // A new version with other code would silently use the names again.
      if (error) return;
      if (found.size !== 4) this.error('Lit does not name globalThis as it did');
      if (replaced.size !== IN_NODE.length) this.error('Lit does not use the document as it did');
    },
  };
}
