import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { signedIn } from '../../../test/fakes/signed-in.ts';
import { BOB } from '../../../test/fakes/views.ts';
import { errorShape } from '../../protocol/index.ts';
import { talk } from '../../../test/fakes/alice-calls-bob.ts';
import { bobTalking } from '../../../test/fakes/bob-signed-in.ts';

/** Expiry and renewal of the userSig. */

describe('userSig', () => {
  test('notifies its coming and its actual expiry once', async () => {
    const bob = await signedIn(BOB);
    bob.socket.push({ type: 'user-sig-expiring', inMs: 300_000 });
    bob.socket.push({ type: 'user-sig-expiring', inMs: 200_000 });
    bob.socket.push({ type: 'user-sig-expired' });
    bob.socket.push({ type: 'user-sig-expired' });
    assert.deepEqual(bob.takeCallbacks(), ['onUserSigWillExpire()', 'onUserSigExpired()']);
  });

  test('that a renewal refuses is reported once, and the previous one stays in use', async () => {
    for (const name of ['user-sig-invalid', 'user-sig-expired'] as const) {
      const error = errorShape(name, 'text of the server');
      const bob = await bobTalking(await signedIn(BOB));
      const renewing = assert.rejects(bob.engine.renewUserSig('sig-2'), error);
      await settle();
      bob.socket.answer('renew-user-sig', { ok: false, error });
      await renewing;
      assert.deepEqual(bob.takeCallbacks(), [`onError(${error.code}, text of the server)`]);
      assert.deepEqual(bob.state.error, error);
      assert.equal(bob.state.phase, 'connected');
      bob.socket.drop();
      bob.socket.connect();
      assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-1');

      const again = bob.engine.renewUserSig('sig-3');
      bob.welcome();
      await bob.sync({ calls: [talk.seenBy(BOB)] });
      await again;
      assert.equal(bob.state.error, null);
      assert.deepEqual(bob.takeCallbacks(), []);
    }
  });

  test('that is refused after a newer one was set leaves the newer one in use', async () => {
    const bob = await signedIn(BOB);
    const refusal = { ok: false, error: errorShape('user-sig-invalid') } as const;
    const older = assert.rejects(bob.engine.renewUserSig('sig-2'), { name: 'user-sig-invalid' });
    const newer = bob.engine.renewUserSig('sig-3');
    await settle();
    bob.socket.answer('renew-user-sig', { ok: true, userSigExpiresInMs: 1 });
    await newer;
    bob.socket.answer('renew-user-sig', refusal);
    await older;
    const newest = assert.rejects(bob.engine.renewUserSig('sig-4'), { name: 'user-sig-invalid' });
    await settle();
    bob.socket.answer('renew-user-sig', refusal);
    await newest;
    bob.socket.drop();
    bob.socket.connect();
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-3');
  });

  test('whose renewal times out is carried by the next handshake', async () => {
    const bob = await signedIn(BOB);
    const renewing = assert.rejects(bob.engine.renewUserSig('sig-2'), { name: 'signaling-failed' });
    await settle();
    bob.socket.drop();
    await bob.clock.pass(20_000);
    await renewing;
    assert.deepEqual(bob.takeCallbacks(), []);
    bob.socket.connect();
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-2');
  });

  test('that the next handshake refuses is reported once, and another one restores the session', async () => {
    const bob = await signedIn(BOB);
    bob.socket.drop();
    await bob.engine.renewUserSig('sig-2');
    bob.socket.refuse('user-sig-invalid');
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-2');
    const { code, message } = errorShape('user-sig-invalid');
    assert.deepEqual(bob.takeCallbacks(), [`onError(${code}, ${message})`]);

    const refused = assert.rejects(bob.engine.renewUserSig('sig-3'), { name: 'user-sig-invalid' });
    await settle();
    bob.socket.refuse('user-sig-invalid');
    await refused;
    assert.deepEqual(bob.takeCallbacks(), [`onError(${code}, ${message})`]);

    const renewing = bob.engine.renewUserSig('sig-4');
    await settle();
    await bob.connect();
    await renewing;
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-4');
    assert.deepEqual([bob.state.connection, bob.state.error], ['connected', null]);
  });

  test('is in no log line and no persisted value', async () => {
    const bob = await bobTalking(await signedIn(BOB));
    bob.socket.pushRaw({ type: 'call-changed', call: 'nonsense' });
    bob.socket.drop();
    await bob.clock.pass(5000);
    const kept = [...bob.logger.lines, ...bob.memory.tab.entries, ...bob.memory.browser.entries];
    assert.ok(kept.length > 0);
    assert.ok(!JSON.stringify(kept).includes('sig-1'));
    assert.ok(!JSON.stringify(kept).includes('token-1'));
  });
});
