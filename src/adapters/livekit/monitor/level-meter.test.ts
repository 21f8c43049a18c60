import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LevelMeter } from './level-meter.ts';

test('measures the level between two samples', () => {
  const meter = new LevelMeter();
  assert.equal(meter.sample({ energy: 5, seconds: 100 }), null);
  assert.equal(meter.sample({ energy: 5.02, seconds: 100.5 })?.toFixed(2), '0.20');
  assert.equal(meter.sample({ energy: 5.02, seconds: 101 }), 0);
});

test('reports a quiet room as silence', () => {
  const meter = new LevelMeter();
  meter.sample({ energy: 0, seconds: 0 });
  assert.equal(meter.sample({ energy: 0.00004, seconds: 0.5 }), 0);
});

test('reports a paused or restarted track as silence', () => {
  const meter = new LevelMeter();
  meter.sample({ energy: 9, seconds: 9 });
  assert.equal(meter.sample({ energy: 9, seconds: 9 }), 0);
  assert.equal(meter.sample({ energy: 0, seconds: 0.1 }), 0);
});
