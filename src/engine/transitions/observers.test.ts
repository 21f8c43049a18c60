import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB } from '../../../test/fakes/views.ts';
import { ring } from '../../../test/fakes/alice-calls-bob.ts';

/** How observers affect the engine and each other. */

test('an exception in an observer affects neither the engine nor other observers', async () => {
  const bob = await signedIn(BOB);
  const received: string[] = [];
  bob.engine.addObserver({
    onCallReceived: () => {
      throw new Error('not my day');
    },
  });
  const observer = {
    onCallReceived: (callerId: string, _list: readonly string[], _group: string, type: string) =>
      received.push(`${callerId} ${type}`),
  };
  bob.engine.addObserver(observer);
  bob.engine.addObserver(observer);
  await bob.push(ring.seenBy(BOB));
  assert.deepEqual(received, ['alice audio']);
  assert.equal(bob.state.phase, 'incoming');
  bob.engine.removeObserver(observer);
  await bob.push(ring.at(100).ends('cancelled', ALICE).seenBy(BOB));
  assert.equal(bob.state.phase, 'ended');
});

test('an intent of an observer is processed after all observers were notified', async () => {
  const bob = await signedIn(BOB);
  const order: string[] = [];
  bob.engine.addObserver({
    onCallReceived: () => {
      assert.equal(bob.state.phase, 'incoming');
      void bob.engine.reject();
      order.push('received');
    },
    onCallCancelled: () => order.push('cancelled'),
  });
  bob.engine.addObserver({ onCallReceived: () => order.push('received, too') });
  await bob.push(ring.seenBy(BOB));
  assert.deepEqual(order, ['received', 'received, too', 'cancelled']);
});
