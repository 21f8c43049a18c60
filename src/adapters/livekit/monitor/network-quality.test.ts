import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NetworkQuality } from '../../../engine/api/observer.ts';
import { networkQuality, type NetworkMeasurements } from './network-quality.ts';

const CASES: readonly [
  what: string,
  facts: Partial<NetworkMeasurements>,
  quality: NetworkQuality,
][] = [
  ['nothing known', { livekit: 'unknown' }, 'unknown'],
  ['LiveKit alone, at its best', { livekit: 'excellent' }, 'excellent'],
  ['LiveKit alone, good', { livekit: 'good' }, 'good'],
  ['LiveKit alone, poor', { livekit: 'poor' }, 'poor'],
  ['LiveKit has lost them', { livekit: 'lost' }, 'down'],
  ['no loss, measured before LiveKit has judged', { lossPercent: 0 }, 'excellent'],
  ['a little loss', { livekit: 'excellent', lossPercent: 3 }, 'good'],
  ['some loss', { lossPercent: 8 }, 'poor'],
  ['much loss, though LiveKit still reports good', { livekit: 'good', lossPercent: 20 }, 'bad'],
  ['a third lost', { lossPercent: 33 }, 'vBad'],
  ['all lost', { lossPercent: 100 }, 'vBad'],
  ['a short way', { roundTripMs: 20 }, 'excellent'],
  ['a satellite', { livekit: 'excellent', roundTripMs: 600 }, 'bad'],
  ['a second and more', { roundTripMs: 1_500 }, 'vBad'],
  ['the worst measure decides', { lossPercent: 1, roundTripMs: 400 }, 'poor'],
  ['silent for a moment', { livekit: 'good', silentMs: 3_000 }, 'good'],
  ['silent for long', { livekit: 'excellent', silentMs: 8_000 }, 'down'],
];

for (const [what, facts, quality] of CASES) {
  test(`${what}: ${quality}`, () => {
    assert.equal(networkQuality({ ...NO_MEDIA, ...facts }), quality);
  });
}

test('all seven values occur', () => {
  assert.equal(new Set(CASES.map(([, , quality]) => quality)).size, 7);
});

const NO_MEDIA: NetworkMeasurements = {
  livekit: 'unknown',
  lossPercent: null,
  roundTripMs: null,
  silentMs: 0,
};
