import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  callAnswered,
  callCommand,
  calls,
  happens,
  idOf,
  missed,
  play,
  pushed,
  wants,
} from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, SERVER_START } from '../../../test/fakes/views.ts';
import type { Command } from '../../protocol/index.ts';
import { ring, received, notConnected } from '../../../test/fakes/alice-calls-bob.ts';

/** The tables of docs/events.md: the callbacks on both sides of a call that does not connect, and their order. */

const hangupCommand: Command = { type: 'hangup', id: idOf('hangup-sent'), callId: CALL };

describe('a 1-to-1 call that does not connect', () => {
  test('is cancelled by the caller: both get the caller’s id', () => {
    const over = ring.at(4000).ends('cancelled', ALICE);
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      wants(4000, { type: 'hangup' }),
      answered(4050, hangupCommand, { ok: true, call: over.seenBy(ALICE) }),
      pushed(4060, over.seenBy(ALICE)),
    );
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(4020, over.seenBy(BOB)));
    assert.deepEqual(alice.callbacks, ['onCallCancelled(alice)', notConnected('cancelled')]);
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(alice)',
      notConnected('cancelled'),
    ]);
  });

  test('is not answered: the caller gets the callee’s event first', () => {
    const over = ring.at(30_000).ends('no-response', null, { bob: 'no-response' });
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      pushed(30_010, over.seenBy(ALICE)),
    );
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(30_010, over.seenBy(BOB)));
    assert.deepEqual(alice.callbacks, [
      'onUserNoResponse(bob)',
      'onCallCancelled(alice)',
      notConnected('no-response'),
    ]);
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(bob)',
      notConnected('no-response'),
    ]);
  });

  test('is rejected: the caller gets the callee’s event first, the callee ends at once', () => {
    const over = ring.at(5000).becomes(BOB, 'rejected', 'this').ends('rejected', BOB);
    const alice = play(
      ALICE,
      calls(0, [BOB]),
      callAnswered(10, ring.seenBy(ALICE)),
      pushed(5010, over.seenBy(ALICE)),
    );
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      wants(5000, { type: 'reject' }),
      pushed(5030, over.seenBy(BOB)),
    );
    assert.deepEqual(alice.callbacks, [
      'onUserReject(bob)',
      'onCallCancelled(alice)',
      notConnected('rejected'),
    ]);
    assert.deepEqual(bob.callbacks, [received, 'onCallCancelled(bob)', notConnected('rejected')]);
  });

  test('has a busy callee: the acknowledgement ends it, and the callee gets only call-missed', () => {
    const over = ring.becomes(BOB, 'busy').ends('line-busy', null);
    const alice = play(ALICE, calls(0, [BOB]), callAnswered(10, over.seenBy(ALICE)));
    const bob = play(
      BOB,
      missed(20, {
        seq: 1,
        callId: CALL,
        callerId: ALICE,
        callerNickname: 'Alice',
        callerAvatar: '',
        mediaType: 'audio',
        groupId: '',
        reason: 'line-busy',
        at: SERVER_START,
      }),
    );
    assert.deepEqual(alice.callbacks, [
      'onUserLineBusy(bob)',
      'onCallCancelled(alice)',
      notConnected('line-busy'),
    ]);
    assert.deepEqual(bob.callbacks, [`onCallMissed(${CALL}, alice, audio, line-busy)`]);
  });

  test('has an unreachable callee, who gets the same notifications on return', () => {
    const over = ring.at(30_000).ends('no-response', null, { bob: 'no-response' });
    const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [CALL], missedSince: 0 };
    const bob = play(
      BOB,
      pushed(20, ring.seenBy(BOB)),
      happens(3000, { type: 'socket-disconnected' }),
      happens(28_900, { type: 'socket-connected' }),
      answered(29_000, sync, {
        ok: true,
        calls: [over.seenBy(BOB)],
        missed: [],
        missedSeq: 0,
      }),
    );
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(bob)',
      notConnected('no-response'),
    ]);
  });

  test('loses its caller: the ring ends as cancelled by the caller', () => {
    const over = ring.at(9000).ends('offline', null, { alice: 'offline' });
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(9010, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [received, 'onCallCancelled(alice)', notConnected('offline')]);
  });

  test('is ended by the server API: no user cancelled it', () => {
    const over = ring.at(9000).ends('ended-by-server', null);
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(9010, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(bob)',
      notConnected('ended-by-server'),
    ]);
  });

  test('is answered on another session: this one gets other-device-accepted', () => {
    const elsewhere = ring.at(4000).joins(BOB, 'other');
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(4010, elsewhere.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(bob)',
      notConnected('other-device-accepted'),
    ]);
    assert.equal(bob.notifications[1]?.info.reason, 'other-device-accepted');
    assert.equal(bob.phase, 'ended');
  });

  test('is rejected on another session: this one gets other-device-rejected', () => {
    const over = ring.at(4000).becomes(BOB, 'rejected', 'other').ends('rejected', BOB);
    const bob = play(BOB, pushed(20, ring.seenBy(BOB)), pushed(4010, over.seenBy(BOB)));
    assert.deepEqual(bob.callbacks, [
      received,
      'onCallCancelled(bob)',
      notConnected('other-device-rejected'),
    ]);
    assert.equal(bob.notifications[1]?.info.reason, 'other-device-rejected');
  });
});

test('a call that the server refuses causes onError', () => {
  const alice = play(
    ALICE,
    calls(0, [BOB]),
    answered(10, callCommand, {
      ok: false,
      error: { code: 20007, name: 'blocked', message: 'no', retryable: false },
    }),
  );
  assert.deepEqual(alice.callbacks, ['onError(20007, no)']);
  assert.equal(alice.phase, 'idle');
  assert.equal(alice.state.activeError?.error.name, 'blocked');
});
