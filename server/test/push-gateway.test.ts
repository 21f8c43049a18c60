import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { jwtVerify } from 'jose';
import { Webhook } from 'standardwebhooks';

/** The example back end of examples/push-gateway. */
interface Gateway {
  Apns: new (options: object) => Sender;
  Fcm: new (options: object) => Sender;
  createGateway(options: object): Server;
}
interface Sender {
  close(): void;
}

const example = new URL('../../examples/push-gateway/gateway.mjs', import.meta.url).href;
const { Apns, Fcm, createGateway } = (await import(example)) as Gateway;

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly body: string;
}

/** A loopback HTTP/2 server in the place of a platform; `answer` by path. */
async function platform(t: TestContext, answer: (path: string) => [number, string]) {
  const received: Received[] = [];
  const server = createHttp2Server((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      received.push({ headers: request.headers, path: request.url, body });
      const [status, text] = answer(request.url);
      response.writeHead(status).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { received, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Apple and Google as the gateway reaches them. */
async function gateway(t: TestContext, status = 200, text = '{}') {
  const apple = await platform(t, () => [status, text]);
  const google = await platform(t, (path) =>
    path === '/token'
      ? [200, '{"access_token":"an-access-token","expires_in":3599}']
      : [status, text],
  );
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const apns = new Apns({
    ...{ origin: apple.origin, keyId: 'KEY', teamId: 'TEAM', topic: 'com.example.calls' },
    key: ec.privateKey.export(pem),
  });
  const fcm = new Fcm({
    ...{ origin: google.origin, tokenUri: `${google.origin}/token`, projectId: 'project' },
    ...{ clientEmail: 'calls@example.com', key: rsa.privateKey.export(pem) },
  });
  const gone: unknown[] = [];
  const onGone = (data: unknown) => gone.push(data);
  const server = createGateway({ secret: SECRET, platforms: { apns, fcm }, onGone });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    apns.close();
    fcm.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { apple, google, gone, url };
}

const RING = {
  ...{ callId: 'call-1', userId: 'bob', token: 'the-token', mediaType: 'video', isGroup: false },
  ...{ callerName: 'Alice', remainingMs: 29_500, declineToken: 'decline' },
};

async function post(url: string, event: object, secret = SECRET): Promise<number> {
  const body = JSON.stringify(event);
  const now = new Date();
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', now, body),
    },
    body,
  });
  return response.status;
}

describe('the example back end for native apps', () => {
  it('sends a ring as a VoIP notification of APNs', async (t) => {
    const { apple, url } = await gateway(t);
    const before = Math.floor(Date.now() / 1000);
    assert.equal(await post(url, { type: 'push.ring', data: { ...RING, platform: 'apns' } }), 204);
    const over = { ...RING, platform: 'apns', remainingMs: undefined, outcome: 'missed' };
    assert.equal(await post(url, { type: 'push.ring-over', data: over }), 204);
    const [ring, second] = apple.received;
    assert.equal(ring?.path, '/3/device/the-token');
    const { headers, body } = ring;
    assert.equal(headers['apns-topic'], 'com.example.calls.voip');
    assert.equal(headers['apns-push-type'], 'voip');
    assert.equal(headers['apns-priority'], '10');
    const expires = Number(headers['apns-expiration']);
    assert.ok(expires >= before + 30 && expires <= before + 35);
    const token = headers.authorization?.replace('bearer ', '') ?? '';
    const { payload, protectedHeader } = await jwtVerify(token, ec.publicKey);
    assert.deepEqual([payload.iss, protectedHeader.kid], ['TEAM', 'KEY']);
    const sent = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual(
      [sent['type'], sent['callId'], sent['callerName'], sent['declineToken'], sent['token']],
      ['push.ring', 'call-1', 'Alice', 'decline', undefined],
    );
    assert.match(second?.body ?? '', /"outcome":"missed"/);
    assert.equal(second?.headers.authorization, headers.authorization, 'one provider token');
  });

  it('sends a ring as a data message of FCM', async (t) => {
    const { google, url } = await gateway(t);
    const event = { type: 'push.ring', data: { ...RING, platform: 'fcm' } };
    assert.deepEqual([await post(url, event), await post(url, event)], [204, 204]);
    const [exchange, ring, again] = google.received;
    const grant = new URLSearchParams(exchange?.body);
    const { payload } = await jwtVerify(grant.get('assertion') ?? '', rsa.publicKey);
    assert.equal(payload.iss, 'calls@example.com');
    assert.equal(ring?.path, '/v1/projects/project/messages:send');
    assert.equal(ring.headers.authorization, 'Bearer an-access-token');
    const { message } = JSON.parse(ring.body) as {
      message: { token: string; data: Record<string, unknown>; android: object };
    };
    assert.equal(message.token, 'the-token');
    assert.deepEqual(message.android, { priority: 'HIGH', ttl: '30s' });
    assert.ok(Object.values(message.data).every((value) => typeof value === 'string'));
    assert.equal(again?.path, ring.path, 'one access token');
  });

  it('refuses what the call server has not signed', async (t) => {
    const { apple, url } = await gateway(t);
    const event = { type: 'push.ring', data: { ...RING, platform: 'apns' } };
    const other = `whsec_${randomBytes(24).toString('base64')}`;
    assert.equal(await post(url, event, other), 401);
    assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 401);
    assert.equal(apple.received.length, 0);
  });

  it('reports a token that is gone, and asks for another attempt after a failure', async (t) => {
    const apns = { type: 'push.ring', data: { ...RING, platform: 'apns' } };
    const fcm = { type: 'push.ring', data: { ...RING, platform: 'fcm' } };
    const gone = await gateway(t, 410, '{"reason":"Unregistered"}');
    assert.equal(await post(gone.url, apns), 204);
    assert.equal(gone.gone.length, 1);
    const unregistered = await gateway(t, 404, '{"error":{"status":"NOT_FOUND"}}');
    assert.equal(await post(unregistered.url, fcm), 204);
    assert.equal(unregistered.gone.length, 1);
    const failing = await gateway(t, 503, '');
    t.mock.method(console, 'error', () => undefined);
    assert.deepEqual([await post(failing.url, apns), await post(failing.url, fcm)], [502, 502]);
    assert.deepEqual(failing.gone, []);
  });
});
