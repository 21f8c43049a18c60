import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL } from '../../../test/fakes/views.ts';
import { ring, talk } from '../../../test/fakes/alice-calls-bob.ts';
import { MEDIA, bobTalking, reloaded } from '../../../test/fakes/bob-signed-in.ts';

/** What the next page of the tab knows of the previous one. */

describe('a reload', () => {
  test('sends the leave beacon and ends nothing by itself', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    bob.page.goAway();
    await settle();
    assert.equal(bob.page.leaves.length, 1);
    assert.equal(bob.media.joined, false);
    assert.deepEqual(bob.socket.tries('hangup'), []);
    assert.deepEqual(bob.takeCallbacks(), []);
  });

  test('resumes the call with the microphone as it was', async () => {
    const before = await bobTalking(await signedIn(BOB));
    await before.engine.closeMicrophone();
    const bob = await reloaded(before).signIn({ calls: [talk.at(5000).seenBy(BOB)] });
    assert.deepEqual(bob.takeCallbacks(), ['onCallBegin(room-1, audio, callee)']);
    bob.socket.answer('media-access', { ok: true, media: MEDIA });
    await settle();
    assert.equal(bob.state.phase, 'connected');
    assert.deepEqual([...bob.media.open], []);
    assert.equal(bob.state.microphone.wanted, false);
  });

  test('resumes a video call with the camera on', async () => {
    const video = ring.with({ mediaType: 'video' });
    const before = await signedIn(BOB);
    await before.push(video.seenBy(BOB));
    const accepting = before.engine.accept();
    await settle();
    const inIt = video.at(2000).joins(BOB);
    before.socket.answer('accept', { ok: true, call: inIt.seenBy(BOB), media: MEDIA });
    await accepting;
    const bob = await reloaded(before).signIn({ calls: [inIt.seenBy(BOB)] });
    await settle();
    assert.deepEqual([...bob.media.open], ['microphone', 'camera']);
  });

  test('continues to ring and does not reject', async () => {
    const before = await signedIn(BOB);
    await before.push(ring.seenBy(BOB));
    const bob = await reloaded(before).signIn({ calls: [ring.at(3000).seenBy(BOB)] });
    assert.deepEqual(before.socket.tries('reject'), []);
    assert.equal(bob.state.phase, 'incoming');
    assert.deepEqual(bob.takeCallbacks(), ['onCallReceived(alice, ["bob"], , audio)']);
  });

  test('notifies a missed end once', async () => {
    const before = await bobTalking(await signedIn(BOB));
    const bob = reloaded(before);
    const init = bob.init();
    await settle();
    bob.socket.connect();
    bob.welcome();
    await settle();
    assert.deepEqual(bob.socket.waiting('sync')?.knownCallIds, [CALL]);
    await bob.sync({ calls: [talk.at(6000).ends('hangup', ALICE).seenBy(BOB)] });
    await init;
    assert.deepEqual(bob.takeCallbacks(), [
      'onUserLeave(alice)',
      'onCallEnd(room-1, audio, callee, 4000)',
    ]);
    await bob.clock.pass(4000);
    const third = await reloaded(bob).signIn();
    assert.deepEqual(third.takeCallbacks(), []);
  });

  test('does not resume a call that was hung up without a network', async () => {
    const before = await bobTalking(await signedIn(BOB));
    before.socket.drop();
    await before.engine.hangup();
    const bob = await reloaded(before).signIn({ calls: [talk.at(5000).seenBy(BOB)] });
    assert.equal(before.page.leaves.length, 1);
    assert.equal(bob.state.phase, 'idle');
    assert.deepEqual(bob.takeCallbacks(), []);
    bob.socket.answer('hangup', { ok: true, call: talk.at(6000).ends('hangup', BOB).seenBy(BOB) });
    await settle();
    assert.deepEqual([...bob.memory.tab.entries], []);
  });

  test('does not ring again for an ignored call, and notifies its end', async () => {
    const before = await signedIn(BOB);
    await before.push(ring.seenBy(BOB));
    before.takeCallbacks();
    await before.engine.ignore();
    assert.equal(before.state.phase, 'idle');
    assert.deepEqual(before.socket.tries('reject'), []);
    await before.push(ring.alerted(BOB).seenBy(BOB));
    assert.equal(before.state.phase, 'idle');
    const bob = await reloaded(before).signIn({ calls: [ring.seenBy(BOB)] });
    assert.equal(bob.state.phase, 'idle');
    assert.deepEqual(bob.takeCallbacks(), []);
    const over = ring.at(9000).ends('cancelled', ALICE).seenBy(BOB);
    await bob.push(over);
    assert.deepEqual(bob.takeCallbacks(), [
      'onCallCancelled(alice)',
      `onCallNotConnected(${CALL}, cancelled)`,
    ]);
  });
});
