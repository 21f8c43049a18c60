import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import {
  acceptAnswered,
  answered,
  happens,
  idOf,
  play,
  playFrom,
  pushed,
  wants,
} from '../../../test/fakes/play.ts';
import { signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, CAROL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type Command } from '../../protocol/index.ts';
import { createSnapshot } from '../snapshot/create-snapshot.ts';

const ring = ServerCall.from(ALICE, [BOB], { mediaType: 'video' });
const talk = ring.at(2000).joins(BOB);
/** Bob has taken the call over on his other device. */
const moved = talk.at(5000).with({});

const join: Command = { type: 'join', id: idOf('join'), callId: CALL };
const media = { url: 'wss://media.test', token: 'token-3' };

const bobTalks = [
  pushed(20, ring.seenBy(BOB)),
  wants(1900, { type: 'accept', video: true }),
  acceptAnswered(2010, talk.seenBy(BOB)),
];
const bobTalksElsewhere = [
  pushed(20, ring.seenBy(BOB)),
  pushed(2010, talk.seenBy(BOB, 'other')),
  wants(2500, { type: 'dismiss' }),
];

describe('the device from which a call is moved', () => {
  test('gets one end with reason moved and its own duration', () => {
    const bob = play(
      BOB,
      ...bobTalks,
      pushed(5010, moved.seenBy(BOB, 'other')),
      pushed(9000, moved.at(9000).ends('hangup', ALICE).seenBy(BOB, 'other')),
    );
    assert.deepEqual(bob.told.slice(2), ['onCallEnd(room-1, video, callee, 3000)']);
    assert.equal(bob.notifications.at(-1)?.info.reason, 'moved');
    assert.deepEqual(
      bob.effects.filter(({ type }) => type === 'leave-media'),
      [{ type: 'leave-media' }],
    );
  });

  test('shows the call as elsewhere afterwards', () => {
    const bob = play(BOB, ...bobTalks, pushed(5010, moved.seenBy(BOB, 'other')));
    const { phase, elsewhere, ending } = createSnapshot(bob.state);
    assert.equal(phase, 'ended');
    assert.equal(ending?.reason, 'moved');
    assert.deepEqual(elsewhere, {
      callId: CALL,
      name: 'Alice',
      mediaType: 'video',
      isGroup: false,
    });
  });

  test('can move it back, with one more beginning and end', () => {
    const back = moved.at(7000).with({});
    const bob = play(
      BOB,
      ...bobTalks,
      pushed(5010, moved.seenBy(BOB, 'other')),
      wants(6900, { type: 'join', callId: CALL }),
      pushed(7005, back.seenBy(BOB)),
      answered(7010, join, { ok: true, call: back.seenBy(BOB), media }),
      pushed(8000, back.at(7900).ends('hangup', ALICE).seenBy(BOB)),
    );
    assert.deepEqual(bob.told.slice(3), [
      'onCallBegin(room-1, video, callee)',
      'onUserLeave(alice)',
      'onCallEnd(room-1, video, callee, 5900)',
    ]);
  });

  test('ends the call here while it still rings at the callees', () => {
    const taken = ring.at(900).with({});
    const alice = play(
      ALICE,
      pushed(10, ring.seenBy(ALICE)),
      pushed(1000, taken.seenBy(ALICE, 'other')),
      pushed(1500, taken.at(1400).joins(BOB).seenBy(ALICE, 'other')),
    );
    assert.equal(alice.phase, 'ended');
    assert.deepEqual(alice.told, ['onCallCancelled(alice)', `onCallNotConnected(${CALL}, moved)`]);
  });
});

describe('the device to which a call is moved', () => {
  test('begins the call with its original start time and opens the wanted tracks', () => {
    const bob = play(
      BOB,
      ...bobTalksElsewhere,
      wants(4900, { type: 'join', callId: CALL }),
      answered(5010, join, { ok: true, call: moved.seenBy(BOB), media }),
    );
    assert.equal(bob.phase, 'connecting');
    assert.deepEqual(bob.told.slice(-1), ['onCallBegin(room-1, video, callee)']);
    const { startedAt, elsewhere } = createSnapshot(bob.state);
    assert.equal(startedAt, 5000 + 2000);
    assert.equal(elsewhere, null);
    const opened = bob.effects.flatMap((one) => (one.type === 'set-track' ? [one.source] : []));
    assert.deepEqual(opened, ['microphone', 'camera']);
  });

  test('opens no track before the server gives it the seat', () => {
    const bob = play(
      BOB,
      ...bobTalksElsewhere,
      wants(4900, { type: 'join', callId: CALL }),
      pushed(5000, moved.seenBy(BOB)),
    );
    assert.equal(bob.effects.filter(({ type }) => type === 'set-track').length, 0);
  });

  test('does not end the call when its join times out', () => {
    const bob = play(
      BOB,
      ...bobTalksElsewhere,
      wants(4900, { type: 'join', callId: CALL }),
      happens(25_000, {
        type: 'command-failed',
        command: join,
        error: errorShape('signaling-failed'),
      }),
    );
    assert.deepEqual(bob.state.pendingTerminations, []);
    assert.equal(createSnapshot(bob.state).elsewhere?.callId, CALL);
  });

  test('shows the call when a late view gives it the seat after a timeout', () => {
    const bob = play(
      BOB,
      ...bobTalksElsewhere,
      wants(4900, { type: 'join', callId: CALL }),
      happens(25_000, {
        type: 'command-failed',
        command: join,
        error: errorShape('signaling-failed'),
      }),
      pushed(31_000, moved.seenBy(BOB)),
    );
    assert.equal(bob.phase, 'connecting');
    assert.deepEqual(bob.told.slice(-1), ['onCallBegin(room-1, video, callee)']);
    assert.equal(bob.effects.filter(({ type }) => type === 'set-track').length, 0);
  });

  test('begins the call and shows it on hold when it was held before the view arrived', () => {
    const held = moved.at(30_000).holds(BOB);
    const bob = play(
      BOB,
      ...bobTalksElsewhere,
      wants(4900, { type: 'join', callId: CALL }),
      happens(25_000, {
        type: 'command-failed',
        command: join,
        error: errorShape('signaling-failed'),
      }),
      pushed(31_000, held.seenBy(BOB)),
    );
    assert.deepEqual(bob.told.slice(-1), ['onCallBegin(room-1, video, callee)']);
    assert.equal(createSnapshot(bob.state).held[0]?.callId, CALL);
  });

  test('notifies and shows nothing when the user hung up before the view arrived', () => {
    const before = play(BOB, ...bobTalksElsewhere);
    for (const heard of [moved, moved.at(5100).holds(BOB)]) {
      const bob = playFrom(
        before.state,
        wants(4900, { type: 'join', callId: CALL }),
        wants(4950, { type: 'hangup' }),
        pushed(5200, heard.seenBy(BOB)),
      );
      assert.deepEqual(bob.told, []);
      assert.equal(bob.phase, 'idle');
      assert.deepEqual(createSnapshot(bob.state).held, []);
    }
  });

  test('rejects a join of a call that is over', () => {
    const over = moved.at(5500).ends('hangup', ALICE).seenBy(BOB, 'other');
    const before = play(BOB, ...bobTalksElsewhere);
    const bob = playFrom(
      before.state,
      wants(5400, { type: 'join', callId: CALL }),
      answered(5600, join, { ok: true, call: over, media: null }),
    );
    assert.equal(bob.phase, 'idle');
    assert.deepEqual(bob.told, []);
  });
});

describe('the other members of a call that moves', () => {
  test('get no notification', () => {
    const alice = play(ALICE, pushed(10, talk.seenBy(ALICE)), pushed(5010, moved.seenBy(ALICE)));
    assert.deepEqual(alice.told, ['onCallBegin(room-1, video, caller)']);
  });
});

describe('moveHere()', () => {
  test('joins the call that is shown as elsewhere', async () => {
    const bob = await signedIn(BOB, { calls: [talk.seenBy(BOB, 'other')] });
    assert.equal(bob.state.elsewhere?.name, 'Alice');
    const moving = bob.engine.moveHere();
    await settle();
    assert.equal(bob.socket.waiting('join')?.callId, CALL);
    bob.socket.answer('join', { ok: true, call: moved.seenBy(BOB), media });
    await moving;
    assert.equal(bob.state.elsewhere, null);
    assert.equal(bob.state.callId, CALL);
  });

  test('rejects without a call elsewhere', async () => {
    const bob = await signedIn(BOB);
    await assert.rejects(bob.engine.moveHere(), { name: 'wrong-state' });
  });

  test('names the other joined and ringing members', async () => {
    const group = ServerCall.from(ALICE, [BOB, CAROL]).at(2000).joins(BOB, 'other');
    const bob = await signedIn(BOB, { calls: [group.seenBy(BOB)] });
    assert.deepEqual(bob.state.elsewhere, {
      callId: CALL,
      name: 'Alice, Carol',
      mediaType: 'audio',
      isGroup: true,
    });
  });
});
