import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QualityTotals } from './quality-totals.ts';

const GOOD = { quality: 'good', roundTripMs: 100, lossPercent: 0 } as const;
const POOR = { quality: 'poor', roundTripMs: 301, lossPercent: 0.25 } as const;
const UNKNOWN = { quality: 'unknown', roundTripMs: null, lossPercent: null } as const;

describe('the quality of a call', () => {
  it('is not reported before two measurements', () => {
    const totals = new QualityTotals();
    assert.equal(totals.report(), null);
    totals.add(1_000, POOR);
    assert.equal(totals.report(), null);
  });

  it('has the time measured, the part of it that was poor, and averages', () => {
    const totals = new QualityTotals();
    for (const [at, sample] of [
      [1_000, GOOD],
      [2_000.4, POOR],
      [4_000.4, GOOD],
      [4_500.4, { ...GOOD, quality: 'down' } as const],
    ] as const)
      totals.add(at, sample);
    totals.reconnections += 1;
    assert.deepEqual(totals.report(), {
      measuredMs: 3_500,
      poorMs: 1_500,
      reconnections: 1,
      roundTripMs: 150,
      lossPercent: 0.1,
    });
  });

  it('has no average of what was not measured', () => {
    const totals = new QualityTotals();
    totals.add(0, UNKNOWN);
    totals.add(1_000, UNKNOWN);
    const report = { measuredMs: 1_000, poorMs: 0, reconnections: 0 };
    assert.deepEqual(totals.report(), { ...report, roundTripMs: null, lossPercent: null });
  });

  it('leaves out a pause in which nothing was measured', () => {
    const totals = new QualityTotals();
    totals.add(0, POOR);
    totals.add(60_000, POOR);
    totals.add(61_000, POOR);
    assert.equal(totals.report()?.measuredMs, 1_000);
  });
});
