import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { io } from 'socket.io-client';
import { errorShape } from '../../src/protocol/index.ts';
import { DEFAULT_RATES } from '../limits/rates.ts';
import { bob, carol, user } from '../testing/people.ts';
import { callFields, newCommandId, TestClient } from '../testing/test-client.ts';
import { SECRET, testServer } from '../testing/test-server.ts';
import { createUserSig } from '../auth/user-sig.ts';

const OTHERS = (signed: string, asked: string) =>
  `The userSig was not accepted: it signs in "${signed}", not "${asked}".`;

describe('handshake', () => {
  it('sends welcome to a signed-in session', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice', {}, { name: 'Alice', expiresIn: '1h' });
    const welcome = await alice.nextMessage('welcome');
    assert.equal(welcome.nickname, 'Alice');
    assert.equal(welcome.sessionId, alice.sessionId);
    assert.equal(welcome.serverNow, clock.now());
    assert.equal(welcome.mediaUrl, 'ws://media.example');
    assert.ok(Math.abs(welcome.userSigExpiresInMs - 3_600_000) < 5000);
  });

  it('refuses with the reason', async (t) => {
    const { url, sig } = await testServer(t, { origins: ['https://app.example'] });
    const good = { url, userSig: await sig('alice'), origin: 'https://app.example' };
    const other = await createUserSig('some other secret, as long as needed', 'alice');
    assert.equal(await TestClient.refused({ ...good, userSig: 'nonsense' }), 'user-sig-invalid');
    assert.equal(await TestClient.refused({ ...good, userSig: other }), 'user-sig-invalid');
    assert.equal(await TestClient.refused({ ...good, protocol: 2 }), 'not-supported-here');
    assert.equal(await TestClient.refused({ ...good, sessionId: 'x' }), 'invalid-parameter');
    assert.equal(await TestClient.refused({ ...good, userId: '' }), 'invalid-parameter');
    assert.equal(await TestClient.refused({ ...good, userId: 'a b' }), 'invalid-parameter');
  });

  it('refuses the userSig of another user and names its user', async (t) => {
    const { url, sig, server } = await testServer(t);
    const userSig = await sig('alice');
    const refusal = await TestClient.knock({ url, userSig, userId: 'carol' });
    assert.deepEqual(refusal, errorShape('user-sig-invalid', OTHERS('alice', 'carol')));
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^tui_call_sessions 0$/m);
  });

  it('refuses an expired userSig with user-sig-expired', async (t) => {
    const { url, sig, clock } = await testServer(t);
    const userSig = await sig('alice', { expiresIn: '1m' });
    clock.advance(61_000);
    assert.equal(await TestClient.refused({ url, userSig }), 'user-sig-expired');
  });

  const unknownUsers = [
    'https://evil.example',
    'null',
    'https://app.example.evil.io',
    'https://sub.app.example',
    'https://app.example:8443',
    'https://app.example.',
    'https://APP.example',
    'http://app.example',
  ];
  it('accepts exact origins only', async (t) => {
    const { url, sig } = await testServer(t, { origins: ['https://app.example'] });
    const userSig = await sig('alice');
    for (const origin of unknownUsers) {
      assert.equal(await TestClient.refused({ url, userSig, origin }), 'origin-refused', origin);
    }
    const mine = await TestClient.connect({ url, userSig, origin: 'https://app.example' });
    mine.close();
    const program = await TestClient.connect({ url, userSig });
    program.close();
  });

  it('refuses long polling', async (t) => {
    const { url } = await testServer(t);
    const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { code: 0, message: 'Transport unknown' });
  });

  it('ignores cookies', async (t) => {
    const { url } = await testServer(t);
    const socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie: `userSig=${await createUserSig(SECRET, 'alice')}` },
    });
    const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
    assert.equal(error.message, 'not-supported-here');
    socket.close();
  });

  it('limits the sessions of a user', async (t) => {
    const { url, sig, signIn } = await testServer(t, {
      rates: { ...DEFAULT_RATES, sessionsPerUser: 2 },
    });
    await signIn('alice');
    await signIn('alice');
    assert.equal(await TestClient.refused({ url, userSig: await sig('alice') }), 'rate-limited');
    await signIn('bob');
  });
});

describe('a frame', () => {
  it('with a missing or invalid field is refused, naming the field', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const id = newCommandId();
    const call = { type: 'call', id, ...callFields(['bob']) };
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [null, /type/],
      ['call', /type/],
      [[], /type/],
      [{ ...call, userIds: undefined }, /userIds/],
      [{ ...call, userIds: 'bob' }, /userIds/],
      [{ ...call, userIds: ['no spaces'] }, /userIds/],
      [{ ...call, userIds: Array.from({ length: 1001 }, () => 'bob') }, /userIds/],
      [{ ...call, userIds: [] }, /userIds/],
      [{ ...call, id: 'short' }, /id/],
      [{ ...call, mediaType: 'smell' }, /mediaType/],
      [{ ...call, timeout: -1 }, /timeout/],
      [{ ...call, timeout: 601 }, /timeout/],
      [{ ...call, timeout: 1.5 }, /timeout/],
      [{ ...call, timeout: null }, /timeout/],
      [{ ...call, timeout: '30' }, /timeout/],
      [{ ...call, groupId: 'g'.repeat(65) }, /groupId/],
      [{ ...call, userData: 'x'.repeat(4097) }, /userData/],
      [{ ...call, userData: 'ü'.repeat(2049) }, /userData/],
      [{ type: 'accept', id }, /callId/],
      [{ type: 'accept', id, callId: { $ne: '' } }, /callId/],
      [{ type: 'sync', id, knownCallIds: [], missedSince: 2 ** 60 * -1 }, /missedSince/],
      [{ type: 'set-self-info', id, nickname: 'x'.repeat(501), avatar: '' }, /nickname/],
      [{ type: 'set-self-info', id, nickname: '', avatar: 'javascript:alert(1)' }, /avatar/],
    ];
    for (const [payload, field] of cases) {
      const answer = await alice.raw(payload);
      const { error } = answer as { error: { name: string; message: string } };
      assert.equal(error.name, 'invalid-parameter', JSON.stringify(payload)?.slice(0, 80));
      assert.match(error.message, field);
    }
  });

  it('of an unknown type is refused, with unknown fields is not (F92)', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const strange = (await alice.raw({ type: '__proto__', id: newCommandId() })) as {
      error: { name: string };
    };
    assert.equal(strange.error.name, 'not-supported-here');
    const more = { type: 'call', id: newCommandId(), ...callFields(['bob']), verified: true };
    assert.equal(((await alice.raw(more)) as { ok: boolean }).ok, true);
  });

  it('over 64 KiB ends the connection, and only that one', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const closed = eve.closed();
    eve.socket.emit('command', { type: 'call', userData: 'x'.repeat(70_000) });
    await closed;
    await alice.call(['bob']);
  });

  it('without an acknowledgement, or with binary data, does no harm', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    eve.socket.emit('command', { type: 'hangup' }, 'no function');
    eve.socket.emit('command');
    eve.socket.emit('command', Buffer.from('bytes'));
    eve.socket.emit('message', { type: 'call-changed' });
    await eve.ask('sync', { knownCallIds: [], missedSince: null });
    await alice.call(['bob']);
  });
});

describe('limits', () => {
  it('refuse a client that sends too much, and disconnect one that does not stop', async (t) => {
    const { signIn } = await testServer(t, { rates: { ...DEFAULT_RATES, commandBurst: 10 } });
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const sync = { knownCallIds: [], missedSince: null };
    const answers = await Promise.all(Array.from({ length: 20 }, () => eve.send('sync', sync)));
    assert.equal(answers.filter((one) => one.ok).length, 10);
    const closed = eve.closed();
    for (let index = 0; index < 300; index += 1) eve.socket.emit('command', {});
    await closed;
    await alice.ask('sync', sync);
  });

  it('refill with time', async (t) => {
    const rates = { ...DEFAULT_RATES, commandBurst: 2, commandsPerSecond: 1 };
    const { signIn, clock } = await testServer(t, { rates });
    const alice = await signIn('alice');
    const sync = () => alice.refusal('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual([await sync(), await sync(), await sync()], [null, null, 'rate-limited']);
    clock.advance(1000);
    assert.deepEqual([await sync(), await sync()], [null, 'rate-limited']);
  });

  it('stop a user from calling the same user repeatedly', async (t) => {
    const rates = { ...DEFAULT_RATES, callsPerMinute: 4, callsPerPairPerMinute: 2 };
    const { signIn } = await testServer(t, { rates });
    const alice = await signIn('alice');
    const ring = async (whom: typeof bob) => {
      const answer = await alice.send('call', callFields([whom]));
      if (answer.ok) await alice.ask('hangup', { callId: answer.call.callId });
      return answer.ok ? 'rang' : answer.error.name;
    };
    assert.deepEqual(
      [await ring(bob), await ring(bob), await ring(bob)],
      ['rang', 'rang', 'rate-limited'],
    );
    assert.deepEqual([await ring(carol), await ring(carol)], ['rang', 'rate-limited']);
  });

  it('count what is published to a whole call per user, not per connection', async (t) => {
    const rates = { ...DEFAULT_RATES, broadcastsPerMinute: 60, broadcastBurst: 10 };
    const { signIn, clock } = await testServer(t, { rates });
    const sessions = [await signIn('eve'), await signIn('eve'), await signIn('eve')];
    const change = async (name: string) => {
      const answers = await Promise.all(
        sessions.flatMap((one, index) =>
          Array.from({ length: 5 }, (_, turn) =>
            one.refusal('set-self-info', { nickname: `${name}${index}${turn}`, avatar: '' }),
          ),
        ),
      );
      return answers.filter((refusal) => refusal === null).length;
    };
    assert.equal(await change('a'), 10);
    clock.advance(2_000);
    assert.equal(await change('b'), 2);
    const bob = await signIn('bob');
    assert.equal(await bob.refusal('set-self-info', { nickname: 'Bob', avatar: '' }), null);
  });

  it('count the callees of a user, and always admit one full call', async (t) => {
    const rates = { ...DEFAULT_RATES, callsPerPairPerMinute: 1e6, ringsPerMinute: 5 };
    const { signIn, clock } = await testServer(t, { rates, maxMembers: 9 });
    const alice = await signIn('alice');
    const ring = async (count: number) => {
      const callees = Array.from({ length: count }, (_, index) => user(`callee-${index}`));
      const answer = await alice.send('call', callFields(callees));
      if (answer.ok) await alice.ask('hangup', { callId: answer.call.callId });
      return answer.ok ? 'rang' : answer.error.name;
    };
    assert.deepEqual([await ring(8), await ring(1)], ['rang', 'rate-limited']);
    clock.advance(60_000);
    assert.deepEqual([await ring(5), await ring(1)], ['rang', 'rate-limited']);
  });

  it('do not count a repeated call command', async (t) => {
    const rates = { ...DEFAULT_RATES, callsPerMinute: 1, callsPerPairPerMinute: 1 };
    const { signIn } = await testServer(t, { rates });
    const alice = await signIn('alice');
    const id = newCommandId();
    await alice.call(['bob'], {}, id);
    await alice.call(['bob'], {}, id);
  });
});

/** A userSig is made by the machine's clock, up to this long after the server's clock has stopped for the test. */
const SIGNED_LATER_MS = 30_000;

describe('a userSig', () => {
  it('is announced five minutes before its expiry, and at its expiry', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice', {}, { expiresIn: '10m' });
    clock.advance(4 * 60_000);
    await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(alice.receivedSummary(), ['welcome']);
    clock.advance(60_000 + SIGNED_LATER_MS);
    const { inMs } = await alice.nextMessage('user-sig-expiring');
    assert.ok(inMs > 290_000 && inMs <= 300_000);
    clock.advance(5 * 60_000);
    await alice.nextMessage('user-sig-expired');
  });

  it('that expires soon is announced immediately', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice', {}, { expiresIn: '1m' });
    await alice.nextMessage('user-sig-expiring');
  });

  it('that has expired permits ending calls and renewing only', async (t) => {
    const { signIn, clock, sig } = await testServer(t);
    const alice = await signIn('alice', {}, { expiresIn: '1m' });
    const { call } = await alice.call(['bob']);
    clock.advance(60_000 + SIGNED_LATER_MS);
    await alice.nextMessage('user-sig-expired');
    const { callId } = call;
    assert.equal(await alice.refusal('media-access', { callId }), 'user-sig-expired');
    assert.equal(await alice.refusal('call', callFields(['carol'])), 'user-sig-expired');
    await alice.ask('sync', { knownCallIds: [callId], missedSince: null });
    await alice.ask('hangup', { callId });

    const { userSigExpiresInMs } = await alice.ask('renew-user-sig', {
      userSig: await sig('alice'),
    });
    assert.ok(userSigExpiresInMs > 0);
    await alice.call(['carol']);
  });

  it('of another user is refused as a renewal, and the session continues', async (t) => {
    const { signIn, sig } = await testServer(t);
    const alice = await signIn('alice');
    const renewal = await alice.send('renew-user-sig', { userSig: await sig('bob') });
    const error = errorShape('user-sig-invalid', OTHERS('bob', 'alice'));
    assert.deepEqual(renewal, { ok: false, error });
    await alice.call(['carol']);
  });

  it('that replaced another one is announced by its own expiry only', async (t) => {
    const { signIn, clock, sig } = await testServer(t);
    const alice = await signIn('alice', {}, { expiresIn: '10m' });
    await alice.ask('renew-user-sig', { userSig: await sig('alice', { expiresIn: '20m' }) });
    clock.advance(14 * 60_000);
    await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(alice.receivedSummary(), ['welcome']);
    clock.advance(60_000 + SIGNED_LATER_MS);
    await alice.nextMessage('user-sig-expiring');
    assert.deepEqual(alice.receivedSummary(), ['welcome', 'user-sig-expiring']);
  });
});

describe('missed calls', () => {
  it('are returned by sync: of one day at first, then those since the last sync', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice');
    const miss = async () => {
      const { call } = await alice.call(['bob']);
      await alice.ask('hangup', { callId: call.callId });
    };
    await miss();
    clock.advance(25 * 3600_000);
    await miss();
    await miss();
    const bobby = await signIn('bob');
    const first = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(first.missed.length, 2);
    assert.equal(first.missedSeq, first.missed[1]?.seq);
    await miss();
    const { missed } = await bobby.ask('sync', { knownCallIds: [], missedSince: first.missedSeq });
    assert.equal(missed.length, 1);
    assert.equal(missed[0]?.reason, 'cancelled');
  });

  it('do not include an answered call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    await bobby.ask('accept', { callId: call.callId });
    await alice.ask('hangup', { callId: call.callId });
    const { missed, missedSeq } = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual({ missed, missedSeq }, { missed: [], missedSeq: 0 });
  });
});
