import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settle } from '../../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../../test/fakes/signed-in.ts';
import { BOB, CAROL } from '../../../test/fakes/views.ts';

/** init() and its arguments. */

describe('init', () => {
  test('resolves after the sync, not before', async () => {
    const bob = new Bench(BOB);
    let ready = false;
    const init = bob.init().then(() => (ready = true));
    await settle();
    assert.equal(bob.state.connection, 'connecting');
    bob.socket.connect();
    assert.equal(bob.socket.handshakes[0]?.userId, BOB);
    bob.welcome();
    await settle();
    assert.equal(ready, false);
    await bob.sync();
    await init;
    assert.equal(bob.state.connection, 'connected');
    assert.deepEqual(
      bob.notifications.map(({ args }) => args[0]),
      ['connecting', 'connected'],
    );
  });

  test('rejects with the error of the server’s refusal', async () => {
    for (const name of ['user-sig-invalid', 'user-sig-expired', 'origin-refused'] as const) {
      const bob = new Bench(BOB);
      const init = bob.init();
      await settle();
      bob.socket.refuse(name);
      await assert.rejects(init, { name });
      assert.equal(bob.state.connection, 'disconnected');
      assert.equal(bob.state.error?.name, name);
    }
  });

  test('rejects after 10 s without a server, and connects later', async () => {
    const bob = new Bench(BOB);
    const init = bob.init();
    const failed = assert.rejects(init, { name: 'signaling-failed' });
    await bob.clock.pass(10_000);
    await failed;
    assert.equal(bob.state.error?.name, 'signaling-failed');
    await bob.connect();
    assert.equal(bob.state.connection, 'connected');
    assert.equal(bob.state.error, null);
  });

  test('called again after it failed, resolves when the server is reached, with the new nickname', async () => {
    const bob = new Bench(BOB);
    const failed = assert.rejects(bob.init(), { name: 'signaling-failed' });
    await bob.clock.pass(10_000);
    await failed;
    let ready = false;
    const again = bob.init({ nickname: 'Bobby' }).then(() => (ready = true));
    await settle();
    assert.equal(ready, false);
    await bob.connect();
    await settle();
    bob.socket.answer('set-self-info', { ok: true, nickname: 'Bobby', avatar: '' });
    await again;
    assert.equal(bob.state.nickname, 'Bobby');
    await bob.init();
    assert.equal(bob.socket.opened, 1);
  });

  test('called again with a new userSig after it failed, resolves when the server is reached', async () => {
    const bob = new Bench(BOB);
    const failed = assert.rejects(bob.init(), { name: 'signaling-failed' });
    await bob.clock.pass(10_000);
    await failed;
    let ready = false;
    const calls = [bob.init({ userSig: 'sig-2' }), bob.init({ userSig: 'sig-2' })];
    const both = Promise.all(calls).then(() => (ready = true));
    await settle();
    assert.equal(ready, false);
    await bob.connect();
    await both;
    assert.equal(bob.socket.handshakes.at(-1)?.userSig, 'sig-2');
  });

  test('called again after it failed, rejects after 10 s more without a server', async () => {
    const bob = new Bench(BOB);
    for (let n = 0; n < 2; n += 1) {
      const failed = assert.rejects(bob.init(), { name: 'signaling-failed' });
      await bob.clock.pass(9_000);
      assert.equal(bob.state.error, null);
      await bob.clock.pass(1_000);
      await failed;
    }
    assert.equal(bob.socket.opened, 1);
  });

  test('rejects invalid arguments before any effect', async () => {
    const bob = new Bench(BOB);
    await assert.rejects(bob.init({ userId: 'no spaces' }), /userId/);
    await assert.rejects(bob.init({ server: 'calls' }), /server/);
    await assert.rejects(bob.init({ userSig: '' }), { name: 'invalid-parameter' });
    await assert.rejects(bob.init({ nickname: 'é'.repeat(251) }), /nickname/);
    assert.equal(bob.socket.opened, 0);
    assert.equal(bob.page.sessions, 0);
  });

  test('has no effect for the same identity, and renews a new userSig', async () => {
    const bob = await signedIn(BOB);
    await bob.init();
    assert.equal(bob.socket.opened, 1);
    const renewing = bob.init({ userSig: 'sig-2' });
    await settle();
    const { userSig } = bob.socket.answer('renew-user-sig', { ok: true, userSigExpiresInMs: 1 });
    assert.equal(userSig, 'sig-2');
    await renewing;
    assert.equal(bob.socket.opened, 1);
  });

  test('signs the first user out for another user', async () => {
    const bob = await signedIn(BOB);
    const init = bob.init({ userId: CAROL });
    await settle();
    assert.equal(bob.socket.opened, 2);
    assert.equal(bob.page.sessions, 1);
    assert.equal(bob.media.listeners, 1);
    bob.socket.connect();
    await bob.sync();
    await init;
    assert.equal(bob.state.userId, CAROL);
  });

  test('does not sign in when destroy() supersedes it', async () => {
    const bob = new Bench(BOB);
    const init = bob.init();
    await bob.engine.destroy();
    await assert.rejects(init, { name: 'not-initialized' });
    assert.equal(bob.page.sessions, 0);
    assert.equal(bob.socket.isOpen, false);
  });

  test('sends a new nickname to the server', async () => {
    const bob = new Bench(BOB);
    const init = bob.init({ nickname: 'Bobby' });
    await settle();
    await bob.connect();
    await init;
    const sent = bob.socket.answer('set-self-info', { ok: true, nickname: 'Bobby', avatar: '' });
    assert.deepEqual(
      { nickname: sent.nickname, avatar: sent.avatar },
      { nickname: 'Bobby', avatar: '' },
    );
    await settle();
    assert.equal(bob.state.nickname, 'Bobby');
  });
});
