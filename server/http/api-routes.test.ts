import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import { carol } from '../testing/people.ts';
import { TestClient } from '../testing/test-client.ts';
import { API_KEY, testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const AN_ID = 'an-id-of-no-call-at-all';

describe('the REST API', () => {
  it('ends a call for everyone', async (t) => {
    const server = await testServer(t);
    const { alice, bob, callId } = await running(server);
    assert.equal(await remove(server, `/v1/calls/${callId}`), 204);
    for (const client of [alice, bob]) {
      const over = await client.nextView(({ status }) => status === 'ended');
      assert.equal(over.endReason, 'ended-by-server');
      assert.equal(over.endedBy, null);
    }
    assert.equal(await remove(server, `/v1/calls/${callId}`), 204);
    const again = alice.received.filter(
      (one) => one.type === 'call-changed' && one.call.status === 'ended',
    );
    assert.equal(again.length, 1);
    assert.equal((await alice.call(['bob'])).call.status, 'ringing');
  });

  it('removes a member from the call and its media immediately', async (t) => {
    const server = await testServer(t);
    const { alice, bob, roomId, callId } = await running(server);
    const carly = await server.signIn('carol');
    await alice.ask('invite', { callId, userIds: [carol], timeout: 30 });
    await carly.ask('accept', { callId });
    server.media.enter(roomId, `bob:${bob.sessionId}`);
    const out = server.media.next(`removeParticipant bob:${bob.sessionId}`);
    const path = `/v1/calls/${callId}/members/bob`;
    assert.equal(await remove(server, path), 204);
    await out;
    const after = await alice.nextView(({ members }) => members[1]?.status === 'removed');
    assert.equal(after.status, 'active');
    assert.equal(await bob.refusal('media-access', { callId }), 'wrong-state');
    assert.equal(await bob.refusal('join', { callId }), 'not-a-member');
    assert.equal(await remove(server, path), 204);
  });

  it('removes a former member who joins media with an old token, without a webhook', async (t) => {
    const server = await testServer(t);
    const { alice, bob, roomId, callId } = await running(server);
    await alice.ask('invite', { callId, userIds: [carol], timeout: 0 });
    await remove(server, `/v1/calls/${callId}/members/bob`);
    // After the reconciliation that follows each removal.
    const looked = server.media.next(`participants ${roomId}`);
    server.clock.advance(1000);
    await looked;
    const identity = `bob:${bob.sessionId}`;
    server.media.enter(roomId, identity);
    const out = server.media.next(`removeParticipant ${identity}`);
    server.clock.advance(1000);
    await out;
    assert.equal(server.media.rooms.get(roomId)?.has(identity), false);
  });

  it('signs out all sessions of a user and gives up their seats', async (t) => {
    const server = await testServer(t);
    const { alice, bob } = await running(server);
    const tablet = await server.signIn('bob');
    assert.equal(await remove(server, '/v1/users/bob/sessions'), 204);
    for (const session of [bob, tablet]) {
      assert.equal((await session.nextMessage('kicked-offline')).reason, 'removed-by-server');
      await session.closed();
    }
    await alice.nextView(({ status }) => status === 'ended');
    assert.equal(await remove(server, '/v1/users/bob/sessions'), 204);
    assert.equal(await remove(server, '/v1/users/nobody-here/sessions'), 204);
    const back = await server.signIn('bob');
    assert.equal((await alice.call(['bob'])).call.status, 'ringing');
    await back.nextView(({ status }) => status === 'ringing');
  });

  it('also gives up the seat of an unreachable session', async (t) => {
    const server = await testServer(t);
    const { alice, bob } = await running(server);
    bob.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    assert.equal(await remove(server, '/v1/users/bob/sessions'), 204);
    await alice.nextView(({ status }) => status === 'ended');
  });

  it('responds 404 for unknown ids and 400 for malformed ids', async (t) => {
    const server = await testServer(t);
    const { callId } = await running(server);
    assert.equal(await remove(server, `/v1/calls/${AN_ID}`), 404);
    assert.equal(await remove(server, `/v1/calls/${AN_ID}/members/bob`), 404);
    assert.equal(await remove(server, `/v1/calls/${callId}/members/erin`), 404);
    assert.equal(await remove(server, '/v1/calls/short'), 400);
    assert.equal(await remove(server, `/v1/calls/${callId}/members/${encodeURI('a b')}`), 400);
    assert.equal(await remove(server, '/v1/users/a%2Fb/sessions'), 400);
    assert.equal(await remove(server, '/v1/users/bob'), 404);
  });

  it('responds 401 without a valid key, before any other check', async (t) => {
    const server = await testServer(t);
    const { callId, alice } = await running(server);
    const userSig = await server.sig('alice');
    const wrong = [null, '', API_KEY, `Basic ${API_KEY}`, `Bearer ${API_KEY}x`, 'Bearer '];
    for (const authorization of [...wrong, `Bearer ${userSig}`]) {
      for (const path of [`/v1/calls/${callId}`, '/v1/calls/short', '/v1/users/bob/sessions']) {
        const response = await ask(server, path, authorization);
        assert.equal(response.status, 401, `${authorization} ${path}`);
        assert.equal(await nameOf(response), 'api-key-invalid');
      }
    }
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
  });

  it('is closed if no key is configured, also for an empty one', async (t) => {
    const server = await testServer(t, { apiKeys: [] });
    for (const authorization of [`Bearer ${API_KEY}`, 'Bearer ', null]) {
      assert.equal((await ask(server, `/v1/calls/${AN_ID}`, authorization)).status, 401);
    }
  });

  it('key is not a userSig: nobody can sign in with it (H57)', async (t) => {
    const { url } = await testServer(t);
    assert.equal(await TestClient.refused({ url, userSig: API_KEY }), 'user-sig-invalid');
  });

  it('is described with its security scheme', async (t) => {
    const { url } = await testServer(t);
    const description = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security?: unknown; responses: object }>>;
      components: { securitySchemes: unknown };
    };
    assert.deepEqual(description.components.securitySchemes, {
      apiKey: { type: 'http', scheme: 'bearer' },
    });
    const end = description.paths['/v1/calls/{callId}']?.['delete'];
    assert.deepEqual(end?.security, [{ apiKey: [] }]);
    assert.deepEqual(Object.keys(end.responses), ['204', '400', '401', '404']);
  });
});

async function running({ signIn }: TestServer) {
  const [alice, bob] = [await signIn('alice'), await signIn('bob')];
  const { call } = await alice.call(['bob']);
  const { callId }: { callId: CallId } = call;
  const accepted = await bob.ask('accept', { callId });
  return { alice, bob, callId, roomId: accepted.call.roomId };
}

function ask({ url }: TestServer, path: string, authorization: string | null): Promise<Response> {
  const headers = authorization === null ? {} : { authorization };
  return fetch(`${url}${path}`, { method: 'DELETE', headers });
}

async function remove(server: TestServer, path: string): Promise<number> {
  const response = await ask(server, path, `Bearer ${API_KEY}`);
  const body = await response.text();
  if (response.status !== 204) assert.ok(!body.includes('    at '), body);
  return response.status;
}

async function nameOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { name: unknown }).name;
}
