import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CommandError } from '../shared/command-error.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Idempotency } from './idempotency.ts';

const CALL = {
  ...{ keyId: 'key', idempotencyKey: 'one', method: 'POST', url: '/v1/calls' },
  body: { callerId: 'alice' },
};

it('refuses a request while the first one is executed, until its process must have crashed', async (t) => {
  const store = await SqliteStore.open(':memory:');
  t.after(() => store.close());
  const clock = new FakeClock();
  const requests = new Idempotency({ store, clock });
  assert.equal(await requests.begin(CALL), null);
  assert.equal(await refusal(requests.begin(CALL)), 'repeated-request');
  assert.equal(await requests.begin({ ...CALL, keyId: 'other key' }), null);
  clock.advance(60_001);
  assert.equal(await requests.begin(CALL), null);
  await requests.end(CALL, { status: 201, body: '{}' });
  assert.deepEqual(await requests.begin(CALL), { status: 201, body: '{}' });
  const other = { ...CALL, body: { callerId: 'bob' } };
  assert.equal(await refusal(requests.begin(other)), 'idempotency-key-reused');
});

it('executes a request again after the server failed', async (t) => {
  const store = await SqliteStore.open(':memory:');
  t.after(() => store.close());
  const requests = new Idempotency({ store, clock: new FakeClock() });
  for (const status of [503, 429]) {
    assert.equal(await requests.begin(CALL), null);
    await requests.end(CALL, { status, body: '{}' });
  }
  assert.equal(await requests.begin(CALL), null);
});

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof CommandError ? error.shape.name : String(error);
  }
}
