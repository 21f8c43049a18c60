const TRANSPORTS = '/node_modules/engine.io-client/build/esm/transports/index.js';
const POLLING = /\/engine\.io-client\/build\/esm\/transports\/polling/;

/** For Rollup: engine.io-client without long polling and WebTransport, which the server does not offer. */
export function websocketOnly() {
  let replaced = false;
  return {
    name: 'websocket-only',
    load(id) {
      if (!id.replaceAll('\\', '/').endsWith(TRANSPORTS)) return null;
      replaced = true;
      const code = `import { WS } from './websocket.js';\nexport const transports = { websocket: WS };`;
      return { code, map: null };
    },
    // The package also exports these transports; they do something when they load, so Rollup would keep them.
    transform(code, id) {
      return POLLING.test(id.replaceAll('\\', '/'))
        ? { code, map: null, moduleSideEffects: false }
        : null;
    },
    buildEnd(error) {
      // A new version with another layout would add the other transports again.
      if (!error && !replaced) this.error('engine.io-client has no transports/index.js');
    },
  };
}
