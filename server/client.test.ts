import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CallServerError, createCallServerClient } from './client.ts';
import { API_KEY, testServer } from './testing/test-server.ts';

it('does all that the REST API offers', async (t) => {
  const server = await testServer(t);
  const client = createCallServerClient(`${server.url}/`, API_KEY);
  const bob = await server.signIn('bob');
  const call = { callerId: 'alice', userIds: ['bob'], mediaType: 'video' as const };
  const { callId } = await client.calls.start(call, { idempotencyKey: 'order-7' });
  assert.deepEqual(await client.calls.start(call, { idempotencyKey: 'order-7' }), { callId });
  await client.calls.invite(callId, { userIds: ['carol'] });
  await client.calls.mute(callId, 'carol', { audioMuted: true });
  await client.calls.removeMember(callId, 'carol');
  assert.equal((await client.calls.get(callId)).members[2]?.status, 'removed');
  assert.equal((await client.calls.list({ limit: 5 })).calls.length, 1);
  await client.calls.end(callId);
  assert.equal((await client.records.get(callId)).result, 'ended-by-server');
  const other = await client.calls.start({ ...call, userIds: ['carol'] });
  await client.calls.end(other.callId);
  const all: string[] = [];
  for await (const record of client.records.all({ limit: 1, userId: 'alice' })) {
    all.push(record.callId);
  }
  assert.deepEqual(all.toSorted(), [callId, other.callId].toSorted());
  const usage = await client.usage({ from: '2026-01-01', to: '2026-02-01', by: 'day' });
  assert.deepEqual(usage, { usage: [], cursor: null });
  await client.users.setProfile('bob', { nickname: 'Bob', avatar: '' });
  assert.equal((await client.users.get('bob')).nickname, 'Bob');
  await client.users.block('bob', 'dave');
  assert.deepEqual((await client.users.blocked('bob')).userIds, ['dave']);
  await client.users.unblock('bob', 'dave');
  assert.deepEqual(await client.users.sessions('bob'), { sessionIds: [bob.sessionId] });
  await client.users.kick('bob');
  assert.equal((await bob.nextMessage('kicked-offline')).reason, 'removed-by-server');
  await client.users.erase('bob');
  assert.equal((await client.users.get('bob')).nickname, '');
});

it('configures callbacks', async (t) => {
  const { url } = await testServer(t);
  const { callbacks } = createCallServerClient(url, API_KEY);
  const types = ['call.ended' as const];
  const { id, secret } = await callbacks.create({ url: 'https://example.com/hook', types });
  assert.match(secret, /^whsec_/);
  assert.deepEqual((await callbacks.list()).callbacks, [await callbacks.get(id)]);
  assert.equal((await callbacks.update(id, { disabled: true })).disabled, true);
  assert.notEqual((await callbacks.rotateSecret(id)).secret, secret);
  assert.deepEqual(await callbacks.deliveries(id, { limit: 5 }), { deliveries: [], cursor: null });
  await assert.rejects(callbacks.replay('a-delivery-that-is-not-there'), CallServerError);
  await callbacks.remove(id);
  await assert.rejects(callbacks.test(id), CallServerError);
});

it('rejects with the problem of the server', async (t) => {
  const { url } = await testServer(t);
  const wrong = createCallServerClient(url, 'wrong').calls.end('an-id-of-no-call-at-all');
  await assert.rejects(wrong, (error) => {
    assert.ok(error instanceof CallServerError);
    assert.deepEqual([error.problem.status, error.problem.name], [401, 'api-key-invalid']);
    return true;
  });
  const odd = createCallServerClient(url, API_KEY).calls.get('../users/bob');
  await assert.rejects(odd, /invalid-parameter/);
});
