import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { PushTarget } from '../../src/protocol/index.ts';
import { rest } from '../testing/rest-client.ts';
import { pushConfig, pushServer, pushService, VAPID } from '../testing/push-setup.ts';
import type { ReceivedPush } from '../testing/push-service.ts';
import type { TestClient } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';

const decline = (url: string, token: unknown) =>
  fetch(`${url}/v1/push/decline`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ token }),
  });

const register = (client: TestClient, target: PushTarget, on = true) =>
  client.ask('set-push-target', { target, on });

const subscriptions = async (server: { url: string }, name: string) => {
  const { body } = await rest(server, `GET /v1/users/${name}/push-subscriptions`);
  return (body as { subscriptions: readonly { id: string; platform: string }[] }).subscriptions;
};

/** Bob has a browser that is closed, and Alice rings him. */
async function ringing(t: TestContext, config = {}) {
  const server = await pushServer(t, config);
  const bob = await server.signIn('bob');
  await register(bob, server.push.subscribe('phone', '{"page":"/"}'));
  bob.close();
  const alice = await server.signIn('alice', {}, { name: 'Alice' });
  const { call } = await alice.call(['bob']);
  const [ring] = await server.push.count(1);
  assert.ok(ring);
  return { ...server, alice, callId: call.callId, ring };
}

const tokenOf = ({ message }: ReceivedPush) => message['token'];

describe('a ring', () => {
  it('is pushed to the browsers of a user who is away, encrypted, until it ends', async (t) => {
    const { ring, callId, server } = await ringing(t);
    assert.equal(ring.name, 'phone');
    assert.equal(ring.headers['ttl'], '30');
    assert.equal(ring.headers['urgency'], 'high');
    const { token, ...message } = ring.message;
    assert.match(String(token), /^[\w-]{43}$/);
    assert.deepEqual(message, {
      ...{
        app: 'tui-call',
        type: 'ring',
        callId,
        mediaType: 'video',
        isGroup: false,
        callerName: 'Alice',
      },
      ...{ remainingMs: 30_000, echo: '{"page":"/"}' },
    });
    assert.doesNotMatch(ring.text, /eyJ/, 'no userSig');
    assert.ok(server.url);
  });

  it('is declined once with the token of the push, by nobody else', async (t) => {
    const { url, alice, ring, push } = await ringing(t);
    for (const wrong of [undefined, '', 'a'.repeat(42), 'a'.repeat(44), { token: 1 }]) {
      assert.equal((await decline(url, wrong)).status, 400);
    }
    assert.equal((await decline(url, 'a'.repeat(43))).status, 404);
    assert.equal((await decline(url, tokenOf(ring))).status, 204);
    const ended = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(ended.endReason, 'rejected');
    // The next ring is another one.
    await alice.call(['bob']);
    const [, next] = await push.count(2);
    assert.ok(next);
    assert.equal(next.message['type'], 'ring', 'the device that declined needs no second push');
    assert.notEqual((await decline(url, tokenOf(ring))).status, 500);
    assert.equal((await decline(url, tokenOf(next))).status, 204);
  });

  it('may be declined by a page of an allowed origin only, without cookies', async (t) => {
    const { url, ring } = await ringing(t, { origins: ['https://app.example'] });
    const from = (origin: string) =>
      fetch(`${url}/v1/push/decline`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', origin },
        body: JSON.stringify({ token: tokenOf(ring) }),
      });
    assert.equal((await from('https://other.example')).status, 403);
    const allowed = await from('https://app.example');
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.equal(allowed.headers.get('access-control-allow-credentials'), null);
  });

  it('is taken away by a second push when it is over, with the outcome', async (t) => {
    const { clock, push, alice, ring, callId } = await ringing(t);
    clock.advance(30_000);
    const [, missed] = await push.count(2);
    assert.ok(missed);
    const { type, outcome, token } = missed.message;
    assert.deepEqual([type, outcome, token], ['ring-over', 'missed', undefined]);
    assert.equal(missed.message['callId'], callId);
    assert.equal(missed.headers['topic'], ring.headers['topic']);
    await alice.call(['bob']);
    await push.count(3);
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    await alice.ask('hangup', { callId: calls[0]?.callId ?? callId });
    const over = (await push.count(4))[3];
    assert.equal(over?.message['outcome'], 'missed');
  });

  it('that is answered or declined on one device is over on the others', async (t) => {
    const { signIn, push, callId, url, alice } = await ringing(t);
    const bob = await signIn('bob');
    await bob.ask('accept', { callId });
    const answered = (await push.count(2))[1];
    assert.deepEqual(answered?.message['outcome'], 'answered');
    await bob.ask('hangup', { callId });
    await register(bob, push.subscribe('tablet'));
    bob.close();
    await bob.closed();
    await alice.nextView(({ status }) => status === 'ended');
    await alice.call(['bob']);
    const rings = (await push.count(4)).slice(2);
    assert.deepEqual(rings.map(({ name }) => name).sort(), ['phone', 'tablet']);
    const tablet = rings.find(({ name }) => name === 'tablet');
    assert.ok(tablet);
    await decline(url, tokenOf(tablet));
    const declined = (await push.count(5))[4];
    assert.deepEqual([declined?.name, declined?.message['outcome']], ['phone', 'declined']);
  });

  it('does not name the caller where the setting hides it', async (t) => {
    const vapid = pushConfig().push?.vapid ?? null;
    const { ring } = await ringing(t, { push: { vapid, showCaller: false } });
    assert.equal(ring.message['callerName'], '');
    assert.doesNotMatch(ring.text, /alice/i);
  });

  it('of a blocked caller or of a busy user is not pushed', async (t) => {
    const server = await pushServer(t);
    const bob = await server.signIn('bob');
    await register(bob, server.push.subscribe('phone'));
    await rest(server, 'PUT /v1/users/bob/blocked/mallory');
    const mallory = await server.signIn('mallory');
    await mallory.call(['bob']);
    const alice = await server.signIn('alice');
    const { call } = await alice.call(['bob']);
    await server.push.count(1);
    await bob.ask('accept', { callId: call.callId });
    const carol = await server.signIn('carol');
    const busy = await carol.call(['bob']);
    assert.equal(busy.call.endReason, 'line-busy');
    await bob.ask('hangup', { callId: call.callId });
    const { call: last } = await carol.call(['bob']);
    const pushes = await server.push.count(3);
    assert.deepEqual(
      pushes.map(({ message }) => [message['type'], message['callId']]),
      [
        ['ring', call.callId],
        ['ring-over', call.callId],
        ['ring', last.callId],
      ],
    );
  });
});

describe('sending', () => {
  it('is tried again while the ring lasts, and delays nothing else', async (t) => {
    const server = await pushServer(t);
    const bob = await server.signIn('bob');
    await register(bob, server.push.subscribe('slow'));
    server.push.answer('slow', 'hang', 503, 429);
    const alice = await server.signIn('alice');
    const asked = server.push.request();
    await alice.call(['bob'], { timeout: 60 });
    await asked;
    // Another ring ends while the push service does not answer.
    await (await server.signIn('carol')).call(['dave'], { timeout: 2 });
    server.clock.advance(2_000);
    const carol = await server.signIn('carol');
    const { missedSeq } = await (
      await server.signIn('dave')
    ).ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(missedSeq > 0, true);
    assert.ok(carol);
    const advance = setInterval(() => server.clock.advance(500), 5);
    t.after(() => clearInterval(advance));
    const [ring] = await server.push.count(1);
    clearInterval(advance);
    assert.ok(Number(ring?.headers['ttl']) < 60);
    assert.equal(ring?.message['type'], 'ring');
  });

  it('removes a subscription that the push service does not know any more', async (t) => {
    for (const status of [404, 410]) {
      const server = await pushServer(t);
      const bob = await server.signIn('bob');
      await register(bob, server.push.subscribe('gone'));
      await register(bob, server.push.subscribe('there'));
      server.push.answer('gone', status);
      const alice = await server.signIn('alice');
      const { call } = await alice.call(['bob']);
      await server.push.count(1);
      await alice.ask('hangup', { callId: call.callId });
      const names = (await server.push.count(2)).map(({ name }) => name);
      assert.deepEqual(names, ['there', 'there']);
      assert.equal((await subscriptions(server, 'bob')).length, 1);
    }
  });

  it('continues in a server that starts again', async (t) => {
    const { join } = await import('node:path');
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const folder = await mkdtemp(join(tmpdir(), 'tui-call-push-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const push = await pushService(t);
    const config = pushConfig({ database: { file: join(folder, 'calls.db') } });
    const first = await testServer(t, config);
    const bob = await first.signIn('bob');
    await register(bob, push.subscribe('phone'));
    push.answer('phone', 503);
    const refused = push.request();
    const { call } = await (await first.signIn('alice')).call(['bob'], { timeout: 60 });
    await refused;
    await first.server.close();
    first.clock.advance(5_000);
    await testServer(t, config, { clock: first.clock });
    first.clock.advance(1_000);
    const [ring] = await push.count(1);
    assert.equal(ring?.message['callId'], call.callId);
  });
});

describe('a device', () => {
  it('is listed without its endpoint and keys', async (t) => {
    const server = await pushServer(t);
    const target = server.push.subscribe('phone');
    await register(await server.signIn('bob'), target);
    const { text } = await rest(server, 'GET /v1/users/bob/push-subscriptions');
    for (const secret of [target.address, target.p256dh, target.auth]) {
      assert.ok(!text.includes(secret));
    }
    const [listed] = await subscriptions(server, 'bob');
    assert.equal(listed?.platform, 'web');
    assert.match(listed.id, /^[\w-]{43}$/);
    assert.equal(
      (await rest(server, 'GET /v1/users/bob/push-subscriptions', { key: null })).status,
      401,
    );
  });

  it('is one of at most ten of a user: the one that was not used for longest goes', async (t) => {
    const server = await pushServer(t);
    const bob = await server.signIn('bob');
    for (let index = 0; index < 11; index += 1) {
      await register(bob, server.push.subscribe(`browser-${index}`));
      server.clock.advance(1);
    }
    assert.equal((await subscriptions(server, 'bob')).length, 10);
    await (await server.signIn('alice')).call(['bob']);
    const names = (await server.push.count(10)).map(({ name }) => name);
    assert.ok(!names.includes('browser-0') && names.includes('browser-10'));
  });

  it('belongs to the user who signed in there last, until that user signs out', async (t) => {
    const server = await pushServer(t);
    const target = server.push.subscribe('shared');
    const [bob, carol] = [await server.signIn('bob'), await server.signIn('carol')];
    await register(bob, target);
    await register(carol, target);
    assert.deepEqual(await subscriptions(server, 'bob'), []);
    await register(bob, target, false);
    assert.equal((await subscriptions(server, 'carol')).length, 1);
    await register(carol, target, false);
    assert.deepEqual(await subscriptions(server, 'carol'), []);
  });

  it('is forgotten when its userSig expires, unless it is renewed', async (t) => {
    const server = await pushServer(t);
    const bob = await server.signIn('bob', {}, { expiresIn: '1h' });
    await register(bob, server.push.subscribe('phone'));
    const userSig = await server.sig('bob', { expiresIn: '2h' });
    await bob.ask('renew-user-sig', { userSig });
    server.clock.advance(3_600_000);
    assert.equal((await subscriptions(server, 'bob')).length, 1);
    server.clock.advance(3_601_000);
    assert.deepEqual(await subscriptions(server, 'bob'), []);
  });

  it('is forgotten when its user is signed out by the server or erased', async (t) => {
    const server = await pushServer(t);
    for (const request of ['DELETE /v1/users/bob/sessions', 'DELETE /v1/users/bob']) {
      await register(await server.signIn('bob'), server.push.subscribe('phone'));
      assert.equal((await subscriptions(server, 'bob')).length, 1);
      await rest(server, request);
      assert.deepEqual(await subscriptions(server, 'bob'), [], request);
    }
  });

  it('is forgotten when a newer session of the user replaces its session', async (t) => {
    const server = await pushServer(t, { sessions: 'single' });
    const first = await server.signIn('bob');
    await register(first, server.push.subscribe('old'));
    await server.signIn('bob');
    await first.closed();
    await server.signIn('bob');
    assert.deepEqual(await subscriptions(server, 'bob'), []);
  });

  it('is refused with a clear error if it cannot be right', async (t) => {
    const server = await pushServer(t, { callbackPrivateNetworks: false });
    const bob = await server.signIn('bob');
    const good = { ...server.push.subscribe('phone'), address: 'https://push.example.com/x' };
    const refusal = async (change: Partial<PushTarget>) => {
      const answer = await bob.send('set-push-target', {
        target: { ...good, ...change },
        on: true,
      });
      return answer.ok ? null : `${answer.error.name}: ${answer.error.message}`;
    };
    assert.equal(await refusal({}), null);
    for (const address of [
      'http://push.example.com/x',
      'https://127.0.0.1/x',
      'https://169.254.169.254/latest',
      'https://[::1]/',
      'no URL',
    ]) {
      assert.match(
        (await refusal({ address })) ?? '',
        /^invalid-parameter: the endpoint is refused/,
      );
    }
    assert.match((await refusal({ auth: 'short' })) ?? '', /keys of the subscription/);
    assert.match((await refusal({ p256dh: 'A'.repeat(87) })) ?? '', /keys of the subscription/);
    assert.match((await refusal({ platform: 'apns' })) ?? '', /a token has no keys/);
    assert.match((await refusal({ platform: 'X!' })) ?? '', /platform/);
    assert.match((await refusal({ echo: 'x'.repeat(1025) })) ?? '', /echo/);
    const token = { platform: 'apns', address: 'token', p256dh: '', auth: '' };
    assert.equal(await refusal(token), null);
  });

  it('cannot be a browser where the server has no VAPID keys', async (t) => {
    const server = await testServer(t);
    const bob = await server.signIn('bob');
    assert.equal((await bob.nextMessage('welcome')).vapidKey, '');
    const target = {
      platform: 'web',
      address: 'https://a.example',
      p256dh: '',
      auth: '',
      echo: '',
    };
    assert.equal(await bob.refusal('set-push-target', { target, on: true }), 'not-supported-here');
  });

  it('gets the key of the server', async (t) => {
    const server = await pushServer(t);
    const bob = await server.signIn('bob');
    assert.equal((await bob.nextMessage('welcome')).vapidKey, VAPID.publicKey);
  });
});
