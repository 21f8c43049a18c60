import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { TestUser } from '../../test/fixtures/test-user.ts';
import { RENEWAL_GRACE_MS } from '../signalling/user-sig-status.ts';
import { startActiveCall } from '../testing/active-call.ts';
import { callFields } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

/** The engine and the server together: the effect of the userSig on its session. */

const ALICES_NOT_CAROLS = 'The userSig was not accepted: it signs in "alice", not "carol".';

describe('a userSig of another user', () => {
  it('signs nobody in', async (t) => {
    const server = await testServer(t);
    const carol = userOf(t, server, 'carol', await server.sig('alice'));
    await assert.rejects(carol.signIn(), { name: 'user-sig-invalid', message: ALICES_NOT_CAROLS });
    assert.equal(carol.state.connection, 'disconnected');
    assert.equal(await sessionsOf(server), 0);
  });
});

describe('a session whose userSig has expired', () => {
  it('ends a minute later, is refused, and reconnects with a new userSig', async (t) => {
    const server = await testServer(t);
    const bob = userOf(t, server, 'bob', await server.sig('bob', ENDS_SOON));
    await bob.signIn();
    server.clock.advance(PAST_MS);
    await bob.connection('disconnected');
    assert.equal(bob.engine.state.error?.name, 'user-sig-expired');
    assert.equal(await sessionsOf(server), 0);
    await bob.engine.renewUserSig(await server.sig('bob'));
    assert.equal(bob.engine.state.connection, 'connected');
    assert.deepEqual(bob.takeCallbacks(), ['onUserSigWillExpire()', 'onUserSigExpired()']);
  });

  it('ends at the last millisecond of that minute, not before', async (t) => {
    const { signIn, clock } = await testServer(t);
    const bob = await signIn('bob', {}, ENDS_SOON);
    const { userSigExpiresInMs } = await bob.nextMessage('welcome');
    clock.advance(userSigExpiresInMs + RENEWAL_GRACE_MS - 1);
    await bob.ask('sync', ALL);
    clock.advance(1);
    await bob.closed();
    assert.deepEqual(bob.receivedSummary(), ['welcome', 'user-sig-expiring', 'user-sig-expired']);
  });

  it('continues when its userSig is renewed within that minute', async (t) => {
    const { signIn, sig, clock } = await testServer(t);
    const bob = await signIn('bob', {}, ENDS_SOON);
    const { userSigExpiresInMs } = await bob.nextMessage('welcome');
    clock.advance(userSigExpiresInMs + RENEWAL_GRACE_MS - 1);
    await bob.ask('renew-user-sig', { userSig: await sig('bob') });
    clock.advance(RENEWAL_GRACE_MS);
    await bob.call(['alice']);
  });

  it('gets no ring and no missed call and cannot reject, unlike other sessions of the user', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice');
    const [old, tablet] = [await signIn('bob', {}, ENDS_SOON), await signIn('bob')];
    // The machine was suspended: no timer has fired, and time has passed.
    clock.setWall(PAST_MS);
    const { call } = await alice.call(['bob'], { userData: 'a secret' });
    await tablet.nextView(({ status }) => status === 'ringing');
    const { callId } = call;
    assert.equal(await old.refusal('reject', { callId }), 'user-sig-expired');
    await old.closed();
    assert.deepEqual(old.receivedSummary(), ['welcome', 'user-sig-expiring']);
    await alice.ask('hangup', { callId });
    await tablet.nextMessage('call-missed');
    assert.deepEqual(tablet.receivedSummary(), [
      'welcome',
      'ringing',
      'ended/cancelled',
      'call-missed',
    ]);
  });

  it('ends at its first command after a suspend of the server’s machine, unless that command renews', async (t) => {
    const { signIn, sig, clock } = await testServer(t);
    const [lazy, keen] = [await signIn('bob', {}, ENDS_SOON), await signIn('eve', {}, ENDS_SOON)];
    for (const client of [lazy, keen]) await client.nextMessage('user-sig-expiring');
    clock.setWall(PAST_MS);
    assert.equal(await lazy.refusal('sync', ALL), 'user-sig-expired');
    await lazy.closed();
    await keen.ask('renew-user-sig', { userSig: await sig('eve', { expiresIn: '7d' }) });
    await keen.ask('sync', ALL);
  });

  it('does not end early when the machine’s clock is set back', async (t) => {
    const { signIn, clock } = await testServer(t);
    const bob = await signIn('bob', {}, ENDS_SOON);
    clock.setWall(-PAST_MS);
    clock.advance(PAST_MS);
    await bob.ask('sync', ALL);
    assert.deepEqual(bob.receivedSummary(), ['welcome', 'user-sig-expiring']);
    clock.advance(PAST_MS);
    await bob.closed();
  });
});

describe('a session in a call whose userSig has expired', () => {
  it('F61 lasts as long as the call and receives nothing else', async (t) => {
    const { signIn, clock } = await testServer(t, { callWaiting: true });
    const [alice, carol] = [await signIn('alice'), await signIn('carol')];
    const bob = await signIn('bob', {}, ENDS_SOON);
    const callId = await startActiveCall(alice, bob);
    clock.advance(PAST_MS);
    const { call: second } = await carol.call(['bob']);
    const { callId: other } = second;
    assert.deepEqual(
      await Promise.all([
        bob.refusal('sync', ALL),
        bob.refusal('reject', { callId: other }),
        bob.refusal('hangup', { callId: other }),
        bob.refusal('alerted', { callId }),
        bob.refusal('call', callFields(['dave'])),
      ]),
      Array.from({ length: 5 }, () => 'user-sig-expired'),
    );
    await carol.ask('hangup', { callId: second.callId });
    await alice.ask('switch-media-type', { callId, mediaType: 'audio' });
    await bob.nextView(({ mediaType }) => mediaType === 'audio');
    assert.ok(bob.received.every((one) => one.type !== 'call-missed'));
    assert.ok(
      bob.received.every((one) => one.type !== 'call-changed' || one.call.callId === callId),
    );
    await alice.ask('hangup', { callId });
    await bob.nextView(({ status }) => status === 'ended');
    await bob.closed();
  });

  it('ends by its own hang-up, after its acknowledgement', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob', {}, ENDS_SOON)];
    const callId = await startActiveCall(alice, bob);
    clock.advance(PAST_MS);
    const { call } = await bob.ask('hangup', { callId });
    assert.equal(call.status, 'ended');
    await bob.closed();
  });

  it('lasts while its own call rings, and on hold', async (t) => {
    const { signIn, clock } = await testServer(t, { callWaiting: true });
    const [alice, bob] = [await signIn('alice'), await signIn('bob', {}, ENDS_SOON)];
    const callId = await startActiveCall(alice, bob);
    await bob.ask('hold', { callId, on: true });
    const { call } = await bob.call(['carol'], { timeout: 0 });
    clock.advance(PAST_MS);
    await bob.ask('hangup', { callId: call.callId });
    await alice.ask('switch-media-type', { callId, mediaType: 'audio' });
    await bob.nextView(({ mediaType }) => mediaType === 'audio');
    assert.ok(bob.socket.connected);
    await bob.ask('hangup', { callId });
    await bob.closed();
  });

  it('ends when the call moves to another device, and is notified', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bob] = [await signIn('alice'), await signIn('bob', {}, ENDS_SOON)];
    const callId = await startActiveCall(alice, bob);
    const tablet = await signIn('bob');
    clock.advance(PAST_MS);
    await tablet.ask('join', { callId });
    await bob.nextView(({ self }) => self.session === 'other');
    await bob.closed();
  });

  it('receives rings after a renewal, also of calls started before it', async (t) => {
    const server = await testServer(t, { callWaiting: true });
    const [alice, carol] = [await server.signIn('alice'), await server.signIn('carol')];
    const bob = userOf(t, server, 'bob', await server.sig('bob', ENDS_SOON));
    await bob.signIn();
    await alice.call(['bob']);
    await bob.callback('onCallReceived');
    await bob.engine.accept();
    server.clock.advance(PAST_MS);
    await carol.call(['bob'], { timeout: 0 });
    assert.deepEqual(
      (await bob.allCallbacks()).filter((line) => line.includes('carol')),
      [],
    );
    await bob.engine.renewUserSig(await server.sig('bob'));
    await bob.callback('onCallReceived');
    assert.equal(bob.engine.state.waiting?.callerId, 'carol');
  });
});

const ENDS_SOON = { expiresIn: '1m' } as const;
/**
 * Well after the end of such a userSig, and of the minute after it: it counts from when it was made, by the
 * machine's clock.
 */
const PAST_MS = 120_000 + RENEWAL_GRACE_MS;
const ALL = { knownCallIds: [], missedSince: null } as const;

function userOf(
  t: TestContext,
  { clock, url: server }: TestServer,
  userId: string,
  userSig: string,
): TestUser {
  const user = new TestUser(userId, { server, clock, userSig });
  t.after(() => user.leave());
  return user;
}

async function sessionsOf({ url }: TestServer): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^tui_call_sessions (\d+)$/m.exec(metrics)?.[1]);
}
