import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptAnswered,
  answered,
  idOf,
  play,
  pushed,
  wants,
  ofType,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL } from '../../../test/fakes/views.ts';
import { ring, talk } from '../../../test/fakes/alice-calls-bob.ts';

/** Commands of two devices of one user that cross on the wire. */

describe('two devices of the callee', () => {
  const elsewhere = talk.seenBy(BOB, 'other');

  test('reject after the other has accepted: the call stays on the other device (F06)', () => {
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(2100, { type: 'reject' }),
      answered(
        2200,
        { type: 'reject', id: idOf('reject'), callId: CALL },
        { ok: true, call: elsewhere },
      ),
    );
    assert.deepEqual(bob.callbacks.slice(1), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, rejected)`,
    ]);
    assert.ok(bob.state.backgroundCalls.some(({ view }) => view.version === talk.version));
  });

  test('accept after the other has rejected: the call ends here and nothing opens (F07)', () => {
    const over = ring.at(1800).becomes(BOB, 'rejected', 'other').ends('rejected', BOB);
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1900, { type: 'accept', video: true }),
      acceptAnswered(2000, over.seenBy(BOB)),
    );
    assert.deepEqual(bob.callbacks.slice(1), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, other-device-rejected)`,
    ]);
    assert.deepEqual(ofType(bob.effects, 'set-track'), []);
  });

  test('both accept: the second one gets no token and opens nothing (F08)', () => {
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(1990, { type: 'accept', video: true }),
      acceptAnswered(2010, elsewhere),
    );
    assert.deepEqual(bob.callbacks.slice(1), [
      'onCallCancelled(bob)',
      `onCallNotConnected(${CALL}, other-device-accepted)`,
    ]);
    assert.deepEqual(ofType(bob.effects, 'join-media'), []);
    assert.deepEqual(ofType(bob.effects, 'set-track'), []);
  });

  test('a device that signs in later shows the call as elsewhere and does not ring (F20)', () => {
    const bob = play(BOB, pushed(3000, elsewhere));
    assert.deepEqual(bob.callbacks, []);
    assert.equal(bob.phase, 'idle');
    assert.deepEqual(
      bob.effects.filter(({ type }) => type === 'send-command'),
      [],
    );
  });
});

test('the caller’s other device shows the call as elsewhere and neither rings nor opens anything (F20)', () => {
  const tablet = play(
    ALICE,
    pushed(10, ring.seenBy(ALICE, 'other')),
    pushed(2010, talk.seenBy(ALICE, 'other')),
  );
  assert.deepEqual(tablet.callbacks, []);
  assert.equal(tablet.phase, 'idle');
  assert.deepEqual(tablet.effects, []);
  assert.equal(tablet.state.backgroundCalls.length, 1);
});
