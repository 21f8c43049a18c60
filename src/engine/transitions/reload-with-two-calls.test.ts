import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { talk } from '../../../test/fakes/alice-calls-bob.ts';
import { bobTalking, MEDIA, reloaded } from '../../../test/fakes/bob-signed-in.ts';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL, callIdOf, CAROL, DAVE, ServerCall } from '../../../test/fakes/views.ts';
import type { UserId } from '../../protocol/index.ts';

describe('a reload of a page with more than one call', () => {
  test('notifies once the missed ends of the current, the held and the waiting call', async () => {
    const held = talk.at(3000).holds(BOB);
    const besides = (callId: string, by: UserId) =>
      ServerCall.from(by, [BOB], { callId: callIdOf(callId), roomId: `room-${callId}`, now: 2500 });
    const [second, third, fourth] = [
      besides('second', CAROL),
      besides('third', DAVE),
      besides('fourth', CAROL),
    ];
    const before = await bobTalking(await signedIn(BOB));
    await before.push(second.seenBy(BOB));
    const accepting = before.engine.acceptWaiting({ currentCall: 'hold' });
    await settle();
    await before.push(held.seenBy(BOB));
    const inIt = second.at(3000).joins(BOB);
    before.socket.answer('accept', { ok: true, call: inIt.seenBy(BOB), media: MEDIA });
    await accepting;
    await before.push(third.seenBy(BOB));
    await before.push(fourth.seenBy(BOB));
    const bob = reloaded(before);
    const init = bob.init();
    await settle();
    bob.socket.connect();
    bob.welcome();
    await settle();
    const ids = ['second', 'call', 'third', 'fourth'].map(callIdOf);
    assert.deepEqual(bob.socket.waiting('sync')?.knownCallIds, ids);
    await bob.sync({
      calls: [
        inIt.at(6000).ends('hangup', CAROL).seenBy(BOB),
        held.at(6000).ends('hangup', ALICE).seenBy(BOB),
        third.at(6000).ends('cancelled', DAVE).seenBy(BOB),
        fourth.at(6000).seenBy(BOB),
      ],
    });
    await init;
    assert.deepEqual(bob.takeCallbacks(), [
      'onUserLeave(alice)',
      'onCallEnd(room-1, audio, callee, 4000)',
      'onUserLeave(carol)',
      'onCallEnd(room-second, audio, callee, 3000)',
      'onCallCancelled(dave)',
      `onCallNotConnected(${callIdOf('third')}, cancelled)`,
      'onCallReceived(carol, ["bob"], , audio)',
    ]);
    await bob.push(fourth.at(6500).ends('cancelled', CAROL).seenBy(BOB));
    assert.equal(bob.takeCallbacks().length, 2);
    const last = await reloaded(bob).signIn();
    assert.deepEqual(last.takeCallbacks(), []);
  });

  test('keeps a call on hold, resumes it with the microphone on, and notifies its end once', async () => {
    const held = talk.at(3000).holds(BOB);
    const before = await bobTalking(await signedIn(BOB));
    await before.push(held.seenBy(BOB));
    const bob = await reloaded(before).signIn({ calls: [held.at(4000).seenBy(BOB)] });
    assert.deepEqual(bob.takeCallbacks(), []);
    assert.equal(bob.state.held[0]?.callId, CALL);
    const third = await reloaded(bob).signIn({ calls: [held.at(5000).seenBy(BOB)] });
    void third.engine.holdCall(false);
    await settle();
    const back = held.at(5500).holds(BOB, false);
    third.socket.answer('hold', { ok: true, call: back.seenBy(BOB), media: MEDIA });
    await settle();
    assert.deepEqual([...third.media.open], ['microphone']);
    await third.push(back.at(6000).ends('hangup', ALICE).seenBy(BOB));
    assert.deepEqual(third.takeCallbacks(), [
      'onUserLeave(alice)',
      'onCallEnd(room-1, audio, callee, 4000)',
    ]);
  });
});
