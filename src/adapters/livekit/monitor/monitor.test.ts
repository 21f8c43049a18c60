import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ticksToNextSample } from './monitor.ts';

test('statistics are read each second with few members, and less often with many', () => {
  const seconds = [0, 1, 8, 9, 15, 24, 49, 499].map((people) => ticksToNextSample(people) / 2);
  assert.deepEqual(seconds, [1, 1, 1, 2, 2, 3, 3, 3]);
});
