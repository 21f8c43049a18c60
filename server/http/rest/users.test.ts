import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rest } from '../../testing/rest-client.ts';
import { testServer } from '../../testing/test-server.ts';
import type { CallRecord } from './schemas.ts';

describe('a profile that the back end sets', () => {
  it('is shown at once, and wins over setSelfInfo, but not over a claim', async (t) => {
    const server = await testServer(t);
    const bob = await server.signIn('bob');
    const alice = await server.signIn('alice');
    const profile = { nickname: 'Dr. Bob', avatar: 'https://a.example/b.png' };
    const set = await rest(server, 'PUT /v1/users/bob', { body: profile });
    assert.deepEqual([set.status, set.body], [200, { userId: 'bob', ...profile }]);
    const own = await bob.ask('set-self-info', { nickname: 'Bobby', avatar: '' });
    assert.deepEqual([own.nickname, own.avatar], [profile.nickname, profile.avatar]);
    const { call } = await alice.call(['bob']);
    assert.equal(call.members[1]?.nickname, 'Dr. Bob');
    const accepted = await bob.ask('accept', { callId: call.callId });
    assert.equal(accepted.call.members[1]?.nickname, 'Dr. Bob');
    const claim = await server.signIn('bob', {}, { name: 'Robert' });
    assert.equal(
      (await claim.ask('set-self-info', { nickname: 'x', avatar: '' })).nickname,
      'Robert',
    );
    assert.equal((await rest(server, 'GET /v1/users/bob')).text.includes('Robert'), true);
  });

  it('does not replace a claim in the calls of a session that has one', async (t) => {
    const server = await testServer(t);
    const bob = await server.signIn('bob', {}, { name: 'Robert' });
    const alice = await server.signIn('alice');
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    const profile = { nickname: 'Dr. Bob', avatar: 'https://a.example/b.png' };
    await rest(server, 'PUT /v1/users/bob', { body: profile });
    const shown = await alice.nextView(({ members }) => members[1]?.avatar === profile.avatar);
    assert.equal(shown.members[1]?.nickname, 'Robert');
    await alice.ask('hangup', { callId: call.callId });
    const { call: next } = await alice.call(['bob']);
    assert.equal(next.members[1]?.nickname, 'Robert');
  });

  it('is refused with a picture that is not https', async (t) => {
    const server = await testServer(t);
    const body = { nickname: '', avatar: 'javascript:alert(1)' };
    assert.equal((await rest(server, 'PUT /v1/users/bob', { body })).status, 400);
    const long = { nickname: 'ü'.repeat(300), avatar: '' };
    assert.equal((await rest(server, 'PUT /v1/users/bob', { body: long })).status, 400);
    const { body: user } = await rest(server, 'GET /v1/users/bob');
    assert.deepEqual(user, { userId: 'bob', nickname: '', avatar: '' });
  });
});

describe('the sessions of a user', () => {
  it('are listed while they are connected', async (t) => {
    const server = await testServer(t);
    const { sessionId } = await server.signIn('bob');
    const { body } = await rest(server, 'GET /v1/users/bob/sessions');
    assert.deepEqual(body, { sessionIds: [sessionId] });
    const { body: none } = await rest(server, 'GET /v1/users/nobody/sessions');
    assert.deepEqual(none, { sessionIds: [] });
  });
});

describe('erasing a user', () => {
  it('ends their sessions and calls, and leaves no trace of the id', async (t) => {
    const server = await testServer(t);
    const [alice, bob] = [
      await server.signIn('alice', {}, { name: 'Alice' }),
      await server.signIn('bob'),
    ];
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bob.ask('accept', { callId: call.callId });
    await rest(server, 'PUT /v1/users/alice/blocked/carol');
    assert.equal((await rest(server, 'DELETE /v1/users/alice')).status, 204);
    assert.equal((await alice.nextMessage('kicked-offline')).reason, 'removed-by-server');
    await bob.nextView(({ status }) => status === 'ended');
    const record = await rest(server, `GET /v1/records/${call.callId}`);
    const { callerId, members } = record.body as CallRecord;
    assert.match(callerId, /^erased-/);
    assert.deepEqual([members[0]?.userId, members[0]?.nickname], [callerId, '']);
    assert.equal(members[1]?.invitedBy, callerId);
    const day = new Date(server.clock.now()).toISOString().slice(0, 10);
    const next = new Date(server.clock.now() + 86_400_000).toISOString().slice(0, 10);
    for (const path of [
      `/v1/records`,
      `/v1/usage?from=${day}&to=${next}&by=user`,
      '/v1/users/alice/blocked',
    ]) {
      const { text } = await rest(server, `GET ${path}`);
      assert.ok(!/alice|Alice|carol/.test(text), text);
    }
    const recents = await bob.ask('recent-calls', { cursor: null, limit: 10 });
    assert.ok(!/alice|Alice/.test(JSON.stringify(recents)));
    assert.equal((await rest(server, 'DELETE /v1/users/alice')).status, 204);
  });
});
