import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../setup.mjs';

const PUBLISHED = createRequire(join(ROOT, 'package.json'))
  .resolve('livekit-client')
  .replace(/umd\.js$/, 'esm.mjs');
const SOURCE = join(dirname(PUBLISHED), '..', 'src', 'index.ts');

/** The exports that are used; everything else is removed from the bundle. */
const WHAT_WE_USE = join(ROOT, 'src', 'adapters', 'livekit', 'livekit-client.ts');

/** A manager of data tracks that never has one. It has the methods that a room calls. */
const NO_DATA_TRACKS = `export default class {
  on() { return this }
  queryPublished() { return [] }
  ${['updateE2eeManager', 'reset', 'receivedSfuPublishResponse', 'receivedSfuUnpublishResponse']
    .concat('sfuWillRepublishTracks', 'handlePacketSendComplete', 'receivedSfuSubscriberHandles')
    .concat('packetReceived', 'receiveSfuPublicationUpdates', 'resendSubscriptionUpdates')
    .concat('handleRemoteParticipantDisconnected')
    .map((name) => `${name}() {}`)
    .join('\n')}
}`;

/** The code in place of these modules. */
export const LEFT_OUT = {
  'webrtc-adapter': '',
  E2eeManager: 'export class E2EEManager {}',
  IncomingDataTrackManager: NO_DATA_TRACKS,
  OutgoingDataTrackManager: NO_DATA_TRACKS,
};

const LEFT_OUT_PATH = new RegExp(`^(.*/)?(${Object.keys(LEFT_OUT).join('|')})$`);

/**
 * For esbuild: LiveKit's library compiled from the sources in its package instead of its published
 * file, which targets older browsers (each `async` is a generator) and cannot be tree-shaken. Without webrtc-adapter,
 * which polyfills browsers older than ES2022 and changes the WebRTC of the page. Without the manager of end-to-end
 * encryption, which only the room option `e2ee` starts, and without data tracks, which no call has. Saves 34 KB in a call.
 */
export function livekitSources() {
  return {
    name: 'livekit-sources',
    setup({ onResolve, onLoad, onEnd }) {
      let reached = false;
      const leftOut = new Set();
      onResolve({ filter: /^livekit-client$/ }, () => {
        reached = true;
        return { path: SOURCE };
      });
      onResolve({ filter: LEFT_OUT_PATH }, ({ path }) => {
        const name = basename(path);
        leftOut.add(name);
        return { path: name, namespace: 'left-out' };
      });
      onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: LEFT_OUT[path] }));
      onEnd(() => {
        // A new version that imports one under another name would silently include it again.
        const missing = Object.keys(LEFT_OUT).filter((name) => !leftOut.has(name));
        const errors = missing.map((name) => ({
          text: `LiveKit does not import ${name} any more`,
        }));
        return reached ? { errors } : {};
      });
    },
  };
}

/** LiveKit's sources expect fields that are assigned and not defined. */
export const LIVEKIT_TSCONFIG = {
  compilerOptions: { target: 'es2022', useDefineForClassFields: false },
};

/** For Rollup: replaces the code of the published file by the output of `livekitSources`. */
export function livekitFromSource() {
  return {
    name: 'livekit-from-source',
    async load(id) {
      if (id !== PUBLISHED) return null;
      const [map, code] = await compiled();
      return { code: code.text, map: map.text };
    },
  };
}

async function compiled() {
  const { outputFiles } = await build({
    stdin: {
      contents: readFileSync(WHAT_WE_USE, 'utf8'),
      resolveDir: ROOT,
      sourcefile: WHAT_WE_USE,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    // The paths of the map are relative to the file for which Rollup takes the code.
    outfile: PUBLISHED,
    sourcemap: 'external',
    legalComments: 'none',
    tsconfigRaw: LIVEKIT_TSCONFIG,
    plugins: [livekitSources()],
  });
  return outputFiles;
}
