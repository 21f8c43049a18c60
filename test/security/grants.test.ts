import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { TrackSource } from '@livekit/protocol';
import { decodeJwt } from 'jose';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { freePorts } from '../../scripts/free-port.mjs';
import { startLivekit } from '../../scripts/livekit/index.mjs';
import type { LivekitServer as OwnLivekit } from '../../scripts/livekit/index.mjs';
import { SOURCES } from '../../server/media/media-token.ts';
import { SteadyClock } from '../../server/shared/clock.ts';
import { LivekitServer } from '../../server/media/livekit-server.ts';
import { Secret } from '../../server/shared/secret.ts';
import type { TestClient } from '../../server/testing/test-client.ts';
import { API_KEY, serve, TEST_CONFIG } from '../../server/testing/test-server.ts';
import { base64, withPart } from './support/forged-jwt.ts';
import { MediaSeat } from './support/media-seat.ts';

const { CAMERA, MICROPHONE, SCREEN_SHARE, SCREEN_SHARE_AUDIO } = TrackSource;

/** Tokens exactly as the server issues them, against a real LiveKit. */
describe('misuse of media tokens', () => {
  let livekit: OwnLivekit;
  let port: number;

  before(async () => {
    [port = 0] = (await freePorts({ tcp: 1, udp: 0 })).tcp;
    livekit = await startLivekit({ webhookUrl: `http://127.0.0.1:${port}/livekit/webhook` });
  });
  after(() => livekit.stop());

  it('H62: a token only permits to join one room, publish named sources and subscribe, for two minutes', async (t) => {
    const { caller, callee } = await inCall(t, 'video');
    for (const { token } of [caller, callee]) {
      const { video, exp = Infinity, nbf = 0, metadata, ...claims } = decodeJwt(token);
      assert.deepEqual(Object.keys(video as object).sort(), [
        'canPublish',
        'canPublishData',
        'canPublishSources',
        'canSubscribe',
        'canUpdateOwnMetadata',
        'room',
        'roomJoin',
      ]);
      const grant = video as Readonly<Record<string, unknown>>;
      assert.equal(grant['canPublishData'], false);
      assert.equal(grant['canUpdateOwnMetadata'], false);
      assert.ok(exp - Math.max(nbf, Date.now() / 1000 - 5) <= 126);
      assert.deepEqual(
        [metadata, claims['sip'], claims['roomConfig']],
        [undefined, undefined, undefined],
      );
    }
  });

  it('H63: LiveKit accepts only the microphone in an audio call, and no camera or screen', async (t) => {
    const { callee } = await inCall(t, 'audio');
    const seat = await entered(t, callee);
    assert.equal(await seat.publish(CAMERA), 'refused');
    assert.equal(await seat.publish(SCREEN_SHARE), 'refused');
    assert.equal(await seat.publish(SCREEN_SHARE_AUDIO), 'refused');
    assert.equal(await seat.publish(MICROPHONE), 'published');
  });

  it('H64: no list of sources is empty, because LiveKit would allow all sources', () => {
    for (const sources of Object.values(SOURCES)) assert.ok(sources.length > 0);
  });

  it('H65: a token for one room admits to no other room, even when it is altered', async (t) => {
    const { room, callee } = await inCall(t, 'video');
    const other = await inCall(t, 'video', ['carol', 'dave']);
    const claims = decodeJwt(callee.token);
    const moved = { ...claims, video: { ...(claims['video'] as object), room: other.room } };
    assert.equal(
      await MediaSeat.enter(t, { ...callee, token: withPart(callee.token, 1, moved) }),
      null,
    );
    const unsigned = `${base64({ alg: 'none' })}.${base64(moved)}.`;
    assert.equal(await MediaSeat.enter(t, { ...callee, token: unsigned }), null);
    await entered(t, callee);
    assert.deepEqual(await identities(other.room), []);
    assert.equal((await identities(room)).length, 1);
  });

  it('H66: a token admits to no room after the end of its call, at once and a second later', async (t) => {
    const { alice, callId, caller, callee } = await inCall(t, 'video');
    const inside = await entered(t, caller);
    const refreshed = await inside.hears('refreshToken');
    await alice.ask('hangup', { callId });
    await inside.closed;
    const tokens = [caller.token, callee.token, refreshed];
    const tryAll = () =>
      Promise.all(tokens.map((token) => MediaSeat.enter(t, { ...callee, token })));
    assert.deepEqual(await tryAll(), [null, null, null]);
    await secondsPass(1);
    // Minutes later, only one thing differs: the first two have expired as well.
    assert.deepEqual(await tryAll(), [null, null, null]);
  });

  it('H67: a removed member who re-enters with a token that LiveKit still accepts is removed at once', async (t) => {
    const names = ['alice', 'bob', 'carol'];
    const { url, alice, callId, room, callee } = await inCall(t, 'video', names);
    const bob = await entered(t, callee);
    const renewed = await bob.hears('refreshToken');
    const headers = { authorization: `Bearer ${API_KEY}` };
    const removed = await fetch(`${url}/v1/calls/${callId}/members/bob`, {
      method: 'DELETE',
      headers,
    });
    assert.equal(removed.status, 204);
    await bob.closed;
    for (const token of [renewed, callee.token]) {
      const startedAt = performance.now();
      const again = await MediaSeat.enter(t, { ...callee, token });
      // LiveKit may refuse them; if it admits them, the server removes them.
      await again?.closed;
      const tookMs = Math.round(performance.now() - startedAt);
      t.diagnostic(`out after ${tookMs} ms`);
      // The server checks every second; without that it would take 30 s.
      assert.ok(tookMs < 10_000, `${tookMs} ms`);
      assert.ok(!(await identities(room)).some((one) => one.startsWith('bob:')));
    }
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
  });

  it('H68: the use of a leaked token disconnects its owner, who notices the use', async (t) => {
    const { callee, room } = await inCall(t, 'video');
    const owner = await entered(t, callee);
    await entered(t, callee);
    await owner.closed;
    assert.equal((await identities(room)).length, 1);
  });

  it('H69: two devices of a user are two LiveKit identities, and only the one in the call has a token', async (t) => {
    const { alice, callee, callId, signIn } = await inCall(t, 'video');
    const seat = await entered(t, callee);
    const tablet = await signIn('bob');
    assert.equal(await tablet.refusal('media-access', { callId }), 'wrong-state');
    const identity = decodeJwt(callee.token).sub;
    assert.equal(identity, `bob:${callee.client.sessionId}`);
    assert.notEqual(identity, `bob:${tablet.sessionId}`);
    assert.equal(await seat.publish(MICROPHONE), 'published');
    assert.ok(alice.socket.connected);
  });

  it('H70: a webhook that is unsigned, altered, signed with another key, or with a participant’s token is refused with 401', async (t) => {
    const { url, room, callee, sig, alice } = await inCall(t, 'video');
    const body = JSON.stringify({ event: 'room_finished', id: 'EV_forged', room: { name: room } });
    const signed = async (text: string, secret = livekit.apiSecret) => {
      const token = new AccessToken(livekit.apiKey, secret, { ttl: 60 });
      token.sha256 = createHash('sha256').update(text).digest('base64');
      return token.toJwt();
    };
    const post = async (text: string, authorization?: string) => {
      const headers = {
        'content-type': 'application/webhook+json',
        ...(authorization && { authorization }),
      };
      return (await fetch(`${url}/livekit/webhook`, { method: 'POST', headers, body: text }))
        .status;
    };
    assert.equal(await post(body), 401);
    assert.equal(await post(body, 'Bearer '), 401);
    assert.equal(await post(`${body} `, await signed(body)), 401);
    assert.equal(await post(body, await signed(body, 'x'.repeat(32))), 401);
    assert.equal(await post(body, callee.token), 401);
    assert.equal(await post(body, await sig('alice')), 401);
    assert.equal(await post('not JSON', await signed('not JSON')), 401);
    // A valid webhook only triggers a check of the room: any number of them ends no call.
    const good = await signed(body);
    for (let times = 0; times < 5; times += 1) assert.equal(await post(body, good), 204);
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
    assert.equal(await MediaSeat.enter(t, { ...callee, token: await sig('alice') }), null);
  });

  it('H71: LiveKit accepts no data messages from a participant', async (t) => {
    const { callee, room } = await inCall(t, 'video');
    await entered(t, callee);
    const [participant] = await rooms().listParticipants(room);
    assert.equal(participant?.permission?.canPublishData, false);
    assert.equal(participant?.permission?.canUpdateMetadata, false);
    assert.equal(participant?.permission?.hidden, false);
    assert.equal(participant?.permission?.recorder, false);
  });

  function rooms() {
    return new RoomServiceClient(livekit.httpUrl, livekit.apiKey, livekit.apiSecret);
  }

  async function identities(room: string): Promise<readonly string[]> {
    return (await rooms().listParticipants(room)).map(({ identity }) => identity);
  }

  /** An active call of these users, on the server that receives LiveKit's webhooks; one server for each test. */
  async function inCall(t: TestContext, mediaType: 'audio' | 'video', names = ['alice', 'bob']) {
    const served = await serverOf(t);
    const [caller, ...callees] = await Promise.all(names.map((name) => served.signIn(name)));
    assert.ok(caller);
    const { call } = await caller.call(names.slice(1), { mediaType });
    const { callId } = call;
    const seats = [];
    for (const client of callees) {
      const { media } = await client.ask('accept', { callId });
      assert.ok(media);
      seats.push({ ...media, client });
    }
    const [callee] = seats;
    assert.ok(callee);
    const { media } = await caller.ask('media-access', { callId });
    return { ...served, alice: caller, callId, room: call.roomId, caller: media, callee };
  }

  const servers = new WeakMap<TestContext, ReturnType<typeof start>>();

  function serverOf(t: TestContext): ReturnType<typeof start> {
    const running = servers.get(t) ?? start(t);
    servers.set(t, running);
    return running;
  }

  function start(t: TestContext) {
    const media = {
      apiUrl: livekit.httpUrl,
      publicUrl: livekit.url,
      apiKey: livekit.apiKey,
      apiSecret: new Secret(livekit.apiSecret),
    };
    const config = { ...TEST_CONFIG, port, livekit: media };
    return serve(t, config, new LivekitServer(media), new SteadyClock());
  }
});

async function entered(
  t: TestContext,
  access: { url: string; token: string; client?: TestClient },
) {
  const seat = await MediaSeat.enter(t, access);
  assert.ok(seat, 'LiveKit lets this token in');
  return seat;
}

/** LiveKit's own time: the test's clock does not change it. */
function secondsPass(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
