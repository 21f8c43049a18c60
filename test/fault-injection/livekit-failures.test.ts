import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, it, test } from 'node:test';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { eventually } from '../e2e/support/eventually.ts';
import { FaultWorld, hangUp } from './support/fault-world.ts';
import type { TestUser } from '../fixtures/test-user.ts';
import { SignalledMedia } from './support/signalled-media.ts';

/** LiveKit down, restarted, without its rooms, late, and with false webhooks; real LiveKit, real rooms. */

/** Interval at which the call server checks each room, whatever webhooks it receives. */
const CHECK_INTERVAL_MS = 30_000;
const GRACE_MS = 30_000;
const NOTICED_WITHIN_MS = 40_000;
const SLACK_MS = 20_000;

const world = await FaultWorld.start();
after(() => world.stop());

describe('a call', { concurrency: true }, () => {
  it('F81 F83 without webhooks: reconciliation finds a device that has disconnected everywhere', async () => {
    const line = await world.line();
    const { caller, callee, calleeMedia, callId, room } = await talking('f81', line);
    world.webhooks.withhold(room);
    await isIn(room, callee);
    line.lose();
    await seesAway(caller, callee);
    // LiveKit still lists the participant: while there is media the server keeps the seat.
    assert.equal(world.record(callId).status, 'active');
    calleeMedia.vanish();
    await caller.phase('ended', CHECK_INTERVAL_MS + GRACE_MS + SLACK_MS);
    assert.equal(world.record(callId).endReason, 'offline');
    assert.equal(caller.count('onCallEnd'), 1);
    await roomIsGone(room);
  });

  it('F83 with a stale participant in LiveKit shows the member as away, and hanging up removes the participant', async () => {
    const line = await world.line();
    const { caller, callee, callId, room } = await talking('f83', line);
    line.lose();
    await seesAway(caller, callee);
    await isIn(room, callee);
    await caller.engine.hangup();
    await roomIsGone(room);
    assert.equal(world.record(callId).status, 'ended');
  });

  it('F81 H70 ignores webhooks that arrive late, twice or out of order', async () => {
    const { caller, callee, callId, room } = await talking('late');
    await eventually(
      async () => world.webhooks.of(room).length > 0,
      () => 'LiveKit has sent no webhook',
    );
    const before = world.record(callId);
    const crafted = [
      await signed({ event: 'room_finished', room: { name: room } }),
      await signed({ event: 'participant_left', room: { name: room } }),
      await signed({ event: 'participant_joined', room: { name: room } }),
    ];
    const late = [...world.webhooks.of(room), ...crafted].toReversed();
    for (const webhook of [...late, ...late]) {
      assert.equal(await world.webhooks.deliver(webhook), 204);
    }
    assert.deepEqual([caller.state.phase, callee.state.phase], ['connected', 'connected']);
    assert.equal(world.record(callId).version, before.version);
    await hangUp(caller, callee);
    // Once more after the end of the call: the call stays ended.
    const ended = world.record(callId);
    for (const webhook of late) assert.equal(await world.webhooks.deliver(webhook), 204);
    assert.deepEqual(world.record(callId), ended);
    await roomIsGone(room);
  });

  it('H70 ignores a webhook that is forged, altered or unsigned', async () => {
    const { caller, callee, callId, room } = await talking('h70');
    const before = world.record(callId);
    const good = await signed({ event: 'room_finished', room: { name: room } });
    const forged = await signed({ event: 'room_finished', room: { name: room } }, 'x'.repeat(40));
    for (const bad of [
      forged,
      { ...good, body: `${good.body} ` },
      { ...good, authorization: '' },
      { ...good, authorization: 'nonsense' },
    ]) {
      assert.equal(await world.webhooks.deliver(bad), 401);
    }
    assert.equal(world.record(callId).version, before.version);
    await hangUp(caller, callee);
  });

  it('F82 continues when a member leaves LiveKit and returns within 2 s', async () => {
    const { caller, callee, calleeMedia, callId, room } = await talking('f82');
    await isIn(room, callee);
    calleeMedia.vanish();
    calleeMedia.emit({ type: 'media-lost', reason: 'a full reconnect' });
    const left = await signed({ event: 'participant_left', room: { name: room } });
    await world.webhooks.deliver(left);
    await callee.until('in the room again', () => calleeMedia.entered === 2);
    await world.webhooks.deliver(
      await signed({ event: 'participant_joined', room: { name: room } }),
    );
    await callee.phase('connected');
    await caller.until('back', ({ members }) => !members.some(({ reconnecting }) => reconnecting));
    assert.equal(world.record(callId).status, 'active');
    for (const one of [caller, callee]) {
      assert.deepEqual([one.count('onCallEnd'), one.count('onUserLeave')], [0, 0]);
    }
    await hangUp(caller, callee);
  });

  it('F84 gets its room again after LiveKit closes it, and all members rejoin', async () => {
    const { caller, callee, callerMedia, calleeMedia, callId, room } = await talking('f84');
    // Long enough that LiveKit would never close the room of a live call.
    const [kept] = await rooms().listRooms([room]);
    assert.ok((kept?.emptyTimeout ?? 0) >= 3600 && (kept?.departureTimeout ?? 0) >= 3600);
    await rooms().deleteRoom(room);
    await caller.until('in the room again', () => callerMedia.entered >= 2, 20_000);
    await callee.until('in the room again', () => calleeMedia.entered >= 2, 20_000);
    await Promise.all([caller.phase('connected'), callee.phase('connected')]);
    const call = world.record(callId);
    assert.deepEqual([call.status, call.roomName], ['active', room]);
    assert.ok(call.mediaEpoch >= 2);
    for (const one of [caller, callee]) assert.equal(one.count('onCallEnd'), 0);
    await hangUp(caller, callee);
  });
});

test('F79 an accept while LiveKit is down is acknowledged, and both members connect when LiveKit is back', async (t) => {
  const [callerMedia, calleeMedia] = [new SignalledMedia(), new SignalledMedia()];
  const caller = await world.user('f79-a', { media: callerMedia });
  const callee = await world.user('f79-b', { media: calleeMedia });
  await world.livekit.kill9();
  const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  await callee.phase('incoming');
  const since = performance.now();
  await callee.engine.accept();
  const answered = performance.now() - since;
  assert.ok(answered < 10_000, `${answered} ms`);
  assert.equal(world.record(callId).status, 'active');
  assert.deepEqual([callerMedia.entered, calleeMedia.entered], [0, 0]);
  assert.ok(![caller.state.phase, callee.state.phase].includes('connected'));
  await world.livekit.restart();
  const back = performance.now();
  await Promise.all([caller.phase('connected', 20_000), callee.phase('connected', 20_000)]);
  t.diagnostic(`accept answered in ${Math.round(answered)} ms without LiveKit`);
  t.diagnostic(`both in the room ${Math.round(performance.now() - back)} ms after its return`);
  assert.ok(callerMedia.entered > 0 && calleeMedia.entered > 0);
  await hangUp(caller, callee);
});

test('F79 calls ring and are accepted while LiveKit does not respond, connect when it does, and end at once', async () => {
  const caller = await world.user('f79-slow-a', { media: new SignalledMedia() });
  const callee = await world.user('f79-slow-b', { media: new SignalledMedia() });
  process.kill(world.livekit.pid, 'SIGSTOP');
  try {
    const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
    await callee.phase('incoming');
    await callee.engine.accept();
    assert.equal(world.record(callId).status, 'active');
    assert.ok(![caller.state.phase, callee.state.phase].includes('connected'));
  } finally {
    process.kill(world.livekit.pid, 'SIGCONT');
  }
  await Promise.all([caller.phase('connected', 40_000), callee.phase('connected', 40_000)]);
  await hangUp(caller, callee);
});

test('F79 a hang-up while LiveKit does not respond ends the call, and its room is deleted later', async () => {
  const { caller, callee, callId, room } = await talking('f79-slow-hangup');
  process.kill(world.livekit.pid, 'SIGSTOP');
  try {
    await hangUp(caller, callee);
    assert.equal(world.record(callId).endReason, 'hangup');
  } finally {
    process.kill(world.livekit.pid, 'SIGCONT');
  }
  await roomIsGone(room);
});

test('F79 a hang-up while LiveKit is down ends the call, and no room remains when it is back', async () => {
  const { caller, callee, callId, room } = await talking('f79-hangup');
  await world.livekit.kill9();
  await hangUp(caller, callee);
  assert.equal(world.record(callId).endReason, 'hangup');
  await world.livekit.restart();
  await roomIsGone(room);
});

test('F80 both members rejoin the room of the same call after LiveKit is killed and restarted', async (t) => {
  const { caller, callee, callerMedia, calleeMedia, callId } = await talking('f80');
  const entered = [callerMedia.entered, calleeMedia.entered] as const;
  await world.livekit.kill9();
  await Promise.all([caller.phase('reconnecting'), callee.phase('reconnecting')]);
  await world.livekit.restart();
  const back = performance.now();
  await Promise.all([caller.phase('connected', 20_000), callee.phase('connected', 20_000)]);
  t.diagnostic(`both in the room ${Math.round(performance.now() - back)} ms after its return`);
  assert.ok(callerMedia.entered > entered[0] && calleeMedia.entered > entered[1]);
  assert.equal(world.record(callId).status, 'active');
  for (const one of [caller, callee]) {
    assert.deepEqual([one.count('onCallBegin'), one.count('onCallEnd')], [1, 0]);
  }
  await hangUp(caller, callee);
});

async function talking(name: string, calleeLine?: Awaited<ReturnType<FaultWorld['line']>>) {
  const [callerMedia, calleeMedia] = [new SignalledMedia(), new SignalledMedia()];
  const caller = await world.user(`${name}-a`, { media: callerMedia });
  const callee = await world.user(`${name}-b`, {
    media: calleeMedia,
    ...(calleeLine && { line: calleeLine }),
  });
  const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  await callee.phase('incoming');
  await callee.engine.accept();
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  return { caller, callee, callerMedia, calleeMedia, callId, room: world.record(callId).roomName };
}

async function seesAway(one: TestUser, { userId }: TestUser): Promise<void> {
  await one.until(
    `${userId} away`,
    ({ members }) => members.some((member) => member.userId === userId && member.reconnecting),
    NOTICED_WITHIN_MS,
  );
}

/** The call server must have seen them in the room: from then on their media counts. */
async function isIn(room: string, { userId, sessionId }: TestUser): Promise<void> {
  const identity = `${userId}:${sessionId}`;
  await eventually(
    async () => (await rooms().listParticipants(room)).some((one) => one.identity === identity),
    () => `${identity} is not in LiveKit's room`,
  );
  await world.webhooks.deliver(await signed({ event: 'participant_joined', room: { name: room } }));
}

async function roomIsGone(room: string): Promise<void> {
  await eventually(
    async () => (await rooms().listRooms([room])).length === 0,
    () => `room ${room} outlived its call`,
    90_000,
  );
}

function rooms(): RoomServiceClient {
  const { httpUrl, apiKey, apiSecret } = world.livekit;
  return new RoomServiceClient(httpUrl, apiKey, apiSecret);
}

/** A webhook as LiveKit sends it: signed with its key, or with another one. */
async function signed(webhook: object, secret = world.livekit.apiSecret) {
  const body = JSON.stringify(webhook);
  const token = new AccessToken(world.livekit.apiKey, secret, { ttl: 60 });
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return { body, authorization: await token.toJwt() };
}
