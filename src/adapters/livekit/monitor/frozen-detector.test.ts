import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FrozenDetector } from './frozen-detector.ts';

test('a picture without a new frame for three seconds is frozen, once', () => {
  const detector = watching({ bob: 10 });
  assert.deepEqual(detector.sample(2_000, frames({ bob: 10 })), []);
  assert.deepEqual(detector.sample(3_000, frames({ bob: 10 })), [{ userId: 'bob', frozen: true }]);
  assert.deepEqual(detector.sample(4_000, frames({ bob: 10 })), []);
});

test('moves again with the next frame', () => {
  const detector = watching({ bob: 10 });
  detector.sample(3_000, frames({ bob: 10 }));
  assert.deepEqual(detector.sample(4_000, frames({ bob: 11 })), [{ userId: 'bob', frozen: false }]);
});

test('a moving picture is never said to move', () => {
  const detector = watching({ bob: 10 });
  for (const second of [1, 2, 3, 4, 5]) {
    assert.deepEqual(detector.sample(second * 1_000, frames({ bob: 10 + second })), []);
  }
});

test('a picture that should not move any more is not frozen any more', () => {
  const detector = watching({ bob: 10 });
  detector.sample(3_000, frames({ bob: 10 }));
  assert.deepEqual(detector.sample(4_000, frames({})), [{ userId: 'bob', frozen: false }]);
  assert.deepEqual(detector.sample(9_000, frames({})), []);
});

test('a new track that counts from zero is movement', () => {
  const detector = watching({ bob: 900 });
  assert.deepEqual(detector.sample(2_900, frames({ bob: 0 })), []);
  assert.deepEqual(detector.sample(5_000, frames({ bob: 0 })), []);
  assert.deepEqual(detector.sample(5_900, frames({ bob: 0 })), [{ userId: 'bob', frozen: true }]);
});

test('each picture is judged by itself', () => {
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
