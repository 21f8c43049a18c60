import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from '../setup.mjs';
import { LEFT_OUT } from './bundle/livekit-from-source.mjs';

const SOURCES = ['Room.ts', 'participant/LocalParticipant.ts'].map((file) =>
  readFileSync(join(ROOT, 'node_modules/livekit-client/src/room', file), 'utf8'),
);

test('the empty managers of data tracks have every method that LiveKit calls', () => {
  const called = SOURCES.flatMap((source) => [
    ...source.matchAll(/DataTrackManager\s*\.(\w+)\(/g),
  ]).map(([, name]) => name);
  assert.ok(called.includes('receiveSfuPublicationUpdates') && called.includes('on'));
  const code = LEFT_OUT.IncomingDataTrackManager;
  const missing = called.filter((name) => !new RegExp(`\\b${name}\\(\\)`).test(code));
  assert.deepEqual(missing, []);
});
