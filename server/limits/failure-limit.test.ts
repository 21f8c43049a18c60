import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { FailureLimit } from './failure-limit.ts';

describe('failures of an address', () => {
  it('are over the limit until the minute is over', () => {
    const clock = new FakeClock();
    const limit = new FailureLimit(clock, 2);
    const first = { limit: 2, remaining: 1, resetSeconds: 60, isOver: false };
    assert.deepEqual(limit.add('192.0.2.1'), first);
    clock.advance(30_500);
    assert.deepEqual(limit.add('::ffff:192.0.2.1'), { ...first, remaining: 0, resetSeconds: 30 });
    assert.equal(limit.add('192.0.2.1').isOver, true);
    assert.deepEqual(limit.add('192.0.2.2'), first);
    clock.advance(29_500);
    assert.deepEqual(limit.add('192.0.2.1'), first);
  });

  it('count together for a network of IPv6', () => {
    const limit = new FailureLimit(new FakeClock(), 1);
    limit.add('2001:db8::1');
    assert.equal(limit.add('2001:db8::2').isOver, true);
    assert.equal(limit.add('2001:db8:0:1::1').isOver, false);
  });

  it('of many addresses take bounded memory', () => {
    const limit = new FailureLimit(new FakeClock(), 1);
    for (let index = 0; index < 20_000; index += 1)
      limit.add(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
    assert.equal(limit.size, 10_000);
  });
});
