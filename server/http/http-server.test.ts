import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AccessToken } from 'livekit-server-sdk';
import { createHash } from 'node:crypto';
import { session } from '../testing/people.ts';
import { TEST_CONFIG, testServer } from '../testing/test-server.ts';

describe('status', () => {
  it('is alive, and ready while database and LiveKit respond', async (t) => {
    const { url, media } = await testServer(t);
    assert.deepEqual(await (await fetch(`${url}/health`)).json(), { ok: true });
    const ready = await fetch(`${url}/ready`);
    assert.deepEqual(await ready.json(), { ready: true, database: true, media: true });
    media.reachable = false;
    const not = await fetch(`${url}/ready`);
    assert.equal(not.status, 503);
    assert.deepEqual(await not.json(), { ready: false, database: true, media: false });
  });

  it('exposes metrics without user ids', async (t) => {
    const { url, signIn } = await testServer(t);
    const alice = await signIn('alice-the-first');
    const { call } = await alice.call(['bob-the-second']);
    await alice.ask('hangup', { callId: call.callId });
    const text = await (await fetch(`${url}/metrics`)).text();
    assert.match(text, /tui_call_calls_started_total\{media_type="video"\} 1/);
    assert.match(text, /tui_call_calls_ended_total\{reason="cancelled"\} 1/);
    assert.match(text, /tui_call_commands_total\{type="call",outcome="ok"\} 1/);
    assert.match(text, /tui_call_sessions 1/);
    assert.ok(!text.includes('alice-the-first') && !text.includes(call.callId));
  });

  it('serves an OpenAPI description', async (t) => {
    const { url } = await testServer(t);
    const description = (await (await fetch(`${url}/openapi.json`)).json()) as {
      openapi: string;
      paths: object;
    };
    assert.equal(description.openapi, '3.1.0');
    assert.deepEqual(Object.keys(description.paths).sort(), [
      '/health',
      '/livekit/webhook',
      '/metrics',
      '/ready',
      '/v1/callbacks',
      '/v1/callbacks/{callbackId}',
      '/v1/callbacks/{callbackId}/deliveries',
      '/v1/callbacks/{callbackId}/rotate-secret',
      '/v1/callbacks/{callbackId}/test',
      '/v1/calls',
      '/v1/calls/{callId}',
      '/v1/calls/{callId}/members',
      '/v1/calls/{callId}/members/{userId}',
      '/v1/deliveries/{deliveryId}/replay',
      '/v1/leave',
      '/v1/push/decline',
      '/v1/records',
      '/v1/records.csv',
      '/v1/records/{callId}',
      '/v1/usage',
      '/v1/usage.csv',
      '/v1/users/{userId}',
      '/v1/users/{userId}/blocked',
      '/v1/users/{userId}/blocked/{otherUserId}',
      '/v1/users/{userId}/push-subscriptions',
      '/v1/users/{userId}/sessions',
    ]);
  });
});

describe('the API page', () => {
  it('loads everything from the server itself', async (t) => {
    const { url } = await testServer(t);
    const page = await fetch(`${url}/docs/`);
    assert.equal(page.status, 200);
    const html = await page.text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    assert.ok(addresses.length > 3);
    for (const address of addresses) {
      const asset = new URL(address ?? '', page.url);
      assert.equal(asset.origin, url);
      const response = await fetch(asset);
      assert.equal(response.status, 200, asset.href);
      await response.arrayBuffer();
    }
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/);
  });
});

describe('a request', () => {
  it('for an unknown route gets an ErrorShape', async (t) => {
    const { url } = await testServer(t);
    const response = await fetch(`${url}/v1/../etc/passwd`);
    assert.equal(response.status, 404);
    assert.equal(((await response.json()) as { name: string }).name, 'not-supported-here');
  });

  it('with a method that the route does not have gets those that it has', async (t) => {
    const { url } = await testServer(t);
    const response = await fetch(`${url}/v1/calls/some-call-id-of-any?x=1`, {
      method: 'POST',
      body: 'x',
    });
    assert.equal(response.status, 405);
    assert.deepEqual(response.headers.get('allow')?.split(', ').sort(), ['DELETE', 'GET', 'HEAD']);
  });

  it('that is malformed, too large or of a wrong type is refused without a stack trace', async (t) => {
    const { url } = await testServer(t);
    const leave = (body: string, type = 'application/json') =>
      fetch(`${url}/v1/leave`, { method: 'POST', headers: { 'content-type': type }, body });
    const cases: readonly (readonly [Promise<Response>, number])[] = [
      [leave('{'), 400],
      [leave('{', 'text/plain'), 400],
      [leave('{}'), 400],
      [leave('{"userId":"alice","userSig":1,"sessionId":2}'), 400],
      [leave('{"userSig":"x.y.z","sessionId":"session-of-phone"}'), 400],
      [leave('{"userId":"no spaces","userSig":"x.y.z","sessionId":"session-of-phone"}'), 400],
      [leave('[]', 'text/plain'), 400],
      [leave('x'.repeat(70_000), 'text/plain'), 413],
      [leave('<a/>', 'text/xml'), 415],
    ];
    for (const [answer, status] of cases) {
      const response = await answer;
      const text = await response.text();
      assert.equal(response.status, status, text);
      assert.equal((JSON.parse(text) as { name: string }).name, 'invalid-parameter');
      assert.ok(!text.includes('    at '), text);
    }
  });

  it('to leave needs a userSig that is valid or expired recently', async (t) => {
    const { url, sig, clock } = await testServer(t);
    const leave = (userSig: string, userId = 'alice') =>
      fetch(`${url}/v1/leave`, {
        method: 'POST',
        body: JSON.stringify({ userId, userSig, sessionId: session('phone') }),
      });
    assert.equal((await leave('nonsense')).status, 401);
    const userSig = await sig('alice', { expiresIn: '1m' });
    clock.advance(50 * 60_000);
    assert.equal((await leave(userSig)).status, 204);
    const others = await leave(userSig, 'bob');
    assert.equal(others.status, 401);
    const { message } = (await others.json()) as { message: string };
    assert.match(message, /signs in "alice", not "bob"/);
    clock.advance(20 * 60_000);
    assert.equal((await leave(userSig)).status, 401);
  });

  it('from a page gets CORS headers for allowed origins only', async (t) => {
    const { url } = await testServer(t, { origins: ['https://app.example'] });
    const allowed = async (origin: string) =>
      (await fetch(`${url}/health`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    assert.equal(await allowed('https://app.example'), 'https://app.example');
    assert.equal(await allowed('https://evil.example'), null);
  });
});

describe('a webhook of LiveKit', () => {
  it('that is forged, altered or unsigned is refused, and has no effect', async (t) => {
    const { url, media } = await testServer(t);
    const body = JSON.stringify({ event: 'participant_joined', room: { name: 'r' } });
    const signature = await signed(body);
    const asked = media.asked.length;
    assert.equal(await post(url, body), 401);
    assert.equal(await post(url, body, 'nonsense'), 401);
    assert.equal(await post(url, `${body} `, signature), 401);
    assert.equal(
      await post(url, body, await signed(body, 'another secret, as long as is needed')),
      401,
    );
    assert.equal(media.asked.length, asked);
    assert.equal(await post(url, body, signature), 204);
  });

  it('triggers reconciliation: a participant who is not a member is removed', async (t) => {
    const { url, media, signIn } = await testServer(t);
    const alice = await signIn('alice');
    const { call } = await alice.call(['bob']);
    await alice.ask('media-access', { callId: call.callId });
    media.enter(call.roomId, 'mallory:session-phone---');
    media.enter(call.roomId, `alice:${alice.sessionId}`);
    const removed = media.next('removeParticipant');
    const body = JSON.stringify({ event: 'participant_joined', room: { name: call.roomId } });
    assert.equal(await post(url, body, await signed(body)), 204);
    await removed;
    assert.deepEqual(
      [...(media.rooms.get(call.roomId)?.keys() ?? [])],
      [`alice:${alice.sessionId}`],
    );
  });

  it('of a room or a track asks LiveKit for nothing', async (t) => {
    const { url, media, signIn } = await testServer(t);
    const { call } = await (await signIn('alice')).call(['bob']);
    const asked = media.next('participants');
    for (const event of [
      'room_started',
      'track_published',
      'track_unpublished',
      'participant_left',
    ]) {
      const body = JSON.stringify({ event, room: { name: call.roomId } });
      assert.equal(await post(url, body, await signed(body)), 204);
    }
    await asked;
    const requests = media.asked.filter((one) => one.startsWith('participants'));
    assert.deepEqual(requests, [`participants ${call.roomId}`]);
  });
});

async function signed(body: string, secret = TEST_CONFIG.livekit.apiSecret.reveal()) {
  const token = new AccessToken('key', secret, { ttl: 60 });
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

async function post(url: string, body: string, authorization?: string): Promise<number> {
  const headers = {
    'content-type': 'application/webhook+json',
    ...(authorization !== undefined && { authorization }),
  };
  const response = await fetch(`${url}/livekit/webhook`, { method: 'POST', headers, body });
  return response.status;
}
