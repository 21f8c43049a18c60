import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { signedIn, type Bench } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape } from '../../protocol/index.ts';
import { CallError } from '../api/call-error.ts';

/** Media that does not connect: the error, the report to the server, and the way to try again. */

const MEDIA = { url: 'wss://media.test', token: 'token-1' };
const ring = ServerCall.from(ALICE, [BOB], { mediaType: 'video' });
const talk = ring.at(2000).joins(BOB);
const NO_ROUTE = new CallError('media-failed', 'no route');

/** Bob accepts, and his joins of the media room fail from now on. */
async function bobWithoutMedia(): Promise<Bench> {
  const bob = await signedIn(BOB);
  bob.media.failures.set('join', NO_ROUTE);
  await bob.push(ring.seenBy(BOB));
  void bob.engine.accept();
  await settle();
  bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
  await settle();
  bob.takeCallbacks();
  return bob;
}

/** Time passes; the server grants each media access. */
async function pass(bob: Bench, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    if (bob.socket.waiting('media-access')) {
      bob.socket.answer('media-access', { ok: true, media: MEDIA });
      await settle();
    }
    await bob.clock.pass(Math.min(500, left));
  }
}

const reports = (bob: Bench) =>
  bob.socket.sent.filter(({ type }) => type === 'media-failed').length;

describe('a call whose media does not connect', () => {
  test('gets the error after 16 s, once, and the server gets a report', async () => {
    const bob = await bobWithoutMedia();
    await pass(bob, 15_900);
    assert.deepEqual([bob.state.phase, bob.state.error, reports(bob)], ['connecting', null, 0]);
    await pass(bob, 100);
    assert.equal(bob.state.error?.name, 'media-failed');
    assert.deepEqual(bob.takeCallbacks(), ['onError(101009, no route)']);
    assert.equal(reports(bob), 1);
    bob.socket.answer('media-failed', { ok: true });
    await pass(bob, 60_000);
    assert.deepEqual(bob.takeCallbacks(), []);
    assert.equal(reports(bob), 1);
  });

  test('also while an attempt is pending', async () => {
    const bob = await bobWithoutMedia();
    bob.media.hold();
    await pass(bob, 16_000);
    assert.equal(bob.state.error?.name, 'media-failed');
  });

  test('also if the call server cannot reach the media server', async () => {
    const bob = await bobWithoutMedia();
    for (let seconds = 0; seconds < 17; seconds += 1) {
      if (bob.socket.waiting('media-access')) {
        const error = errorShape('media-failed', 'LiveKit is down');
        bob.socket.answer('media-access', { ok: false, error });
      }
      await bob.clock.pass(1000);
    }
    assert.equal(bob.state.error?.message, 'LiveKit is down');
  });

  test('loses the error when media connects', async () => {
    const bob = await bobWithoutMedia();
    await pass(bob, 16_000);
    bob.media.failures.clear();
    await pass(bob, 3000);
    assert.deepEqual([bob.state.phase, bob.state.error], ['connected', null]);
  });

  test('does not show others as reconnecting, of whose media this device knows nothing', async () => {
    const bob = await bobWithoutMedia();
    await bob.push(talk.at(20_000).away(ALICE).seenBy(BOB));
    assert.deepEqual(
      bob.state.members.map(({ reconnecting }) => reconnecting),
      [false, false],
    );
  });
});

describe('the user tries again', () => {
  test('media is connected again at once, and the error returns after 16 s', async () => {
    const bob = await bobWithoutMedia();
    await pass(bob, 16_000);
    const joins = () => bob.media.asked.filter((line) => line.startsWith('join')).length;
    await pass(bob, 400);
    const before = joins();
    await bob.engine.retryMedia();
    assert.equal(bob.state.error, null);
    bob.socket.answer('media-access', { ok: true, media: MEDIA });
    await settle();
    assert.equal(joins(), before + 1);
    bob.takeCallbacks();
    await pass(bob, 15_500);
    assert.deepEqual(bob.takeCallbacks(), []);
    await pass(bob, 1000);
    assert.deepEqual(bob.takeCallbacks(), ['onError(101009, no route)']);
    assert.equal(reports(bob), 2);
  });

  test('nothing happens while media is connected', async () => {
    const bob = await bobWithoutMedia();
    bob.media.failures.clear();
    await pass(bob, 2000);
    const asked = bob.media.asked.length;
    await bob.engine.retryMedia();
    assert.equal(bob.media.asked.length, asked);
    await bob.push(talk.at(9000).ends('hangup', ALICE).seenBy(BOB));
    await assert.rejects(bob.engine.retryMedia(), { name: 'wrong-state' });
  });
});

test('media that is lost in a call gets the error too, and loses it when it is restored', async () => {
  const bob = await bobWithoutMedia();
  bob.media.failures.clear();
  await pass(bob, 2000);
  assert.equal(bob.state.phase, 'connected');
  bob.media.emit({ type: 'media-interrupted' });
  await pass(bob, 16_000);
  assert.deepEqual([bob.state.phase, bob.state.error?.name], ['reconnecting', 'media-failed']);
  bob.media.emit({ type: 'media-restored' });
  assert.deepEqual([bob.state.phase, bob.state.error], ['connected', null]);
});

test('a caller whose media does not connect gets the error only after the call has begun', async () => {
  const alice = await signedIn(ALICE);
  alice.media.failures.set('join', NO_ROUTE);
  void alice.engine.calls(BOB, 'video', { timeout: 0 });
  await settle();
  alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
  await settle();
  await pass(alice, 30_000);
  assert.deepEqual(alice.takeCallbacks(), []);
  await alice.push(talk.seenBy(ALICE));
  await pass(alice, 16_000);
  assert.equal(alice.state.error?.name, 'media-failed');
});
