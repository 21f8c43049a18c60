import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { alice, carol } from '../testing/people.ts';
import type { TestClient } from '../testing/test-client.ts';
import { API_KEY, testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

describe('recent calls of a user who is invited again', () => {
  it('show the call as answered, with its duration, when the second ring is missed', async (t) => {
    const { callId, clock, ally, carly } = await talked(t, 4000);
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    assert.deepEqual(await lines(carly), [['answered', 4000]], 'while it rings');
    clock.advance(10_000);
    await carly.nextMessage('call-missed');
    assert.deepEqual(await lines(carly), [['answered', 4000]]);
  });

  it('show the call as answered when they reject the second ring', async (t) => {
    const { callId, ally, carly } = await talked(t, 4000);
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    await carly.ask('reject', { callId });
    assert.deepEqual(await lines(carly), [['answered', 4000]]);
  });

  it('add up the times they were in the call', async (t) => {
    const { callId, clock, ally, carly } = await talked(t, 4000);
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    await carly.ask('accept', { callId });
    clock.advance(3000);
    await carly.ask('hangup', { callId });
    assert.deepEqual(await lines(carly), [['answered', 7000]]);
    await carly.ask('join', { callId });
    clock.advance(2000);
    await ally.ask('hangup', { callId });
    await carly.ask('hangup', { callId });
    assert.deepEqual(await lines(carly), [['answered', 9000]]);
  });

  it('show the call as answered when they reject first and then accept', async (t) => {
    const server = await testServer(t);
    const [ally, carly] = [await server.signIn('alice'), await server.signIn('carol')];
    const bobby = await server.signIn('bob');
    const { callId } = (await ally.call(['bob', 'carol'])).call;
    await bobby.ask('accept', { callId });
    await carly.ask('reject', { callId });
    assert.deepEqual(await lines(carly), [['rejected', 0]]);
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    await carly.ask('accept', { callId });
    server.clock.advance(3000);
    await carly.ask('hangup', { callId });
    assert.deepEqual(await lines(carly), [['answered', 3000]]);
  });

  it('show the time of the first ring', async (t) => {
    const { callId, rangAt, clock, ally, carly } = await talked(t, 4000);
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    await carly.ask('accept', { callId });
    clock.advance(1000);
    await carly.ask('hangup', { callId });
    const { calls } = await carly.ask('recent-calls', { cursor: null, limit: 9 });
    assert.deepEqual(
      calls.map(({ startedAt }) => startedAt),
      [rangAt],
    );
  });

  it('show a returning caller as the caller, and add up their times', async (t) => {
    const { callId, clock, ally, bobby, carly } = await talked(t, 4000);
    await carly.ask('join', { callId });
    await ally.ask('hangup', { callId });
    await bobby.ask('invite', { callId, userIds: [alice], timeout: 10 });
    await ally.ask('accept', { callId });
    clock.advance(1000);
    await ally.ask('hangup', { callId });
    assert.deepEqual(await lines(ally), [['answered', 5000]]);
  });

  it('keep the entry when the second inviting user is blocked by then', async (t) => {
    const { server, callId, clock, ally, bobby, carly } = await talked(t, 4000);
    await block(server, 'carol', 'alice');
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    assert.deepEqual(await lines(carly), [['answered', 4000]], 'during the suppressed ring');
    clock.advance(10_000);
    const isOver = ({ userId, status }: { userId: string; status: string }) =>
      userId === 'carol' && status === 'no-response';
    await ally.nextView(({ members }) => members.some(isOver));
    assert.deepEqual(await lines(carly), [['answered', 4000]]);
    // An invitation by another user rings them, and all of it is one entry.
    await bobby.ask('invite', { callId, userIds: [carol], timeout: 10 });
    await carly.ask('accept', { callId });
    clock.advance(500);
    await carly.ask('hangup', { callId });
    assert.deepEqual(await lines(carly), [['answered', 4500]]);
  });

  it('keep the rejection when the second inviting user is blocked by then', async (t) => {
    const server = await testServer(t);
    const [ally, carly] = [await server.signIn('alice'), await server.signIn('carol')];
    const bobby = await server.signIn('bob');
    const { callId } = (await ally.call(['bob', 'carol'])).call;
    await bobby.ask('accept', { callId });
    await carly.ask('reject', { callId });
    await block(server, 'carol', 'alice');
    await ally.ask('invite', { callId, userIds: [carol], timeout: 10 });
    assert.deepEqual(await lines(carly), [['rejected', 0]]);
    await ally.ask('hangup', { callId });
    await bobby.ask('hangup', { callId });
    assert.deepEqual(await lines(carly), [['rejected', 0]]);
  });
});

/** Alice, Bob and Carol were in the call for this long; then Carol left. */
async function talked(t: TestContext, ms: number) {
  const server = await testServer(t);
  const [ally, bobby] = [await server.signIn('alice'), await server.signIn('bob')];
  const carly = await server.signIn('carol');
  const { callId } = (await ally.call(['bob', 'carol'])).call;
  const rangAt = server.clock.now();
  server.clock.advance(1500);
  await bobby.ask('accept', { callId });
  await carly.ask('accept', { callId });
  server.clock.advance(ms);
  await carly.ask('hangup', { callId });
  return { server, clock: server.clock, callId, rangAt, ally, bobby, carly };
}

async function lines(client: TestClient): Promise<unknown> {
  const { calls } = await client.ask('recent-calls', { cursor: null, limit: 9 });
  return calls.map(({ outcome, durationMs }) => [outcome, durationMs]);
}

async function block({ url }: TestServer, userId: string, otherId: string): Promise<void> {
  const response = await fetch(`${url}/v1/users/${userId}/blocked/${otherId}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  assert.equal(response.status, 204);
}
