import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, bob, carol, dave, user } from '../testing/people.ts';
import type { TestClient } from '../testing/test-client.ts';
import { API_KEY, testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const RING_MS = 30_000;

describe('a user who has blocked another', () => {
  it('is not rung on any device and gets no later notification (H51)', async (t) => {
    const server = await testServer(t);
    const [phone, tablet] = [await server.signIn('bob'), await server.signIn('bob')];
    const ally = await server.signIn('alice');
    await block(server, 'bob', 'alice');
    const { call } = await ally.call(['bob']);
    const late = await server.signIn('bob');
    for (const device of [phone, tablet, late]) assert.deepEqual(await callsOf(device), []);
    server.clock.advance(RING_MS);
    await ally.nextView(({ status }) => status === 'ended');
    for (const device of [phone, tablet, late]) {
      const { callId } = call;
      const { calls, missed } = await device.ask('sync', {
        knownCallIds: [callId],
        missedSince: null,
      });
      assert.deepEqual([calls, missed], [[], []]);
      assert.deepEqual(device.receivedSummary(), ['welcome']);
      const recent = await device.ask('recent-calls', { cursor: null, limit: 9 });
      assert.deepEqual(recent.calls, []);
      for (const type of ['accept', 'reject', 'hangup', 'join', 'media-access'] as const) {
        assert.equal(await device.refusal(type, { callId }), 'call-not-found', type);
      }
    }
  });

  it('is indistinguishable from an offline and from an unknown user (H50)', async (t) => {
    const server = await testServer(t);
    const ally = await server.signIn('alice');
    await server.signIn('bob');
    await block(server, 'bob', 'alice');
    (await server.signIn('carol')).close();
    const seen: unknown[] = [];
    for (const name of ['bob', 'carol', 'nobody']) seen.push(await timeline(server, ally, name));
    assert.deepEqual(seen[0], seen[1]);
    assert.deepEqual(seen[1], seen[2]);
  });

  it('is not busy for others meanwhile, and can call others', async (t) => {
    const server = await testServer(t);
    const [ally, bobby] = [await server.signIn('alice'), await server.signIn('bob')];
    const carly = await server.signIn('carol');
    await block(server, 'bob', 'alice');
    await ally.call(['bob'], { timeout: 0 });
    const { call } = await carly.call(['bob']);
    const rung = await bobby.nextView(({ status }) => status === 'ringing');
    assert.equal(rung.callId, call.callId);
    await bobby.ask('accept', { callId: call.callId });
    await bobby.ask('hangup', { callId: call.callId });
    assert.equal((await bobby.call(['carol'])).call.status, 'ringing');
    assert.deepEqual(ally.receivedSummary().slice(-1), ['ringing']);
  });

  it('joins the suppressed call when they call the blocked user', async (t) => {
    const server = await testServer(t);
    const [ally, bobby] = [await server.signIn('alice'), await server.signIn('bob')];
    await block(server, 'bob', 'alice');
    const { call } = await ally.call(['bob']);
    const met = await bobby.call(['alice']);
    assert.equal(met.call.callId, call.callId);
    assert.equal(met.call.status, 'active');
    await ally.nextView(({ status }) => status === 'active');
    await bobby.ask('hangup', { callId: call.callId });
    const recent = await bobby.ask('recent-calls', { cursor: null, limit: 9 });
    assert.equal(recent.calls[0]?.outcome, 'answered');
  });

  it('is rung again after unblocking', async (t) => {
    const server = await testServer(t);
    const [ally, bobby] = [await server.signIn('alice'), await server.signIn('bob')];
    await block(server, 'bob', 'alice');
    assert.equal((await ask(server, 'DELETE', '/v1/users/bob/blocked/alice')).status, 204);
    await ally.call(['bob']);
    await bobby.nextView(({ status }) => status === 'ringing');
  });

  it('gets no ring of a group call that rings the other callees', async (t) => {
    const server = await testServer(t);
    const [ally, bobby] = [await server.signIn('alice'), await server.signIn('bob')];
    const carly = await server.signIn('carol');
    await block(server, 'bob', 'alice');
    const { call } = await ally.call(['bob', 'carol']);
    const rung = await carly.nextView(({ status }) => status === 'ringing');
    assert.deepEqual(
      rung.members.map(({ userId, status }) => [userId, status]),
      [
        ['alice', 'joined'],
        ['bob', 'ringing'],
        ['carol', 'ringing'],
      ],
    );
    await carly.ask('accept', { callId: call.callId });
    assert.deepEqual(await callsOf(bobby), []);
  });
});

describe('blocking by a back end', () => {
  it('is idempotent, and the list is paginated', async (t) => {
    const server = await testServer(t);
    for (const name of ['dave', 'alice', 'carol', 'alice']) await block(server, 'bob', name);
    await block(server, 'erin', 'zoe');
    assert.deepEqual(await list(server, ''), { userIds: [alice, carol, dave], cursor: null });
    const first = await list(server, '?limit=2');
    assert.deepEqual(first, { userIds: [alice, carol], cursor: 'carol' });
    assert.deepEqual(await list(server, '?limit=2&cursor=carol'), {
      userIds: [dave],
      cursor: null,
    });
    const path = '/v1/users/bob/blocked';
    for (const name of ['alice', 'alice']) {
      assert.equal((await ask(server, 'DELETE', `${path}/${name}`)).status, 204);
    }
    assert.deepEqual(await list(server, ''), { userIds: [carol, dave], cursor: null });
  });

  it('rejects malformed ids, the same user twice, and limits out of range', async (t) => {
    const server = await testServer(t);
    const bad = ['a%2Fb/blocked/bob', 'bob/blocked/a%20b', 'bob/blocked/bob', 'bob/blocked/'];
    for (const method of ['PUT', 'DELETE']) {
      for (const path of bad) {
        assert.equal((await ask(server, method, `/v1/users/${path}`)).status, 400, path);
      }
    }
    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'cursor=a%20b']) {
      const response = await ask(server, 'GET', `/v1/users/bob/blocked?${query}`);
      assert.equal(response.status, 400, query);
    }
    assert.equal((await ask(server, 'GET', '/v1/users/a%20b/blocked')).status, 400);
  });

  it('needs an API key', async (t) => {
    const server = await testServer(t);
    for (const method of ['PUT', 'DELETE', 'GET']) {
      const path = method === 'GET' ? '' : '/alice';
      const response = await fetch(`${server.url}/v1/users/bob/blocked${path}`, { method });
      assert.equal(response.status, 401, method);
    }
    assert.deepEqual(await list(server, ''), { userIds: [], cursor: null });
  });
});

/** All messages to a caller from the call to its end, without the parts that differ between any two calls. */
async function timeline({ clock }: TestServer, caller: TestClient, callee: string) {
  const before = caller.received.length;
  const answer = await caller.call([callee]);
  const isOurs = (one: TestClient['received'][number]) =>
    one.type === 'call-changed' && one.call.callId === answer.call.callId;
  await caller.ask('sync', { knownCallIds: [], missedSince: null });
  const early = caller.received.slice(before).filter(isOurs).length;
  clock.advance(RING_MS - 1);
  const { calls } = await caller.ask('sync', { knownCallIds: [], missedSince: null });
  clock.advance(1);
  await caller.until(
    (one) => isOurs(one) && one.type === 'call-changed' && one.call.status === 'ended',
  );
  const views = caller.received.slice(before).filter(isOurs);
  const { calls: recents } = await caller.ask('recent-calls', { cursor: null, limit: 1 });
  const all = JSON.stringify({ answer, early, calls, views, recents });
  const { callId, roomId, createdAt } = answer.call;
  return JSON.parse(
    all
      .replaceAll(callId, 'CALL')
      .replaceAll(roomId, 'ROOM')
      .replaceAll(`"${callee}"`, '"CALLEE"')
      .replaceAll(/\d{6,}/g, (time) => String(Number(time) - createdAt)),
  ) as unknown;
}

async function callsOf(client: TestClient) {
  return (await client.ask('sync', { knownCallIds: [], missedSince: null })).calls;
}

function ask({ url }: TestServer, method: string, path: string): Promise<Response> {
  return fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${API_KEY}` } });
}

async function block(server: TestServer, userId: string, otherId: string): Promise<void> {
  const path = `/v1/users/${user(userId)}/blocked/${user(otherId)}`;
  assert.equal((await ask(server, 'PUT', path)).status, 204);
}

async function list(server: TestServer, query: string): Promise<unknown> {
  return (await ask(server, 'GET', `/v1/users/${bob}/blocked${query}`)).json();
}
