import { build } from 'esbuild';

/**
 * Serves frameworks to the browser tests of the wrappers, as one module each that runs in a browser: React is published
 * as CommonJS, and both read `process.env`. They are the development builds, with StrictMode and hydration warnings.
 */
const MODULES = {
  react: `import * as all from 'react'; import { createRoot, hydrateRoot } from 'react-dom/client';
    import { flushSync } from 'react-dom';
    export { createRoot, hydrateRoot, flushSync };
    export const { createElement, StrictMode, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef,
      useState, useSyncExternalStore } = all;`,
  vue: `export * from 'vue';`,
};
/** One copy of React has to serve all its packages. */
const HOMES = { react: 'react', 'react-dom': 'react', 'react-dom/client': 'react', vue: 'vue' };
const PATH = /^\/__framework__\/(\w+)\.js$/;

/** A plugin of the test runner. */
export function frameworkModules() {
  const built = new Map();
  return {
    name: 'framework-modules',
    resolveImport: ({ source }) =>
      HOMES[source] === undefined ? undefined : `/__framework__/${HOMES[source]}.js`,
    async serve({ path }) {
      const name = PATH.exec(path)?.[1];
      if (name === undefined) return undefined;
      if (!built.has(name)) built.set(name, bundle(MODULES[name]));
      return { body: await built.get(name), type: 'js' };
    },
  };
}

async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
    },
  });
  return outputFiles[0].text;
}
