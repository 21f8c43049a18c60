import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../../test/fakes/signed-in.ts';
import { ALICE, BOB, CALL } from '../../../test/fakes/views.ts';
import { ring, talk } from '../../../test/fakes/alice-calls-bob.ts';
import { MEDIA, bobTalking } from '../../../test/fakes/bob-signed-in.ts';

/** What the methods refuse, and what they send once. */

describe('methods', () => {
  test('reject before init', async () => {
    const { engine } = new Bench(BOB);
    await assert.rejects(engine.calls('alice', 'audio'), { name: 'not-initialized' });
    await assert.rejects(engine.accept(), { name: 'not-initialized' });
    await assert.rejects(engine.getDevices(), { name: 'not-initialized' });
    await engine.dismiss();
  });

  test('reject invalid arguments by name, without a command', async () => {
    const { engine, socket } = await signedIn(BOB);
    const sent = socket.sent.length;
    await assert.rejects(engine.calls([], 'audio'), /userIds/);
    await assert.rejects(engine.calls(['a b'], 'audio'), /userIds/);
    await assert.rejects(engine.calls(['bob'], 'audio'), { name: 'self-call' });
    await assert.rejects(engine.calls(['alice'], 'x' as never), /mediaType/);
    await assert.rejects(engine.calls('alice', 'audio', { timeout: 601 }), /timeout/);
    await assert.rejects(engine.calls('alice', 'audio', { timeout: 1.5 }), /timeout/);
    await assert.rejects(
      engine.calls('alice', 'audio', { userData: '€'.repeat(1366) }),
      /userData/,
    );
    await assert.rejects(engine.calls('alice', 'audio', { groupId: 'g'.repeat(65) }), /groupId/);
    const many = Array.from({ length: 500 }, (_, n) => `user-${n}`);
    await assert.rejects(engine.calls(many, 'audio'), { name: 'call-full' });
    await assert.rejects(engine.join('short'), /callId/);
    await assert.rejects(engine.setVideoEncoderParams({ resolution: '8k' as never }), /resolution/);
    assert.equal(socket.sent.length, sent);
  });

  test('reject in the wrong phase', async () => {
    const bob = await signedIn(BOB);
    await assert.rejects(bob.engine.accept(), { name: 'wrong-state' });
    await assert.rejects(bob.engine.openCamera(), { name: 'wrong-state' });
    await assert.rejects(bob.engine.inviteUser('carol'), { name: 'wrong-state' });
    await bob.engine.hangup();
    await bob.engine.reject();
    await bobTalking(bob);
    await assert.rejects(bob.engine.calls('carol', 'audio'), { name: 'wrong-state' });
    await assert.rejects(bob.engine.join('another-call-0000000'), { name: 'wrong-state' });
    await assert.rejects(bob.engine.openCamera(), { name: 'wrong-state' });
  });

  test('accept twice is one accept (F09)', async () => {
    const bob = await signedIn(BOB);
    await bob.push(ring.seenBy(BOB));
    const both = [bob.engine.accept(), bob.engine.accept()];
    await settle();
    assert.equal(bob.socket.tries('accept').length, 1);
    bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
    await Promise.all(both);
    await bob.engine.accept();
    assert.equal(bob.socket.tries('accept').length, 1);
  });

  test('a repeated call is made once, and the second request is rejected', async () => {
    const alice = await signedIn(ALICE);
    const first = alice.engine.calls('bob', 'audio');
    await assert.rejects(alice.engine.calls('bob', 'audio'), { name: 'repeated-request' });
    await assert.rejects(alice.engine.calls('carol', 'audio'), { name: 'wrong-state' });
    await settle();
    assert.equal(alice.socket.tries('call').length, 1);
    alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
    await first;
    await assert.rejects(alice.engine.calls('bob', 'audio'), { name: 'wrong-state' });
  });

  test('calls() rejects when the user hangs up before the acknowledgement', async () => {
    const bob = await signedIn(BOB);
    const calling = assert.rejects(bob.engine.calls('alice', 'audio'), { name: 'wrong-state' });
    await bob.engine.hangup();
    await calling;
  });

  test('a call command is repeated with the same id until it is acknowledged (F13)', async () => {
    const alice = await signedIn(ALICE);
    const calling = alice.engine.calls('bob', 'audio');
    await settle();
    alice.socket.drop();
    await alice.clock.pass(500);
    await alice.connect();
    const [first, second] = alice.socket.tries('call');
    assert.equal(first?.id, second?.id);
    alice.socket.answer('call', { ok: true, call: ring.seenBy(ALICE) });
    assert.deepEqual(await calling, { callId: CALL });
  });
});
