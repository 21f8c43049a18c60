import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settle } from '../../test/fakes/fake-clock.ts';
import { Bench, signedIn } from '../../test/fakes/signed-in.ts';
import { errorShape, type UserId } from '../protocol/index.ts';

const bob = 'bob' as UserId;

const targets = ({ socket }: Bench) =>
  socket.sent.flatMap((command) =>
    command.type === 'set-push-target' ? [`${command.target.address} ${command.on}`] : [],
  );

async function subscribed(): Promise<Bench> {
  const bench = await signedIn(bob);
  const done = bench.engine.subscribeToPush();
  await settle();
  bench.socket.answer('set-push-target', { ok: true });
  await done;
  return bench;
}

describe('push', () => {
  it('registers the subscription of the browser at the server', async () => {
    const bench = await subscribed();
    assert.deepEqual(targets(bench), ['https://push.test/1 true']);
    assert.deepEqual(bench.device.asked, ['restore bob', 'subscribe bob  -']);
  });

  it('registers the token of a native shell', async () => {
    const bench = await signedIn(bob);
    const done = bench.engine.registerDeviceToken('apns', 'token');
    await settle();
    bench.socket.answer('set-push-target', { ok: true });
    await done;
    assert.deepEqual(targets(bench), ['token true']);
  });

  it('forgets a subscription that the server refuses, and keeps one that it did not acknowledge', async () => {
    const bench = await signedIn(bob);
    const refused = assert.rejects(bench.engine.subscribeToPush(), { name: 'not-supported-here' });
    await settle();
    const error = errorShape('not-supported-here');
    bench.socket.answer('set-push-target', { ok: false, error });
    await refused;
    assert.equal(bench.device.remembered, null);
    const late = assert.rejects(bench.engine.subscribeToPush(), { name: 'signaling-failed' });
    await settle();
    await bench.clock.pass(20_000);
    await late;
    assert.notEqual(bench.device.remembered, null);
  });

  it('is registered again when the user signs in again', async () => {
    const bench = new Bench(bob);
    await bench.device.remember({ server: '', userId: bob }, 'web', 'https://push.test/old');
    await bench.signIn();
    await settle();
    assert.deepEqual(targets(bench), ['https://push.test/old true']);
  });

  it('ends when the user signs out', async () => {
    const bench = await subscribed();
    const done = bench.engine.destroy();
    await settle();
    assert.deepEqual(targets(bench).at(-1), 'https://push.test/1 false');
    bench.socket.answer('set-push-target', { ok: true });
    await done;
    assert.equal(bench.device.remembered, null);
  });

  it('ends when the server signs the user out or refuses the userSig', async () => {
    for (const reason of ['newer-session', 'removed-by-server'] as const) {
      const bench = await subscribed();
      bench.socket.push({ type: 'kicked-offline', reason });
      assert.equal(bench.device.remembered, null, reason);
    }
    const expired = await subscribed();
    expired.socket.refuse('user-sig-expired');
    assert.equal(expired.device.remembered, null);
    const upgraded = await subscribed();
    upgraded.socket.refuse('not-supported-here');
    assert.notEqual(upgraded.device.remembered, null);
  });

  it('needs a user who is signed in', async () => {
    const { engine } = new Bench(bob);
    await assert.rejects(engine.subscribeToPush(), { name: 'not-initialized' });
    await assert.rejects(engine.registerDeviceToken('apns', 'token'), { name: 'not-initialized' });
  });
});
