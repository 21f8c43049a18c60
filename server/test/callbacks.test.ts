import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { assertSigned, CallbackReceiver } from '../testing/callback-receiver.ts';
import type { ReceivedCallback } from '../testing/callback-receiver.ts';
import { randomId } from '../shared/random-id.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { rest } from '../testing/rest-client.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const START = { callerId: 'alice', userIds: ['bob'], mediaType: 'audio' };

interface Created {
  readonly id: string;
  readonly secret: string;
}

describe('the callbacks of a call', () => {
  it('tell of its start, its members and its end, in order and signed', async (t) => {
    const { server, receiver } = await ready(t);
    const { secret } = await create(server, { url: receiver.url });
    const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
    const callId = await start(server);
    await alice.ask('accept', { callId });
    await bob.ask('accept', { callId });
    await bob.ask('hangup', { callId });
    const received = await receiver.count(5);
    assert.deepEqual(received.map(shortly), [
      'call.started',
      'call.members-changed accepted alice',
      'call.members-changed accepted bob',
      'call.members-changed left alice,bob',
      'call.ended',
    ]);
    const [started, , , , ended] = received;
    assert.equal(started?.data['status'], 'ringing');
    const record = await rest(server, `GET /v1/records/${callId}`);
    assert.deepEqual(ended?.data, record.body);
    for (const one of received) assertSigned(one, secret);
  });

  it('go to each endpoint that wants them', async (t) => {
    const { server, receiver } = await ready(t);
    const other = await CallbackReceiver.start(t);
    await create(server, { url: receiver.url, types: ['call.ended'] });
    await create(server, { url: other.url, types: ['call.started', 'call.ended'] });
    await end(server, await start(server));
    assert.deepEqual((await other.count(2)).map(shortly), ['call.started', 'call.ended']);
    assert.deepEqual((await receiver.count(1)).map(shortly), ['call.ended']);
  });

  it('are retried, the same id, before the next one of the call is sent', async (t) => {
    const { server, receiver } = await ready(t);
    const { id } = await create(server, {
      url: receiver.url,
      types: ['call.started', 'call.ended'],
    });
    let failures = 2;
    receiver.answer = (_, response) => {
      failures -= 1;
      response.writeHead(failures >= 0 ? 500 : 200).end();
    };
    await end(server, await start(server));
    await receiver.count(1);
    await advanceUntil(server, receiver, 4);
    assert.deepEqual(receiver.received.map(shortly), [
      ...['call.started', 'call.started', 'call.started', 'call.ended'],
    ]);
    assert.equal(new Set(receiver.received.map((one) => one.id)).size, 2);
    const log = await logOf(server, id, ({ status }) => status === 'delivered');
    assert.deepEqual(
      log.map(({ type, attempts }) => [type, attempts.map(({ status, error }) => error ?? status)]),
      [
        ['call.ended', [200]],
        ['call.started', ['status', 'status', 200]],
      ],
    );
  });

  it('of an endpoint that hangs delay no other one', async (t) => {
    const { server, receiver } = await ready(t);
    receiver.answer = () => undefined;
    const other = await CallbackReceiver.start(t);
    await create(server, { url: receiver.url });
    await create(server, { url: other.url, types: ['call.ended'] });
    for (let call = 1; call <= 12; call += 1) {
      await end(
        server,
        await start(server, { callerId: `caller-${call}`, userIds: [`c-${call}`] }),
      );
    }
    assert.equal((await other.count(12)).length, 12);
    // The limit of one endpoint.
    assert.equal(receiver.received.length, 8);
  });

  it('stop when the endpoint is gone, and go on when it is enabled again', async (t) => {
    const { server, receiver } = await ready(t);
    const { id } = await create(server, {
      url: receiver.url,
      types: ['call.started', 'call.ended'],
    });
    receiver.answer = (_, response) => void response.writeHead(410).end();
    const callId = await start(server);
    await receiver.count(1);
    const isDisabled = async () => {
      const { body } = await rest(server, `GET /v1/callbacks/${id}`);
      return (body as { disabledReason: string | null }).disabledReason === 'gone';
    };
    while (!(await isDisabled())) await setImmediate();
    // Not written while the endpoint is disabled.
    await end(server, callId);
    receiver.answer = (_, response) => void response.writeHead(204).end();
    await rest(server, `PATCH /v1/callbacks/${id}`, { body: { disabled: false } });
    await receiver.count(2);
    assert.deepEqual(receiver.received.map(shortly), ['call.started', 'call.started']);
  });

  it('wait as long as Retry-After says', async (t) => {
    const { server, receiver } = await ready(t);
    const { id } = await create(server, { url: receiver.url, types: ['call.started'] });
    receiver.answer = (_, response) => void response.writeHead(429, { 'retry-after': '60' }).end();
    await start(server);
    const [pending] = await logOf(server, id, ({ attempts }) => attempts.length === 1);
    const due = new Date(server.clock.now() + 60_000).toISOString();
    assert.equal(pending?.nextAttemptAt, due);
    // Nor anything of another call.
    await start(server, { callerId: 'carol', userIds: ['dave'] });
    receiver.answer = (_, response) => void response.writeHead(204).end();
    server.clock.advance(59_999);
    assert.equal(receiver.received.length, 1);
    await advanceUntil(server, receiver, 3);
  });

  it('do not reach private addresses without the switch', async (t) => {
    const server = await testServer(t, { callbackPrivateNetworks: false });
    for (const url of ['http://example.com/', 'https://127.0.0.1/', 'https://[::1]/', 'nonsense']) {
      const refused = await rest(server, 'POST /v1/callbacks', { body: { url } });
      assert.deepEqual([refused.status, nameOf(refused.body)], [400, 'invalid-parameter'], url);
    }
    // A name is looked up at each delivery: it is refused there.
    const { id } = await create(server, { url: 'https://localhost/' });
    const { body } = await rest(server, `POST /v1/callbacks/${id}/test`);
    assert.equal((body as { error: string }).error, 'address-refused');
    const patched = await rest(server, `PATCH /v1/callbacks/${id}`, {
      body: { url: 'https://10.0.0.1' },
    });
    assert.equal(patched.status, 400);
  });
});

describe('the configuration of callbacks', () => {
  it('is created, read, changed and deleted; the secret is shown once', async (t) => {
    const { server } = await ready(t);
    const body = { url: 'https://back-end.example/hook', types: ['call.ended'], onFailure: 'deny' };
    const { id, secret } = await create(server, body);
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    const read = await rest(server, `GET /v1/callbacks/${id}`);
    assert.ok(!read.text.includes(secret));
    const { url, types, onFailure, disabled } = read.body as Record<string, unknown>;
    assert.deepEqual({ url, types, onFailure, disabled }, { ...body, disabled: false });
    const patch = { types: null, disabled: true };
    const patched = await rest(server, `PATCH /v1/callbacks/${id}`, { body: patch });
    assert.equal((patched.body as { disabledReason: string }).disabledReason, 'by-request');
    const list = await rest(server, 'GET /v1/callbacks');
    assert.deepEqual(list.body, { callbacks: [patched.body] });
    assert.equal((await rest(server, `DELETE /v1/callbacks/${id}`)).status, 204);
    for (const request of [`GET /v1/callbacks/${id}`, `DELETE /v1/callbacks/${id}`]) {
      assert.equal((await rest(server, request)).status, 404);
    }
    const unknown = await rest(server, 'POST /v1/deliveries/msg_0000000000000000000000/replay');
    assert.equal(unknown.status, 404);
  });

  it('has at most 32 endpoints', async (t) => {
    const { server } = await ready(t);
    const body = { url: 'https://back-end.example/' };
    for (let count = 0; count < 32; count += 1) await create(server, body);
    assert.equal((await rest(server, 'POST /v1/callbacks', { body })).status, 400);
  });

  it('rotates the secret; the old one signs as well for 24 hours (H89)', async (t) => {
    const { server, receiver } = await ready(t);
    const { id, secret } = await create(server, { url: receiver.url });
    const rotated = await rest(server, `POST /v1/callbacks/${id}/rotate-secret`);
    const { secret: newer } = rotated.body as Created;
    assert.notEqual(newer, secret);
    await rest(server, `POST /v1/callbacks/${id}/test`);
    const [during] = receiver.received;
    assert.ok(during);
    assertSigned(during, secret);
    assertSigned(during, newer);
    server.clock.advance(24 * 3600_000);
    await rest(server, `POST /v1/callbacks/${id}/test`);
    const afterwards = receiver.received[1];
    assert.equal(String(afterwards?.headers['webhook-signature']).split(' ').length, 1);
  });

  it('is tried with a test, and a delivery is replayed', async (t) => {
    const { server, receiver } = await ready(t);
    const { id } = await create(server, { url: receiver.url, types: ['call.started'] });
    const tried = await rest(server, `POST /v1/callbacks/${id}/test`);
    const { status, error } = tried.body as { status: number; error: string | null };
    assert.deepEqual([status, error], [204, null]);
    assert.equal(receiver.received[0]?.type, 'callback.test');
    await start(server);
    const [delivery] = await logOf(server, id, (one) => one.status === 'delivered');
    const replay = await rest(server, `POST /v1/deliveries/${delivery?.id}/replay`);
    assert.equal(replay.status, 204);
    const [, first, second] = await receiver.count(3);
    assert.equal(first?.body, second?.body);
    assert.equal(first?.id, second?.id);
  });
});

describe('call.before', () => {
  const types = ['call.before'];

  it('lets a call happen, and says who calls whom', async (t) => {
    const { server, receiver } = await ready(t);
    const { secret } = await create(server, { url: receiver.url, types });
    receiver.answer = (_, response) => void response.end('{"allow":true}');
    const [alice] = [await server.signIn('alice')];
    await alice.ask('call', CALL);
    const [question] = receiver.received;
    assert.ok(question);
    assertSigned(question, secret);
    assert.deepEqual(question.data, {
      ...{ kind: 'call', callId: null, inviterId: 'alice', callerId: 'alice', userIds: ['bob'] },
      ...{ mediaType: 'audio', groupId: '', userData: 'x' },
    });
  });

  it('denies calls, invitations and calls of the REST API, with the reason', async (t) => {
    const { server, receiver } = await ready(t);
    await create(server, { url: receiver.url, types });
    receiver.answer = ({ data }, response) => {
      const allow = data['kind'] === 'call' && data['callerId'] === 'carol';
      response.end(JSON.stringify({ allow, reason: 'Out of hours' }));
    };
    const [alice, carol] = [await server.signIn('alice'), await server.signIn('carol')];
    const answer = await alice.send('call', CALL, randomId());
    const denied = answer.ok ? null : answer.error;
    assert.deepEqual(
      [denied?.name, denied?.message, denied?.retryable],
      ['call-denied', 'Out of hours', false],
    );
    const byServer = await rest(server, 'POST /v1/calls', { body: START });
    assert.deepEqual([byServer.status, nameOf(byServer.body)], [403, 'call-denied']);
    const { call } = await carol.ask('call', { ...CALL, userIds: ['dave'] });
    const invitation = await carol.refusal('invite', {
      callId: call.callId,
      userIds: ['erin'],
      timeout: 30,
    });
    assert.equal(invitation, 'call-denied');
    const body = { userIds: ['erin'] };
    const invited = await rest(server, `POST /v1/calls/${call.callId}/members`, { body });
    assert.equal(invited.status, 403);
    const live = await rest(server, 'GET /v1/calls?status=live');
    assert.equal((live.body as { calls: unknown[] }).calls.length, 1);
  });

  it('counts as onFailure says when there is no valid answer', async (t) => {
    const { server, receiver } = await ready(t);
    const { id } = await create(server, { url: receiver.url, types });
    const answers = [
      'nonsense',
      '{}',
      '{"allow":"yes"}',
      '[]',
      '{"allow":false',
      'x'.repeat(5_000),
    ];
    for (const [index, text] of answers.entries()) {
      receiver.answer = (_, response) => void response.end(text);
      await start(server, { callerId: `a-${index}`, userIds: [`b-${index}`] });
    }
    await rest(server, `PATCH /v1/callbacks/${id}`, { body: { onFailure: 'deny' } });
    const refused = async () =>
      nameOf((await rest(server, 'POST /v1/calls', { body: START })).body);
    assert.equal(await refused(), 'call-denied');
    receiver.answer = (_, response) => void response.writeHead(500).end('{"allow":true}');
    assert.equal(await refused(), 'call-denied');
    const asked = receiver.received.length;
    receiver.answer = () => undefined;
    const silent = refused();
    await receiver.count(asked + 1);
    server.clock.advance(2_000);
    assert.equal(await silent, 'call-denied');
  });

  it('holds nothing while it waits, and the command is decided again after the answer', async (t) => {
    const { server, receiver } = await ready(t);
    await create(server, { url: receiver.url, types });
    let answer: () => void = () => undefined;
    receiver.answer = ({ data }, response) => {
      const allow = () => void response.end('{"allow":true}');
      if (data['callerId'] === 'alice') answer = allow;
      else allow();
    };
    const [alice, carol] = [await server.signIn('alice'), await server.signIn('carol')];
    const waiting = alice.ask('call', CALL);
    await receiver.count(1);
    // Bob is free when the question is asked, and busy when it is answered.
    const { call } = await carol.ask('call', { ...CALL, userIds: ['bob'] });
    assert.equal(call.members[1]?.status, 'ringing');
    answer();
    const busy = await waiting;
    assert.equal(busy.call.endReason, 'line-busy');
  });

  it('is not asked again for a repeated command, nor for one that rings nobody', async (t) => {
    const { server, receiver } = await ready(t);
    await create(server, { url: receiver.url, types });
    receiver.answer = (_, response) => void response.end('{"allow":true}');
    const [alice, bob] = [await server.signIn('alice'), await server.signIn('bob')];
    const headers = { 'idempotency-key': 'one' };
    const first = await rest(server, 'POST /v1/calls', { body: START, headers });
    const { callId } = first.body as { callId: string };
    await alice.ask('accept', { callId });
    await bob.ask('accept', { callId });
    await rest(server, 'POST /v1/calls', { body: START, headers });
    const again = await rest(server, `POST /v1/calls/${callId}/members`, {
      body: { userIds: ['bob'] },
    });
    assert.equal(again.status, 204);
    assert.equal(receiver.received.length, 1);
  });
});

const CALL = {
  userIds: ['bob'],
  mediaType: 'audio',
  groupId: '',
  timeout: 30,
  userData: 'x',
} as const;

async function ready(t: TestContext) {
  const receiver = await CallbackReceiver.start(t);
  return { receiver, server: await testServer(t, {}, { clock: new FakeClock() }) };
}

async function create(server: TestServer, body: object): Promise<Created> {
  const response = await rest(server, 'POST /v1/callbacks', { body });
  assert.equal(response.status, 201, response.text);
  return response.body as Created;
}

async function start(server: TestServer, given: object = {}): Promise<string> {
  const response = await rest(server, 'POST /v1/calls', { body: { ...START, ...given } });
  assert.equal(response.status, 201, response.text);
  return (response.body as { callId: string }).callId;
}

async function end(server: TestServer, callId: string): Promise<void> {
  assert.equal((await rest(server, `DELETE /v1/calls/${callId}`)).status, 204);
}

interface Logged {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly { status: number | null; error: string | null }[];
}

/** The log once it says this of each delivery. */
async function logOf(server: TestServer, id: string, isSo: (one: Logged) => boolean) {
  for (;;) {
    const { body } = await rest(server, `GET /v1/callbacks/${id}/deliveries`);
    const { deliveries } = body as { deliveries: Logged[] };
    if (deliveries.length > 0 && deliveries.every(isSo)) return deliveries;
  }
}

/** Lets time pass in the server until the receiver has this many callbacks. */
async function advanceUntil({ clock }: TestServer, receiver: CallbackReceiver, wanted: number) {
  while (receiver.received.length < wanted) {
    clock.advance(100);
    await setImmediate();
  }
}

function shortly({ type, data }: ReceivedCallback): string {
  const { action, userIds } = data as { action?: string; userIds?: string[] };
  return action === undefined ? type : `${type} ${action} ${userIds?.join(',')}`;
}

const nameOf = (body: unknown) => (body as { name: string }).name;
