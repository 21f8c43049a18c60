const ENGINE_IO = '/node_modules/engine.io-client/build/esm/';
const PARSER = '/node_modules/socket.io-parser/build/esm/';
/** Files → what is left of them: the server offers WebSocket only, and every message is JSON. */
const REPLACED_FILES = new Map([
  [
    `${ENGINE_IO}transports/index.js`,
    `import { WS } from './websocket.js';\nexport const transports = { websocket: WS };`,
  ],
  [
    `${PARSER}is-binary.js`,
    'export const isBinary = () => false;\nexport const hasBinary = isBinary;',
  ],
  [
    `${PARSER}binary.js`,
    'export const deconstructPacket = (packet) => ({ packet, buffers: [] });\nexport const reconstructPacket = (packet) => packet;',
  ],
]);
const POLLING = /\/engine\.io-client\/build\/esm\/transports\/polling/;
/** Methods of its socket that only a connection that begins with long polling needs → what WebSocket needs of them. */
const UNUSED = new Map([
  ['_probe', '{'],
  ['_filterUpgrades', '{ return [];'],
  ['_getWritablePackets', '{ return this.writeBuffer;'],
]);

/**
 * For Rollup: Socket.IO's client without long polling, WebTransport, upgrades and binary messages, which the call
 * server does not use.
 */
export function websocketOnly() {
  const replaced = new Set();
  const pathOf = (id) => id.replaceAll('\\', '/');
  return {
    name: 'websocket-only',
    load(id) {
      const file = [...REPLACED_FILES.keys()].find((one) => pathOf(id).endsWith(one));
      if (file === undefined) return null;
      replaced.add(file);
      return { code: REPLACED_FILES.get(file), map: null };
    },
    transform(code, id) {
      if (pathOf(id).endsWith(`${ENGINE_IO}socket.js`))
        return { code: withoutUpgrades.call(this, code), map: null };
      // The package also exports these transports; they do something when they load, so Rollup would keep them.
      return POLLING.test(pathOf(id)) ? { code, map: null, moduleSideEffects: false } : null;
    },
    buildEnd(error) {
      // A new version with another layout would add what is left out.
      const all = [...REPLACED_FILES.keys(), ...UNUSED.keys()];
      const missing = all.filter((name) => !replaced.has(name));
      if (!error && missing.length > 0) this.error(`socket.io-client has no ${missing.join(', ')}`);
    },
  };

  /** Keeps the number of lines, so that the source map stays right. */
  function withoutUpgrades(code) {
    const classes = this.parse(code).body.map(({ declaration }) => declaration?.body?.body ?? []);
    let result = code;
    for (const { key, value } of classes.flat().toReversed()) {
      const body = UNUSED.get(key?.name);
      if (body === undefined) continue;
      replaced.add(key.name);
      const { start, end } = value.body;
      const lines = code.slice(start, end).split('\n').length - 1;
      result = `${result.slice(0, start)}${body}${'\n'.repeat(lines)}}${result.slice(end)}`;
    }
    return result;
  }
}
