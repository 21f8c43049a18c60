import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol } from '../testing/people.ts';
import { ringing } from '../testing/rule-fixtures.ts';
import { Secret } from '../shared/secret.ts';
import type { CallbackEndpoint } from '../webhooks/delivery.ts';
import { gated } from './call-gate.ts';

const ENDPOINT: CallbackEndpoint = {
  ...{ endpointId: 'e', url: 'https://example.com/', types: ['call.before'], onFailure: 'deny' },
  ...{ secret: new Secret('whsec_x'), previousSecret: null, disabled: null },
  ...{ pausedUntil: 0, createdAt: 0 },
};
const transaction = { callbacks: { endpoints: async () => [ENDPOINT] } };

describe('a transaction that may ring users', () => {
  it('asks again for users whom the first question did not name', async () => {
    const asked: (readonly string[])[] = [];
    // Between the questions carol becomes free.
    const rings = [[bob], [bob, carol], [bob, carol]];
    let runs = 0;
    const result = await gated(
      async ({ userIds }) => void asked.push(userIds),
      async (check) => {
        const to = rings[runs] ?? [];
        runs += 1;
        await check(transaction, [{ before: null, after: ringing({ by: alice, to }) }]);
        return runs;
      },
    );
    assert.equal(result, 3);
    assert.deepEqual(asked, [[bob], [bob, carol]]);
  });
});
