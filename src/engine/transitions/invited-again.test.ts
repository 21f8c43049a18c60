import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import {
  acceptAnswered,
  answered,
  happens,
  idOf,
  mediaJoined,
  play,
  playFrom,
  pushed,
  wants,
  type Moment,
} from '../../../test/fakes/play.ts';
import { signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, DAVE, ServerCall } from '../../../test/fakes/views.ts';
import type { CallView, Command } from '../../protocol/index.ts';

/** An invitation ends and another one comes, while the device hears of neither. */

const group = ServerCall.from(ALICE, [BOB, CAROL]).at(1000).joins(CAROL);
const received = 'onCallReceived(alice, ["bob","carol"], , audio)';
const again = 'onCallReceived(alice, ["carol","bob"], , audio)';
const notReached = ['onCallCancelled(bob)', `onCallNotConnected(${CALL}, offline)`];
/** Bob declined on another device, and is invited once more. */
const rungAgain = group.at(5000).becomes(BOB, 'rejected', 'other').at(8000).invites(CAROL, BOB);
const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [CALL], missedSince: 0 };

const rung = [pushed(1010, group.seenBy(BOB))];
const talk = group.at(2000).joins(BOB);
const talking = [
  ...rung,
  wants(1900, { type: 'accept', video: true } as const),
  acceptAnswered(2010, talk.seenBy(BOB)),
  mediaJoined(2500),
];

/** Away, and back: all that the server says now. */
function back(at: number, ...calls: readonly CallView[]): readonly Moment[] {
  return [
    happens(at - 2000, { type: 'socket-disconnected' }),
    happens(at - 10, { type: 'socket-connected' }),
    answered(at, sync, { ok: true, calls, missed: [], missedSeq: 0 }),
  ];
}

describe('a device that was offline through the end of one invitation and the start of the next', () => {
  test('notifies the end of the ring before the new ring', () => {
    const bob = play(BOB, ...rung, ...back(9000, rungAgain.at(9000).seenBy(BOB, 'none')));
    assert.deepEqual(bob.told, [received, ...notReached, again]);
    assert.equal(bob.phase, 'incoming');
    const timers = bob.effects.filter(({ type }) => type === 'start-timer');
    assert.deepEqual(timers.at(-1), { type: 'start-timer', name: 'ring', ms: 29_490 });
    const alerted = bob.effects.filter(
      (one) => one.type === 'send-command' && one.command.type === 'alerted',
    );
    assert.equal(alerted.length, 2, 'each ring reports alerted');
  });

  test('does the same for a push after a missed one', () => {
    const bob = play(BOB, ...rung, pushed(9000, rungAgain.at(9000).seenBy(BOB, 'none')));
    assert.deepEqual(bob.told, [received, ...notReached, again]);
  });

  test('notifies one end when both invitations are over', () => {
    const over = rungAgain.at(38_000).becomes(BOB, 'no-response');
    const bob = play(BOB, ...rung, ...back(9000, over.seenBy(BOB, 'none')));
    assert.deepEqual(bob.told, [
      received,
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, no-response)`,
    ]);
    assert.equal(bob.phase, 'ended');
  });

  test('continues to answer when the user had accepted', () => {
    const bob = play(
      BOB,
      ...rung,
      wants(3000, { type: 'accept', video: true } as const),
      ...back(9000, rungAgain.at(9000).seenBy(BOB, 'none')),
    );
    assert.deepEqual(bob.told, [received, ...notReached, again]);
    assert.equal(bob.state.call.phase, 'answering');
    const joined = playFrom(
      bob.state,
      acceptAnswered(9100, rungAgain.at(9050).joins(BOB).seenBy(BOB)),
    );
    assert.deepEqual(joined.told, ['onCallBegin(room-1, audio, callee)']);
    assert.deepEqual(settledBy(joined), [idOf('accept')]);
    const opened = joined.effects.filter(({ type }) => type === 'set-track');
    assert.equal(opened.length, 1, 'the microphone that the user wants');
  });

  test('notifies the end of an ignored ring and rings again', () => {
    const bob = play(
      BOB,
      ...rung,
      wants(3000, { type: 'ignore' }),
      ...back(9000, rungAgain.at(9000).seenBy(BOB, 'none')),
    );
    assert.deepEqual(bob.told, [received, ...notReached, again]);
    assert.equal(bob.phase, 'incoming');
  });
});

describe('a device that lost its seat while offline and whose user is invited again', () => {
  const lost = talk.at(40_000).becomes(BOB, 'offline').at(45_000).invites(CAROL, BOB);

  test('notifies the end of the call before the ring', () => {
    const bob = playFrom(
      play(BOB, ...talking).state,
      ...back(46_000, lost.at(46_000).seenBy(BOB, 'none')),
    );
    assert.deepEqual(bob.told, ['onCallEnd(room-1, audio, callee, 44000)', again]);
    assert.equal(endOf(bob)?.info.reason, 'offline');
    assert.equal(bob.phase, 'incoming');
    assert.ok(bob.effects.some(({ type }) => type === 'leave-media'));
  });

  test('notifies the duration when the new ring is over, too', () => {
    const missed = lost.at(75_000).becomes(BOB, 'no-response');
    const bob = playFrom(
      play(BOB, ...talking).state,
      ...back(76_000, missed.at(76_000).seenBy(BOB, 'none')),
    );
    assert.deepEqual(bob.told, ['onCallEnd(room-1, audio, callee, 74000)']);
    assert.equal(endOf(bob)?.info.reason, 'offline');
    assert.equal(bob.phase, 'ended');
  });

  test('notifies the end of a held call', () => {
    const held = talk.at(3000).holds(BOB);
    const lostHeld = held.at(40_000).becomes(BOB, 'offline').at(45_000).invites(CAROL, BOB);
    const bob = playFrom(
      play(BOB, ...talking, pushed(3010, held.seenBy(BOB))).state,
      ...back(46_000, lostHeld.at(46_000).seenBy(BOB, 'none')),
    );
    assert.deepEqual(bob.told, ['onCallEnd(room-1, audio, callee, 44000)', again]);
    assert.equal(bob.phase, 'incoming');
  });
});

test('an accept of a waiting call continues with the new invitation', () => {
  const other = callIdOf('second');
  const second = ServerCall.from(DAVE, [BOB, CAROL], { callId: other, now: 2500 })
    .at(2600)
    .joins(CAROL);
  const anew = second.at(4000).becomes(BOB, 'rejected', 'other').at(5000).invites(CAROL, BOB);
  const bob = playFrom(
    play(BOB, ...talking, pushed(2610, second.seenBy(BOB))).state,
    wants(3000, { type: 'accept-waiting', currentCall: 'hold', video: true }),
    ...back(6000, talk.at(5000).seenBy(BOB), anew.at(5000).seenBy(BOB, 'none')),
    answered(
      6100,
      { type: 'accept', id: idOf('accept-waiting'), callId: other, currentCall: 'hold' },
      {
        ok: true,
        call: anew.at(6050).joins(BOB).seenBy(BOB),
        media: { url: 'wss://media.test', token: 'token-3' },
      },
    ),
  );
  assert.deepEqual(bob.told, [
    'onCallCancelled(bob)',
    `onCallNotConnected(${other}, offline)`,
    'onCallReceived(dave, ["carol","bob"], , audio)',
    'onCallBegin(room-1, audio, callee)',
  ]);
  assert.equal(bob.phase, 'connecting');
});

test('an undelivered hang-up does not decline the next invitation', async () => {
  const bob = await signedIn(BOB);
  await bob.push(group.seenBy(BOB));
  const accepting = bob.engine.accept();
  await settle();
  const media = { url: 'wss://media.test', token: 'token-1' };
  bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media });
  await accepting;
  bob.socket.drop();
  await bob.engine.hangup();
  bob.heard();
  const lost = talk.at(40_000).becomes(BOB, 'offline').at(45_000).invites(CAROL, BOB);
  await bob.connect({ calls: [lost.at(46_000).seenBy(BOB, 'none')] });
  assert.deepEqual(bob.heard(), [again]);
  assert.equal(bob.state.phase, 'incoming');
  assert.deepEqual(bob.socket.tries('hangup'), []);
  void bob.engine.reject();
  await settle();
  assert.equal(bob.socket.tries('reject').length, 1);
});

function endOf({ notifications }: ReturnType<typeof play>) {
  return notifications.find(({ name }) => name === 'onCallEnd');
}

function settledBy({ effects }: ReturnType<typeof play>) {
  return effects.flatMap((one) => (one.type === 'settle' && one.outcome.ok ? [one.intentId] : []));
}
