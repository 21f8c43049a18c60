import { chunkFiles, entryFiles } from './scripts/build/loaded-files.mjs';

/**
 * What a page may load, compressed with brotli as servers send it. 1 kB is 1000 bytes.
 * @type {import('size-limit').SizeLimitConfig}
 */
export default [
  { name: 'before a call', path: entryFiles('dist/tui-call.js'), limit: '42 kB' },
  {
    name: 'with the list of recent calls',
    path: entryFiles('dist/tui-call-recents.js'),
    limit: '61 kB',
  },
  {
    name: 'in a call',
    path: entryFiles('dist/tui-call.js', [
      ...['call-renderer', 'system-controls', 'ring-sound', 'livekit-session', 'livekit-client'],
    ]),
    limit: '175 kB',
  },
  {
    name: 'background and beauty, when first used',
    path: chunkFiles([
      ...['picture-effects', 'picture-worker', 'picture-engine', 'segmenter', 'selfie-model'],
    ]),
    limit: '320 kB',
  },
  {
    name: 'strong noise suppression, when first used',
    path: chunkFiles(['noise-effects', 'noise-worklet', 'noise-simd']),
    limit: '130 kB',
  },
];
