import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../setup.mjs';
import { entryFiles } from './loaded-files.mjs';

/** Adapters that sign in and receive a ring. All others load with the first ring or call. */
const ADAPTERS_BEFORE_A_CALL = [
  'browser/browser-abilities.ts',
  'browser/browser-clock.ts',
  'browser/browser-page.ts',
  'browser/browser-storage.ts',
  'browser/console-logger.ts',
  'browser/random-id.ts',
  'browser/tab-session.ts',
  'capture/camera-preview.ts',
  'livekit/library.ts',
  'livekit/livekit-internals.ts',
  'livekit/livekit-media.ts',
  'push/browser-push.ts',
  'push/remembered-push.ts',
  'ringer/browser-ringer.ts',
  'ringer/on-gesture.ts',
  'signalling/browser-socket.ts',
  'signalling/json-parser.ts',
  'signalling/server-address.ts',
  'signalling/signal-connection.ts',
  'tui-call-engine.ts',
];

test('before a call a page loads only the adapters that sign in and receive a ring', () => {
  const adapters = sourcesOf('dist/tui-call.js')
    .filter((source) => source.startsWith('src/adapters/'))
    .map((source) => source.slice('src/adapters/'.length));
  assert.deepEqual(adapters.sort(), ADAPTERS_BEFORE_A_CALL);
});

test('before a call a page loads nothing of LiveKit', () => {
  assert.deepEqual(
    sourcesOf('dist/tui-call.js').filter((source) =>
      /node_modules\/(livekit|@livekit)/.test(source),
    ),
    [],
  );
});

test('before a call a page loads no screen', () => {
  const looks =
    /node_modules\/lit|components\/(?!tui-call\/|shared\/(?:events|boolean-attribute|page-function|register|status-line))|call-renderer|messages/;
  assert.deepEqual(
    sourcesOf('dist/tui-call.js').filter((source) => looks.test(source)),
    [],
  );
});

/** The source files of an entry, from its source maps. */
function sourcesOf(entry) {
  return entryFiles(entry).flatMap((file) => {
    const { sources } = JSON.parse(readFileSync(join(ROOT, `${file}.map`), 'utf8'));
    return sources.map((source) => relative(ROOT, resolve(ROOT, dirname(file), source)));
  });
}
