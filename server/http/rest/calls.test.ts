import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../../src/protocol/index.ts';
import { rest } from '../../testing/rest-client.ts';
import { testServer } from '../../testing/test-server.ts';
import type { TestServer } from '../../testing/test-server.ts';
import type { Call, CallRecord } from './schemas.ts';

const START = { callerId: 'alice', userIds: ['bob'], mediaType: 'video' };

describe('a call that the back end starts', () => {
  it('rings caller and callee, connects when both accept, and is recorded', async (t) => {
    const server = await testServer(t);
    const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
    const callId = await start(server, { userData: 'order 7' });
    const ring = await alice.nextView(({ status }) => status === 'ringing');
    assert.equal(ring.callerId, 'alice');
    assert.equal(ring.roomId, '');
    assert.equal(ring.userData, 'order 7');
    await bob.nextView(({ status }) => status === 'ringing');
    await alice.ask('accept', { callId });
    const waiting = await resource(server, callId);
    assert.deepEqual([waiting.status, waiting.startedAt], ['ringing', null]);
    const { call } = await bob.ask('accept', { callId });
    assert.equal(call.status, 'active');
    server.clock.advance(5_000);
    await alice.ask('hangup', { callId });
    const record = await recordOf(server, callId);
    assert.deepEqual([record.result, record.durationMs], ['normal-end', 5_000]);
    assert.deepEqual(
      record.members.map(({ userId, role, result, durationMs }) => [
        userId,
        role,
        result,
        durationMs,
      ]),
      [
        ['alice', 'caller', 'answered', 5_000],
        ['bob', 'callee', 'answered', 5_000],
      ],
    );
  });

  it('lets a callee who accepts first wait for the caller', async (t) => {
    const server = await testServer(t);
    const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
    const callId = await start(server);
    const { call } = await bob.ask('accept', { callId });
    assert.equal(call.status, 'active');
    assert.equal(call.members[0]?.joinedAt, null);
    server.clock.advance(3_000);
    const accepted = await alice.ask('accept', { callId });
    assert.equal(accepted.call.members[0]?.status, 'joined');
    server.clock.advance(2_000);
    await bob.ask('hangup', { callId });
    const { members } = await recordOf(server, callId);
    assert.deepEqual(
      members.map(({ durationMs }) => durationMs),
      [2_000, 5_000],
    );
  });

  it('ends as no-response or rejected where the caller does not accept', async (t) => {
    const server = await testServer(t);
    const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
    const unanswered = await start(server, { timeout: 10 });
    await bob.nextView(({ status }) => status === 'ringing');
    server.clock.advance(10_000);
    await bob.nextView(({ status }) => status === 'ended');
    const record = await recordOf(server, unanswered);
    assert.equal(record.result, 'no-response');
    assert.equal(record.members[0]?.result, 'no-response');
    const rejected = await start(server);
    await alice.ask('reject', { callId: rejected });
    assert.equal((await recordOf(server, rejected)).result, 'rejected');
  });

  it('ends as rejected or line-busy by its callees, as any call does', async (t) => {
    const server = await testServer(t);
    const bob = await server.signIn('bob');
    const rejected = await start(server);
    await bob.ask('reject', { callId: rejected });
    const record = await recordOf(server, rejected);
    assert.equal(record.result, 'rejected');
    assert.equal(record.members[0]?.result, 'cancelled');
    await start(server);
    const busy = await start(server, { callerId: 'carol' });
    assert.equal((await recordOf(server, busy)).result, 'line-busy');
  });

  it('is refused for a caller who is busy, or for the live call of a group', async (t) => {
    const server = await testServer(t);
    await start(server, { groupId: 'team' });
    const again = await rest(server, 'POST /v1/calls', { body: { ...START, userIds: ['carol'] } });
    assert.equal(again.status, 409);
    const group = { ...START, callerId: 'dave', userIds: ['erin'], groupId: 'team' };
    const second = await rest(server, 'POST /v1/calls', { body: group });
    assert.equal(second.status, 409);
  });

  it('does not reach a callee who has blocked the caller', async (t) => {
    const server = await testServer(t);
    await rest(server, 'PUT /v1/users/bob/blocked/alice');
    const bob = await server.signIn('bob');
    await start(server);
    const { calls } = await bob.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(calls, []);
  });

  it('is started once per Idempotency-Key', async (t) => {
    const server = await testServer(t);
    const send = (idempotencyKey: string, body: object = START) =>
      rest(server, 'POST /v1/calls', { body, headers: { 'idempotency-key': idempotencyKey } });
    const first = await send('one');
    const again = await send('one');
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    const other = await send('one', { ...START, mediaType: 'audio' });
    assert.equal(other.status, 422);
    assert.equal(nameIn(other.body), 'idempotency-key-reused');
    const both = await Promise.all([
      send('two', { ...START, callerId: 'carol', userIds: ['dave'] }),
      send('two', { ...START, callerId: 'carol', userIds: ['dave'] }),
    ]);
    // The second one gets the response of the first, or is refused while that is executed.
    for (const { status } of both) assert.ok([201, 409].includes(status), `${status}`);
    assert.equal((await live(server)).length, 2);
    const refused = { ...START, userIds: ['alice'] };
    assert.deepEqual(
      [(await send('three', refused)).status, (await send('three', refused)).status],
      [400, 400],
    );
    server.clock.advance(24 * 3600_000 + 1);
    assert.equal(
      (await send('one', { ...START, callerId: 'erin', userIds: ['frank'] })).status,
      201,
    );
  });
});

describe('the members of a call', () => {
  it('are invited and removed by the back end', async (t) => {
    const server = await testServer(t);
    const [alice, carol] = [await server.signIn('alice'), await server.signIn('carol')];
    const { call } = await alice.call(['bob']);
    const path = `/v1/calls/${call.callId}/members`;
    const invited = await rest(server, `POST ${path}`, { body: { userIds: ['carol', 'bob'] } });
    assert.equal(invited.status, 204);
    await carol.nextView(({ status }) => status === 'ringing');
    await alice.nextView(({ members }) => members.length === 3);
    await rest(server, `DELETE ${path}/carol`);
    await rest(server, `POST ${path}`, { body: { userIds: ['carol'] } });
    await alice.nextView(({ members }) => members[2]?.status === 'ringing');
    await rest(server, `DELETE /v1/calls/${call.callId}`);
    const late = await rest(server, `POST ${path}`, { body: { userIds: ['dave'] } });
    assert.equal(late.status, 409);
  });
});

describe('a muted member', () => {
  it('may not publish audio or video until the back end lifts that, also after a switch', async (t) => {
    const server = await testServer(t);
    const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    const identity = `bob:${bob.sessionId}`;
    const path = `PATCH /v1/calls/${call.callId}/members/bob`;
    const mute = async (body: object, expected: string) => {
      const allowed = server.media.next(`allow ${identity} ${expected}`);
      assert.equal((await rest(server, path, { body })).status, 204);
      await allowed;
    };
    await mute({ audioMuted: true }, 'silent');
    const muted = await bob.nextView(({ members }) => members[1]?.audioMuted === true);
    assert.equal(muted.members[1]?.videoMuted, undefined);
    const { media } = await bob.ask('media-access', { callId: call.callId });
    assert.deepEqual(grantOf(media.token).canPublishSources, ['camera', 'screen_share']);
    await mute({ videoMuted: true }, 'none');
    const silenced = await bob.ask('media-access', { callId: call.callId });
    assert.equal(grantOf(silenced.media.token).canPublish, false);
    await mute({ audioMuted: false }, 'audio');
    const resourceOfBob = (await resource(server, call.callId)).members[1];
    assert.deepEqual([resourceOfBob?.audioMuted, resourceOfBob?.videoMuted], [false, true]);
    await mute({ videoMuted: false }, 'video');
    assert.equal((await rest(server, path, { body: {} })).status, 400);
    await alice.ask('hangup', { callId: call.callId });
    assert.equal((await rest(server, path, { body: { audioMuted: true } })).status, 409);
  });
});

function grantOf(token: string) {
  const [, payload = ''] = token.split('.');
  const { video } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    video: { canPublish: boolean; canPublishSources: string[] };
  };
  return video;
}

describe('the live calls', () => {
  it('are listed in pages', async (t) => {
    const server = await testServer(t);
    const started = new Set([
      await start(server),
      await start(server, { callerId: 'carol', userIds: ['dave'] }),
      await start(server, { callerId: 'erin', userIds: ['frank'] }),
    ]);
    const found = await live(server, 2);
    assert.deepEqual(new Set(found.map(({ callId }) => callId)), started);
  });
});

async function start(server: TestServer, more: object = {}): Promise<CallId> {
  const response = await rest(server, 'POST /v1/calls', { body: { ...START, ...more } });
  assert.equal(response.status, 201, response.text);
  return (response.body as { callId: CallId }).callId;
}

async function live(server: TestServer, limit = 100): Promise<readonly Call[]> {
  const calls: Call[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const more = cursor === '' ? '' : `&cursor=${cursor}`;
    const { body } = await rest(server, `GET /v1/calls?status=live&limit=${limit}${more}`);
    const page = body as { calls: Call[]; cursor: string | null };
    calls.push(...page.calls);
    ({ cursor } = page);
  }
  return calls;
}

async function resource(server: TestServer, callId: string): Promise<Call> {
  return (await rest(server, `GET /v1/calls/${callId}`)).body as Call;
}

async function recordOf(server: TestServer, callId: string): Promise<CallRecord> {
  const { status, body, text } = await rest(server, `GET /v1/records/${callId}`);
  assert.equal(status, 200, text);
  return body as CallRecord;
}

const nameIn = (body: unknown) => (body as { name: string }).name;
