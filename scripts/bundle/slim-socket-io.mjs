/**
 * socket.io-client with what we use: WebSocket and text. Long polling, WebTransport and binary frames
 * leave the bundle (2.4 KB of what a page loads before a call). The adapter must say
 * `transports: ['websocket']`, and no message may carry an ArrayBuffer or a Blob.
 */
const REPLACED = {
  // engine.io-client: the table of transports, without polling and WebTransport.
  'engine.io-client/build/esm/transports/index.js': `
    import { WS } from './websocket.js';
    export const transports = { websocket: WS };`,
  // engine.io-parser: frames that are base64 come from long polling only. An empty one is refused
  // by the decoder below, as any other frame that breaks the protocol.
  'engine.io-parser/build/esm/contrib/base64-arraybuffer.js': `
    export const decode = () => new ArrayBuffer(0);`,
  // socket.io-parser: nothing we send is binary; a binary frame that comes in is a parse error.
  'socket.io-parser/build/esm/is-binary.js': `
    export const isBinary = () => false;
    export const hasBinary = () => false;`,
  'socket.io-parser/build/esm/binary.js': `
    const refuse = () => { throw new Error('binary packets are not in this build'); };
    export { refuse as deconstructPacket, refuse as reconstructPacket };`,
};

const PACKAGES =
  /node_modules\/(@socket\.io\/|socket\.io-client\/|socket\.io-parser\/|engine\.io-)/;

export function slimSocketIo() {
  const unused = new Set(Object.keys(REPLACED));
  return {
    name: 'slim-socket-io',
    load(id) {
      const path = id.replaceAll('\\', '/');
      const key = Object.keys(REPLACED).find((one) => path.endsWith(`node_modules/${one}`));
      if (key === undefined) return null;
      unused.delete(key);
      return { code: REPLACED[key], moduleSideEffects: false };
    },
    transform(code, id) {
      // They say nothing about side effects themselves, and have none that we need.
      return PACKAGES.test(id.replaceAll('\\', '/'))
        ? { code, map: null, moduleSideEffects: false }
        : null;
    },
    generateBundle() {
      // A new version with other file names would silently bring everything back.
      const isThere = [...this.getModuleIds()].some((id) =>
        PACKAGES.test(id.replaceAll('\\', '/')),
      );
      if (isThere && unused.size > 0) {
        this.error(`slim-socket-io did not find ${[...unused].join(', ')}`);
      }
    },
  };
}
