import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import type { TestClient } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

describe('reconciliation of a room', () => {
  it('shows a member without media as away until media returns', async (t) => {
    const { served, alice, bobby, room } = await running(t);
    const { media, clock } = served;
    const identity = `bob:${bobby.sessionId}`;
    media.enter(room, identity);
    await look(served);
    media.rooms.get(room)?.delete(identity);
    await look(served);
    await alice.nextView(({ members }) => members[1]?.away === true);
    media.enter(room, identity);
    await look(served);
    const back = await alice.nextView(
      ({ members, version }) => version >= 4 && members[1]?.away === false,
    );
    assert.equal(back.status, 'active');
    clock.advance(60_000);
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
  });

  it('keeps the seat of a member with media only', async (t) => {
    const { served, alice, bobby, room } = await running(t);
    const { media, clock } = served;
    media.enter(room, `bob:${bobby.sessionId}`);
    await look(served);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    for (let minute = 0; minute < 3; minute += 1) {
      await look(served);
      clock.advance(29_000);
    }
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
  });

  it('gives up the seat 30 s after media is lost following signalling', async (t) => {
    const { served, alice, bobby, room } = await running(t);
    const { media, clock } = served;
    media.enter(room, `bob:${bobby.sessionId}`);
    await look(served);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    media.rooms.get(room)?.clear();
    await look(served);
    // The check itself took the 30 s to the next one; the grace time begins at its detection.
    await alice.ask('sync', { knownCallIds: [], missedSince: null });
    clock.advance(30_000);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'offline');
  });

  it('is not needed to remove a member who hung up in a group', async (t) => {
    const served = await testServer(t);
    const { media, signIn } = served;
    const [alice, bobby, carol] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const { call } = await alice.call(['bob', 'carol']);
    for (const one of [bobby, carol]) await one.ask('accept', { callId: call.callId });
    media.enter(call.roomId, `bob:${bobby.sessionId}`);
    const removed = media.next(`removeParticipant bob:${bobby.sessionId}`);
    await bobby.ask('hangup', { callId: call.callId });
    await removed;
    assert.equal(media.rooms.get(call.roomId)?.size, 0);
  });

  it('removes a former member who returns with an old token within a second, with or without a webhook', async (t) => {
    const { served, bobby, callId, room } = await running(t, ['carol']);
    const { media, clock } = served;
    const identity = `bob:${bobby.sessionId}`;
    await bobby.ask('hangup', { callId });
    // LiveKit makes a new token each time that a participant enters: ten minutes do not end it.
    for (const minutes of [0, 9, 9, 9]) {
      for (let passed = 0; passed < minutes * 60; passed += 1) {
        clock.advance(1000);
        await breath();
      }
      media.enter(room, identity);
      for (let passed = 0; passed < 2; passed += 1) {
        clock.advance(1000);
        await breath();
      }
      assert.equal(media.rooms.get(room)?.has(identity), false, `after ${minutes} minutes`);
    }
  });

  it('is infrequent while no former member can have a valid token', async (t) => {
    const { served, bobby, callId, room } = await running(t, ['carol']);
    const { media, clock } = served;
    const checksInAMinute = async (): Promise<number> => {
      const before = media.asked.length;
      for (let passed = 0; passed < 60; passed += 1) {
        clock.advance(1000);
        await breath();
      }
      return media.asked.slice(before).filter((one) => one === `participants ${room}`).length;
    };
    assert.equal(await checksInAMinute(), 2, 'all are in it');
    await bobby.ask('hangup', { callId });
    assert.ok((await checksInAMinute()) >= 58, 'one has just left');
    for (let minute = 0; minute < 12; minute += 1) await checksInAMinute();
    assert.equal(await checksInAMinute(), 2, 'and has been away for long');
  });

  it('corrects the permissions of a participant', async (t) => {
    const { served, alice, room } = await running(t);
    const identity = `alice:${alice.sessionId}`;
    served.media.enter(room, identity, 'audio');
    await look(served);
    assert.equal(served.media.rooms.get(room)?.get(identity), 'video');
  });
});

describe('while LiveKit is down', () => {
  it('no call ends, and its return is noticed within 300 ms', async (t) => {
    const { served, alice, callId } = await running(t);
    const { media, clock } = served;
    media.reachable = false;
    clock.advance(1000);
    await settled(alice);
    for (let round = 0; round < 20; round += 1) {
      clock.advance(300);
      await settled(alice);
    }
    media.reachable = true;
    media.rooms.clear();
    const made = media.next('createRoom');
    clock.advance(300);
    await made;
    const again = await alice.nextView(({ mediaEpoch }) => mediaEpoch === 2);
    assert.equal(again.callId, callId);
    assert.equal(again.status, 'active');
  });

  it('the room of an ended call is deleted when it is back', async (t) => {
    const { served, alice, callId, room } = await running(t);
    const { media, clock } = served;
    media.reachable = false;
    await alice.ask('hangup', { callId });
    await settled(alice);
    media.reachable = true;
    const gone = media.next('deleteRoom');
    clock.advance(1000);
    await gone;
    assert.equal(media.rooms.has(room), false);
  });

  it('a room that could not be created is created later, and no member has to join again', async (t) => {
    const served = await testServer(t);
    const alice = await served.signIn('alice');
    served.media.reachable = false;
    await alice.call(['bob']);
    served.clock.advance(1000);
    await settled(alice);
    served.media.reachable = true;
    const made = served.media.next('createRoom');
    served.clock.advance(300);
    await made;
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.mediaEpoch, 1);
  });
});

describe('a room that outlives its call', () => {
  it('is deleted within 30 s, and no room of a live call or of another application', async (t) => {
    const { served, alice, room } = await ended(t);
    const { media } = served;
    const { call: next } = await alice.call(['carol'], { timeout: 600 });
    await media.createRoom('room-of-another-application');
    await media.createRoom(room);
    assert.ok((await secondsUntil(served, `deleteRoom ${room}`)) <= 30);
    await secondsUntil(served, 'allRooms');
    const rest = [next.roomId, 'room-of-another-application'];
    assert.deepEqual([...media.rooms.keys()], rest);
  });

  it('is deleted also if LiveKit does not respond the first time', async (t) => {
    const { served, room } = await ended(t);
    const { media, clock } = served;
    await media.createRoom(room);
    media.reachable = false;
    for (let passed = 0; passed < 30; passed += 1) {
      clock.advance(1000);
      await breath();
    }
    media.reachable = true;
    assert.ok((await secondsUntil(served, `deleteRoom ${room}`)) <= 30);
  });
});

/** A call whose room is deleted. LiveKit may create it after that: a node that was killed had asked for it. */
async function ended(t: Parameters<typeof testServer>[0]) {
  const { served, alice, callId, room } = await running(t);
  const deleted = secondsUntil(served, `deleteRoom ${room}`);
  await alice.ask('hangup', { callId });
  await deleted;
  return { served, alice, room };
}

async function running(t: Parameters<typeof testServer>[0], others: readonly string[] = []) {
  const served = await testServer(t);
  const [alice, bobby] = [await served.signIn('alice'), await served.signIn('bob')];
  const { call } = await alice.call(['bob', ...others]);
  await bobby.ask('accept', { callId: call.callId });
  for (const name of others) {
    await (await served.signIn(name)).ask('accept', { callId: call.callId });
  }
  await settled(alice);
  const callId: CallId = call.callId;
  return { served, alice, bobby, callId, room: call.roomId };
}

/** Time until the next check, and that check. */
async function look(served: TestServer): Promise<void> {
  await secondsUntil(served, 'participants');
}

/** Time until the next request with this prefix, and its effects. */
async function secondsUntil({ media, clock }: TestServer, request: string): Promise<number> {
  let seconds = 0;
  let seen = false;
  void media.next(request).then(() => (seen = true));
  // Second by second: each tick of the monitor schedules the next one only at its end.
  while (!seen) {
    clock.advance(1000);
    seconds += 1;
    assert.ok(seconds <= 120, `no request ${request}`);
    await breath();
  }
  await breath();
  return seconds;
}

/** Waits until the server has done all work that is due. */
async function settled(client: TestClient): Promise<void> {
  await breath();
  await client.ask('sync', { knownCallIds: [], missedSince: null });
}

/** Some turns of the event loop, in which pending work in memory finishes. */
async function breath(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
