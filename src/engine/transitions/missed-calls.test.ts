import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../../test/fakes/signed-in.ts';
import { BOB } from '../../../test/fakes/views.ts';
import { missed } from '../../../test/fakes/bob-signed-in.ts';

/** Each missed call is notified once. */

test('missed calls are notified once, also across a reload', async () => {
  const bob = await signedIn(BOB, { missed: [missed(3), missed(4)], missedSeq: 4 });
  assert.equal(bob.takeCallbacks().length, 2);
  bob.socket.push({ type: 'call-missed', missed: missed(5) });
  bob.socket.push({ type: 'call-missed', missed: missed(5) });
  assert.equal(bob.takeCallbacks().length, 1);

  const again = new Bench(BOB, bob.memory);
  const init = again.init();
  await settle();
  again.socket.connect();
  await settle();
  assert.equal(again.socket.waiting('sync')?.missedSince, 5);
  await again.sync({ missed: [], missedSeq: 5 });
  await init;
  assert.deepEqual(again.takeCallbacks(), []);
});

test('missed calls are notified once after the server has lost its database', async () => {
  const bob = await signedIn(BOB, { missed: [missed(8)], missedSeq: 8 });
  bob.takeCallbacks();
  bob.socket.drop();
  await settle();
  bob.socket.connect();
  await bob.sync({ missed: [], missedSeq: 2 });
  assert.equal(bob.socket.waiting('sync')?.missedSince, null);
  await bob.sync({ missed: [missed(1), missed(2)], missedSeq: 2 });
  assert.equal(bob.takeCallbacks().length, 2);
  bob.socket.push({ type: 'call-missed', missed: missed(2) });
  bob.socket.push({ type: 'call-missed', missed: missed(3) });
  assert.equal(bob.takeCallbacks().length, 1);
});

test('a missed call that was notified before a sync is not notified again after the next', async () => {
  const bob = await signedIn(BOB, { missed: [], missedSeq: 8 });
  bob.socket.drop();
  await settle();
  bob.socket.connect();
  await settle();
  bob.socket.push({ type: 'call-missed', missed: missed(9) });
  await bob.sync({ missed: [], missedSeq: 0 });
  assert.equal(bob.takeCallbacks().length, 1);
  bob.socket.drop();
  await settle();
  bob.socket.connect();
  await settle();
  assert.equal(bob.socket.waiting('sync')?.missedSince, 9);
});

test('a call missed just before the result of the sync does not hide an older one', async () => {
  const bob = await signedIn(BOB, { missedSeq: 2 });
  bob.socket.drop();
  bob.socket.connect();
  bob.welcome();
  bob.socket.push({ type: 'call-missed', missed: missed(4) });
  await bob.sync({ missed: [missed(3), missed(4)], missedSeq: 4 });
  assert.equal(bob.takeCallbacks().length, 2);

  bob.socket.drop();
  bob.socket.connect();
  bob.welcome();
  bob.socket.push({ type: 'call-missed', missed: missed(6) });
  await bob.sync({ missed: [missed(5)], missedSeq: 5 });
  assert.equal(bob.takeCallbacks().length, 2);
});
