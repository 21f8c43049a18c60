import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RING_SAMPLE_RATE, ringSamples, type RingKind } from './ring-samples.ts';

const KINDS: readonly RingKind[] = ['ringtone', 'ringback', 'call-waiting'];

for (const kind of KINDS) {
  test(`the ${kind} is loud enough to hear and never clipped`, () => {
    const peak = Math.max(...loudnessByTenth(ringSamples(kind)));
    assert.ok(peak > 0.05 && peak <= 0.5, `peak ${peak}`);
  });

  test(`the ${kind} repeats without a click`, () => {
    const samples = ringSamples(kind);
    assert.ok(Math.abs(samples[0] ?? 1) < 0.01);
    assert.ok(Math.abs(samples.at(-1) ?? 1) < 0.01);
  });
}

test('the call-waiting tone is far quieter than the ringtone, and mostly silence', () => {
  const loudness = loudnessByTenth(ringSamples('call-waiting'));
  const loudest = (kind: RingKind) => Math.max(...loudnessByTenth(ringSamples(kind)));
  assert.ok(loudest('call-waiting') < loudest('ringtone') / 4);
  assert.ok(loudness.filter((one) => one > 0).length <= 5);
});

test('the ringback sounds for one second of five', () => {
  const loudness = loudnessByTenth(ringSamples('ringback'));
  assert.equal(loudness.length, 50);
  assert.ok(loudness.slice(0, 10).every((one) => one > 0.05));
  assert.ok(loudness.slice(10).every((one) => one === 0));
});

test('the ringtone has two notes, twice, and then a pause', () => {
  const samples = ringSamples('ringtone');
  assert.equal(samples.length, 3 * RING_SAMPLE_RATE);
  assert.ok(
    loudnessByTenth(samples)
      .slice(16)
      .every((one) => one === 0),
  );
});

/** The highest sample of each tenth of a second. */
function loudnessByTenth(samples: Float32Array): number[] {
  const size = RING_SAMPLE_RATE / 10;
  return Array.from({ length: samples.length / size }, (_, n) =>
    Math.max(...samples.slice(n * size, (n + 1) * size).map(Math.abs)),
  );
}
