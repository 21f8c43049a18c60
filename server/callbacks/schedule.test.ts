import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DELIVERY_LIFE_MS } from '../calls/outbox.ts';
import type { Delivery } from '../webhooks/delivery.ts';
import { afterAttempt, RETRY_PAUSES_MS } from './schedule.ts';
import type { Outcome } from './schedule.ts';

const NOW = 1_700_000_000_000;

describe('a delivery', () => {
  it('is done after any status of success, and after no other one', () => {
    for (const status of [200, 201, 204, 299]) {
      assert.equal(after({ status }).result.status, 'delivered');
      assert.equal(after({ status }).result.attempt.error, null);
    }
    for (const status of [199, 301, 307, 400, 404, 429, 500, 503]) {
      const { result } = after({ status });
      assert.deepEqual(
        [result.status, result.attempt.error],
        ['pending', 'status'],
        String(status),
      );
    }
    const { result } = after({ status: null, error: 'timeout' });
    assert.deepEqual([result.status, result.attempt.error], ['pending', 'timeout']);
  });

  it('is tried after 1 s, 5 s, 30 s, 2 min … for 24 h, then given up', () => {
    let now = NOW;
    const pauses: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const { status, dueAt } = after({ status: 500 }, { attempts }, now).result;
      if (status === 'dead') break;
      pauses.push((dueAt - now) / 1000);
      now = dueAt;
    }
    assert.deepEqual(pauses.slice(0, 4), [1, 5, 30, 120]);
    assert.deepEqual(
      pauses.slice(0, RETRY_PAUSES_MS.length),
      RETRY_PAUSES_MS.map((ms) => ms / 1000),
    );
    assert.ok(now - NOW <= DELIVERY_LIFE_MS);
    assert.ok(now - NOW > DELIVERY_LIFE_MS - 2 * 3600_000);
  });

  it('that waited for its time behind another one has one attempt', () => {
    const late = NOW + DELIVERY_LIFE_MS + 1;
    assert.equal(after({ status: 500 }, { attempts: 1 }, late).result.status, 'dead');
    assert.equal(after({ status: 200 }, { attempts: 1 }, late).result.status, 'delivered');
  });

  it('waits as long as Retry-After says, with its endpoint, but no longer than it lives', () => {
    const seconds = after({ status: 429, retryAfter: '90' });
    assert.deepEqual([seconds.result.dueAt, seconds.pauseUntil], [NOW + 90_000, NOW + 90_000]);
    const date = after({ status: 503, retryAfter: new Date(NOW + 60_000).toUTCString() });
    assert.equal(date.pauseUntil, NOW + 60_000);
    const long = after({ status: 429, retryAfter: '999999' });
    assert.equal(long.result.dueAt, NOW + DELIVERY_LIFE_MS);
    assert.equal(
      after({ status: 429, retryAfter: '90' }, {}, NOW + DELIVERY_LIFE_MS).result.status,
      'dead',
    );
    // Shorter than the pause that is due anyway.
    const short = after({ status: 429, retryAfter: '1' }, { attempts: 3 });
    assert.deepEqual([short.result.dueAt, short.pauseUntil], [NOW + 30_000, NOW + 1_000]);
    for (const retryAfter of ['-5', 'soon', '', '1e9', new Date(NOW - 5_000).toUTCString()]) {
      const { result, pauseUntil } = after({ status: 429, retryAfter });
      assert.deepEqual([result.dueAt, pauseUntil], [NOW + 1_000, null], retryAfter);
    }
  });

  it('stays for later when its endpoint is gone', () => {
    const { result, isGone } = after({ status: 410 });
    assert.deepEqual([result.status, isGone], ['pending', true]);
    assert.equal(after({ status: 404 }).isGone, false);
  });
});

function after(given: Partial<Outcome>, of: Partial<Delivery> = {}, now = NOW) {
  const delivery: Delivery = {
    ...{ deliveryId: 'msg_1', endpointId: 'cb_1', type: 'call.ended', subject: 'one', body: '{}' },
    ...{ status: 'pending', attempts: 1, dueAt: NOW, expiresAt: NOW + DELIVERY_LIFE_MS },
    ...{ createdAt: NOW, ...of },
  };
  const outcome: Outcome = {
    ...{ at: now, durationMs: 5, status: null, error: null, retryAfter: undefined, ...given },
  };
  return afterAttempt(delivery, outcome, now);
}
