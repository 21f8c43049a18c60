import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { freePorts } from '../../scripts/free-port.mjs';
import { startLivekit } from '../../scripts/livekit/index.mjs';
import type { LivekitServer as OwnLivekit } from '../../scripts/livekit/index.mjs';
import { SteadyClock } from '../shared/clock.ts';
import { createServer, MediaUnreachable } from '../create-server.ts';
import { createLog } from '../shared/log.ts';
import { Secret } from '../shared/secret.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { TestClient } from '../testing/test-client.ts';
import { rest } from '../testing/rest-client.ts';
import { serve, TEST_CONFIG } from '../testing/test-server.ts';
import { LivekitServer } from './livekit-server.ts';

describe('with a real LiveKit', () => {
  let livekit: OwnLivekit;
  let port: number;

  before(async () => {
    [port = 0] = (await freePorts({ tcp: 1, udp: 0 })).tcp;
    livekit = await startLivekit({ webhookUrl: `http://127.0.0.1:${port}/livekit/webhook` });
  });
  after(() => livekit.stop());

  it('a member enters the room with the access they are given', async (t) => {
    const { alice, bobby } = await people(t);
    const { call } = await alice.call(['bob']);
    const early = await alice.ask('media-access', { callId: call.callId });
    assert.equal(await entered(t, early.media), 'in');
    const { media } = await bobby.ask('accept', { callId: call.callId });
    assert.ok(media);
    assert.equal(await entered(t, media), 'in');
  });

  it('a room is deleted with its call: its participants are removed, and no media access admits to it again', async (t) => {
    const { alice, bobby } = await people(t);
    const { call } = await alice.call(['bob']);
    const { media } = await bobby.ask('accept', { callId: call.callId });
    assert.ok(media);
    const seat = await enter(t, media);
    await alice.ask('hangup', { callId: call.callId });
    await seat.closed;
    // LiveKit closes the connections first, and for a moment a deleted room can still be entered.
    while ((await rooms().listRooms([call.roomId])).length > 0);
    assert.equal(await entered(t, media), 'refused');
  });

  it('a switch to video permits video in LiveKit, also for members already in the room', async (t) => {
    const { alice, bobby } = await people(t);
    const { call } = await alice.call(['bob'], { mediaType: 'audio' });
    const { media } = await bobby.ask('accept', { callId: call.callId });
    assert.ok(media);
    await enter(t, media);
    const identity = `bob:${bobby.sessionId}`;
    assert.equal(await allowed(call.roomId, identity), 'audio');
    await alice.ask('switch-media-type', { callId: call.callId, mediaType: 'video' });
    assert.equal(await allowed(call.roomId, identity), 'video');
    const again = await bobby.ask('media-access', { callId: call.callId });
    assert.equal(await entered(t, again.media), 'in');
  });

  it('the back end mutes a member in LiveKit, and lifts that', async (t) => {
    const { alice, bobby, url } = await people(t);
    const { call } = await alice.call(['bob']);
    const { media } = await bobby.ask('accept', { callId: call.callId });
    assert.ok(media);
    await enter(t, media);
    const identity = `bob:${bobby.sessionId}`;
    for (const [body, expected] of [
      [{ audioMuted: true }, 'silent'],
      [{ videoMuted: true }, 'none'],
      [{ audioMuted: false }, 'audio'],
      [{ videoMuted: false }, 'video'],
    ] as const) {
      await rest({ url }, `PATCH /v1/calls/${call.callId}/members/bob`, { body });
      assert.equal(await allowed(call.roomId, identity), expected);
    }
  });

  it('a participant who is not a member is removed from the room', async (t) => {
    const clock = new FakeClock();
    const { alice, bobby } = await people(t, clock);
    const { call } = await alice.call(['bob']);
    const { media } = await bobby.ask('accept', { callId: call.callId });
    assert.ok(media);
    await enter(t, media);
    const token = new AccessToken(livekit.apiKey, livekit.apiSecret, { identity: 'mallory:x' });
    token.addGrant({ roomJoin: true, room: call.roomId });
    const intruder = await enter(t, { url: livekit.url, token: await token.toJwt() });
    clock.advance(30_000);
    await intruder.closed;
    assert.deepEqual(await identities(call.roomId), [`bob:${bobby.sessionId}`]);
  });

  it('a member who hung up in a group is removed, and the others stay', async (t) => {
    const { alice, bobby, signIn } = await people(t);
    const carol = await signIn('carol');
    const { call } = await alice.call(['bob', 'carol']);
    const { callId } = call;
    const seats = await Promise.all(
      [bobby, carol].map(async (one) => {
        const { media } = await one.ask('accept', { callId });
        assert.ok(media);
        return enter(t, media);
      }),
    );
    await bobby.ask('hangup', { callId });
    await seats[0]?.closed;
    assert.deepEqual(await identities(call.roomId), [`carol:${carol.sessionId}`]);
  });

  it('after a LiveKit restart the room of the live call is created again, and all members are notified', async (t) => {
    const { alice, bobby } = await people(t);
    const { call } = await alice.call(['bob']);
    const { callId } = call;
    await bobby.ask('accept', { callId });
    await livekit.kill9();
    assert.equal(await bobby.refusal('media-access', { callId }), 'media-failed');
    const rejoined = alice.nextView(({ mediaEpoch }) => mediaEpoch > 1);
    await livekit.restart();
    const backAt = performance.now();
    const again = await rejoined;
    assert.ok(performance.now() - backAt < 3000, 'later than clients wait');
    assert.equal(again.status, 'active');
    const { media } = await bobby.ask('media-access', { callId });
    assert.equal(await entered(t, media), 'in');
  });

  it('a LiveKit that does not answer, or refuses these keys, prevents the start of the server', async () => {
    const { livekit: access } = config();
    const start = (changed: Partial<typeof access>) =>
      createServer({
        config: { ...TEST_CONFIG, livekit: { ...access, ...changed } },
        log: createLog('silent'),
      });
    await assert.rejects(start({ apiUrl: 'http://127.0.0.1:1' }), MediaUnreachable);
    await assert.rejects(start({ apiSecret: new Secret('x'.repeat(32)) }), MediaUnreachable);
  });

  function config() {
    return {
      ...TEST_CONFIG,
      port,
      livekit: {
        apiUrl: livekit.httpUrl,
        publicUrl: livekit.url,
        apiKey: livekit.apiKey,
        apiSecret: new Secret(livekit.apiSecret),
      },
    };
  }

  async function people(t: TestContext, clock: SteadyClock | FakeClock = new SteadyClock()) {
    const media = new LivekitServer(config().livekit);
    const served = await serve(t, config(), media, clock);
    const [alice, bobby]: TestClient[] = [await served.signIn('alice'), await served.signIn('bob')];
    assert.ok(alice && bobby);
    return { ...served, alice, bobby };
  }

  function rooms() {
    return new RoomServiceClient(livekit.httpUrl, livekit.apiKey, livekit.apiSecret);
  }

  async function identities(room: string) {
    return (await rooms().listParticipants(room)).map(({ identity }) => identity);
  }

  async function allowed(room: string, identity: string) {
    const found = await new LivekitServer(config().livekit).participants(room);
    return found.find((one) => one.identity === identity)?.allowed;
  }
});

/** Enters with signalling only, which suffices to be a participant. */
async function enter(t: TestContext, { url, token }: { url: string; token: string }) {
  const socket = new WebSocket(`${url}/rtc?access_token=${token}&protocol=16&auto_subscribe=1`);
  t.after(() => socket.close());
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('message', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('refused')), { once: true });
  });
  return { closed };
}

async function entered(t: TestContext, access: { url: string; token: string }) {
  return enter(t, access).then(
    () => 'in',
    () => 'refused',
  );
}
