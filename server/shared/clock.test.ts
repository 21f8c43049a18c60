import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteadyClock } from './clock.ts';

const HOUR_MS = 3_600_000;
/** Longer than any pause of the test, and shorter than any jump of the clock. */
const SLACK_MS = HOUR_MS / 2;

describe('SteadyClock', () => {
  it('is not affected by a change of the machine’s clock (F32)', (t) => {
    const clock = new SteadyClock();
    const [now, wall] = [clock.now(), clock.wall()];
    for (const jump of [HOUR_MS, -HOUR_MS]) {
      t.mock.method(Date, 'now', () => wall + jump);
      assert.ok(Math.abs(clock.now() - now) < SLACK_MS, 'now() jumped');
      assert.equal(clock.wall(), wall + jump);
      t.mock.restoreAll();
    }
  });

  it('takes over the machine’s clock when anchored', (t) => {
    const clock = new SteadyClock();
    const now = clock.now();
    t.mock.method(Date, 'now', () => now + HOUR_MS);
    clock.anchor();
    assert.ok(clock.now() - now > SLACK_MS);
  });

  it('calls back after more than 24 days, and never when cancelled', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const clock = new SteadyClock();
    const weeks = 40 * 24 * HOUR_MS;
    const called: string[] = [];
    clock.after(weeks, () => called.push('late'));
    const cancel = clock.after(weeks, () => called.push('cancelled'));
    t.mock.timers.tick(2 ** 31 - 1);
    t.mock.timers.tick(weeks - 2 ** 31);
    assert.deepEqual(called, []);
    cancel();
    t.mock.timers.tick(1);
    assert.deepEqual(called, ['late']);
  });
});
