import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PacketLossMeter } from './packet-loss-meter.ts';

test('measures the loss since the last sample, not since the start', () => {
  const meter = new PacketLossMeter();
  meter.sample(0, { arrived: 1_000, lost: 500 });
  assert.equal(meter.sample(1_000, { arrived: 1_090, lost: 510 }).lossPercent, 10);
  assert.equal(meter.sample(2_000, { arrived: 1_190, lost: 510 }).lossPercent, 0);
});

test('reports no loss from few packets, or at the first sample', () => {
  const meter = new PacketLossMeter();
  assert.equal(meter.sample(0, { arrived: 100, lost: 50 }).lossPercent, null);
  assert.equal(meter.sample(1_000, { arrived: 104, lost: 51 }).lossPercent, null);
});

test('a late packet causes no negative loss', () => {
  const meter = new PacketLossMeter();
  meter.sample(0, { arrived: 100, lost: 9 });
  assert.equal(meter.sample(1_000, { arrived: 150, lost: 4 }).lossPercent, 0);
});

test('measures the time since the last packet', () => {
  const meter = new PacketLossMeter();
  meter.sample(0, { arrived: 10, lost: 0 });
  assert.equal(meter.sample(1_000, { arrived: 20, lost: 0 }).silentMs, 0);
  assert.equal(meter.sample(2_000, { arrived: 20, lost: 0 }).silentMs, 1_000);
  assert.equal(meter.sample(5_000, { arrived: 20, lost: 0 }).silentMs, 4_000);
  assert.equal(meter.sample(6_000, { arrived: 21, lost: 0 }).silentMs, 0);
});

test('reports no silence while no media is expected, nor when a new track counts from zero', () => {
  const meter = new PacketLossMeter();
  meter.sample(0, { arrived: 100, lost: 0 });
  assert.deepEqual(meter.sample(9_000, null), { lossPercent: null, silentMs: 0 });
  assert.deepEqual(meter.sample(10_000, { arrived: 3, lost: 0 }), {
    lossPercent: null,
    silentMs: 0,
  });
  assert.deepEqual(meter.sample(11_000, { arrived: 1, lost: 0 }), {
    lossPercent: null,
    silentMs: 0,
  });
});
