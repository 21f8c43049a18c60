import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FrozenDetector } from './frozen-detector.ts';

test('reports a video without a new frame for three seconds as frozen, once', () => {
  const detector = watching({ bob: 10 });
  assert.deepEqual(detector.sample(2_000, frames({ bob: 10 })), []);
  assert.deepEqual(detector.sample(3_000, frames({ bob: 10 })), [{ userId: 'bob', frozen: true }]);
  assert.deepEqual(detector.sample(4_000, frames({ bob: 10 })), []);
});

test('reports it as moving with the next frame', () => {
  const detector = watching({ bob: 10 });
  detector.sample(3_000, frames({ bob: 10 }));
  assert.deepEqual(detector.sample(4_000, frames({ bob: 11 })), [{ userId: 'bob', frozen: false }]);
});

test('does not report a moving video', () => {
  const detector = watching({ bob: 10 });
  for (const second of [1, 2, 3, 4, 5]) {
    assert.deepEqual(detector.sample(second * 1_000, frames({ bob: 10 + second })), []);
  }
});

test('does not report a video that is turned off as frozen', () => {
  const detector = watching({ bob: 10 });
  detector.sample(3_000, frames({ bob: 10 }));
  assert.deepEqual(detector.sample(4_000, frames({})), [{ userId: 'bob', frozen: false }]);
  assert.deepEqual(detector.sample(9_000, frames({})), []);
});

test('treats a new track that counts from zero as movement', () => {
  const detector = watching({ bob: 900 });
  assert.deepEqual(detector.sample(2_900, frames({ bob: 0 })), []);
  assert.deepEqual(detector.sample(5_000, frames({ bob: 0 })), []);
  assert.deepEqual(detector.sample(5_900, frames({ bob: 0 })), [{ userId: 'bob', frozen: true }]);
});

test('detects each video separately', () => {
  const detector = watching({ bob: 1, carol: 1 });
  assert.deepEqual(detector.sample(3_000, frames({ bob: 1, carol: 2 })), [
    { userId: 'bob', frozen: true },
  ]);
});

function watching(first: Record<string, number>): FrozenDetector<string> {
  const detector = new FrozenDetector<string>();
  detector.sample(0, frames(first));
  return detector;
}

function frames(counts: Record<string, number>): ReadonlyMap<string, number> {
  return new Map(Object.entries(counts));
}
