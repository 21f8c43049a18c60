import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { AccessToken } from 'livekit-server-sdk';
import { ConfigError, readConfig } from '../../server/config/config.ts';
import { randomId } from '../../server/shared/random-id.ts';
import { Secret } from '../../server/shared/secret.ts';
import { session } from '../../server/testing/people.ts';
import { SECRET, TEST_CONFIG, testServer } from '../../server/testing/test-server.ts';
import {
  isRefusedEverywhere,
  connectWith,
  leave,
  revealsNothing,
} from './support/user-sig-checks.ts';
import { base64, inSeconds, jwt, withPart } from './support/forged-jwt.ts';
import { handshake, RawWebsocket, SOCKET_PATH } from './support/raw-websocket.ts';

/** The H numbers are those of docs/faults.md. */
describe('forged and invalid userSigs', () => {
  it('H01: a connection without a handshake for 5 s is closed with 4401; one without a userSig is refused at once', async (t) => {
    const { url, clock } = await testServer(t);
    const silent = await RawWebsocket.open(t, url);
    await silent.hears((text) => text.startsWith('0{'));
    clock.advance(4_999);
    silent.text('40/elsewhere,{}');
    await silent.hears((text) => text.startsWith('44/elsewhere'));
    clock.advance(1);
    assert.equal(await silent.closed(), 4401);
    const { refusal, closeCode } = await connectWith(t, url, {});
    assert.deepEqual([refusal?.code, closeCode], [70001, 4401]);
    assert.equal((await leave(url, '')).status, 401);
  });

  const refused: Readonly<Record<string, () => unknown>> = {
    'H02: alg none': () => `${base64({ alg: 'none' })}.${base64(claims())}.`,
    'H02: alg NoNe': () => `${base64({ alg: 'NoNe' })}.${base64(claims())}.`,
    'H02: alg none with a signature': () => jwt({ header: { alg: 'none' } }),
    'H03: HS384': () => jwt({ header: { alg: 'HS384' }, hash: 'sha384' }),
    'H03: RS256 in the header of an HMAC': () => jwt({ header: { alg: 'RS256' } }),
    'H03: a public RSA key as the secret': () => jwt({ secret: publicKey() }),
    'H03: RS256 for real': () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    },
    'H04: another payload under the signature': () =>
      withPart(jwt(), 1, { ...claims(), sub: 'mallory' }),
    'H04: a signature cut short': () => jwt().slice(0, -4),
    'H04: no signature': () => jwt().replace(/[^.]+$/, ''),
    'H04: a dot behind': () => `${jwt()}.`,
    'H04: a space behind': () => `${jwt()} `,
    'H04: the JSON form': () => {
      const [header, payload, signature] = jwt().split('.');
      return JSON.stringify({ protected: header, payload, signature });
    },
    'H05: not valid before 2 minutes from now': () => jwt({ claims: { nbf: inSeconds(120) } }),
    'H05: issued 2 minutes from now': () => jwt({ claims: { iat: inSeconds(120) } }),
    'H06: no exp': () => jwt({ claims: { exp: undefined } }),
    'H06: an exp of null': () => jwt({ claims: { exp: null } }),
    'H07: an exp further away than 30 days': () => jwt({ claims: { exp: inSeconds(31 * 86_400) } }),
    'H07: an exp beyond all numbers': () => jwt({ claims: { exp: 1e308 } }),
    'H08: another audience': () => jwt({ claims: { aud: 'other-app' } }),
    'H08: no audience': () => jwt({ claims: { aud: undefined } }),
    'H08: an audience that only begins so': () => jwt({ claims: { aud: 'tui-call-admin' } }),
    'H09: a media token': () => mediaToken(TEST_CONFIG.livekit.apiSecret.reveal()),
    'H09: a media token with the same secret': () => mediaToken(SECRET),
    'H09: a token of LiveKit’s webhooks with the same secret': () => {
      const token = new AccessToken('key', SECRET, { ttl: 60 });
      token.sha256 = base64('body');
      return token.toJwt();
    },
    'H09: another type of token': () => jwt({ header: { typ: 'webhook+jwt' } }),
    'H10: a kid that is a path': () => jwt({ header: { kid: '../../../dev/null' }, secret: ' ' }),
    'H10: a kid that is SQL': () => jwt({ header: { kid: "' union select 'x" }, secret: 'x' }),
    'H10: a kid that is an address': () =>
      jwt({ header: { kid: 'https://evil.example/key' }, secret: 'x' }),
    'H10: its own key, by jwk': () =>
      jwt({ header: { jwk: { kty: 'oct', k: base64(OWN_KEY) } }, secret: OWN_KEY }),
    'H10: its own key, by jku and x5u': () =>
      jwt({
        header: { jku: 'https://evil.example', x5u: 'https://evil.example' },
        secret: OWN_KEY,
      }),
    'H12: a sub that is a list': () => jwt({ claims: { sub: ['alice'] } }),
    'H12: a sub that is an object': () => jwt({ claims: { sub: { toString: 'alice' } } }),
    'H12: a sub that is a number': () => jwt({ claims: { sub: 1 } }),
    'H12: an empty sub': () => jwt({ claims: { sub: '' } }),
    'H12: a sub of 6 kB': () => jwt({ claims: { sub: 'a'.repeat(6000) } }),
    'H12: a sub of 10 kB': () => jwt({ claims: { sub: 'a'.repeat(10_000) } }),
    'H12: a sub with NUL': () => jwt({ claims: { sub: 'alice\0' } }),
    'H12: a sub with a line feed behind': () => jwt({ claims: { sub: 'alice\n' } }),
    'H13: a sub with a zero-width character': () => jwt({ claims: { sub: 'ali\u200dce' } }),
    'H13: a sub in full-width letters': () => jwt({ claims: { sub: 'ａｌｉｃｅ' } }),
    'H13: a sub with a Cyrillic letter': () => jwt({ claims: { sub: 'аlice' } }),
    'H13: a sub with an accent of its own': () => jwt({ claims: { sub: 'alice\u0301' } }),
  };
  for (const [what, make] of Object.entries(refused)) {
    it(`${what}: refused by socket, beacon and renewal`, async (t) => {
      await isRefusedEverywhere(t, await testServer(t), await make());
    });
  }

  it('H05: an expired userSig is refused as expired, to the second', async (t) => {
    const server = await testServer(t);
    const userSig = jwt({ claims: { exp: inSeconds(60) } });
    server.clock.advance(61_000);
    const { refusal, closeCode } = await connectWith(t, server.url, { userSig });
    assert.deepEqual([refusal?.code, closeCode], [6206, 4401]);
    // A closing page may have one that expired within the hour; the server accepts it only to leave.
    assert.equal((await leave(server.url, userSig)).status, 204);
    server.clock.advance(3600_000);
    const { status, error } = await leave(server.url, userSig);
    assert.deepEqual([status, error?.code], [401, 6206]);
  });

  it('H05: a clock difference of 59 s is accepted', async (t) => {
    const server = await testServer(t);
    const userSig = jwt({ claims: { iat: inSeconds(58), nbf: inSeconds(58) } });
    const websocket = await RawWebsocket.signIn(t, server.url, userSig);
    assert.ok(websocket.texts.some((text) => text.includes('"userId":"alice"')));
  });

  it('H11: the server does not start with an empty or short secret', () => {
    const livekit = { LIVEKIT_URL: 'ws://x', LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 's' };
    const short = 'x'.repeat(31);
    for (const wrong of [
      {},
      { TUI_CALL_SECRET: '' },
      { TUI_CALL_SECRET: short },
      { TUI_CALL_SECRETS: '' },
      { TUI_CALL_SECRETS: 'new:' },
      { TUI_CALL_SECRETS: `new:${'x'.repeat(32)},old:${short}` },
    ]) {
      const complaint = complaintOf({ ...livekit, ...wrong });
      assert.match(complaint, /TUI_CALL_SECRET/);
      assert.ok(!complaint.includes(short), 'it does not repeat the secret');
    }
  });

  it('H12: a sub that is a property name of every object is an ordinary user id', async (t) => {
    const { url, signIn } = await testServer(t);
    const userSig = jwt({ claims: { sub: '__proto__' } });
    const proto = await RawWebsocket.signIn(t, url, userSig);
    const alice = await signIn('alice');
    const { call } = await alice.call(['__proto__']);
    await proto.hears((text) => text.includes(call.callId));
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
    assert.equal(({} as Record<string, unknown>)['callId'], undefined);
  });

  it('H13: Alice and alice are two users', async (t) => {
    const { signIn } = await testServer(t);
    const [small, capital, caller] = [
      await signIn('alice'),
      await signIn('Alice'),
      await signIn('bob'),
    ];
    const { call } = await caller.call(['alice']);
    await small.nextView(({ callId }) => callId === call.callId);
    await capital.ask('sync', { knownCallIds: [call.callId], missedSince: null });
    assert.deepEqual(capital.receivedSummary(), ['welcome']);
  });

  it('H14: the server does not read a userSig of 1 MB: 1009 on the socket, 413 on the beacon, 431 in a header', async (t) => {
    const { url } = await testServer(t);
    const huge = jwt({ claims: { name: 'x'.repeat(1e6) } });
    const websocket = await RawWebsocket.open(t, url);
    websocket.text(handshake({ userSig: huge, sessionId: session('phone') }));
    assert.equal(await websocket.closed(), 1009);
    const { status, error } = await leave(url, huge);
    assert.equal(status, 413);
    revealsNothing(error);
    const header = await RawWebsocket.tryToOpen(t, url, { Authorization: `Bearer ${huge}` });
    assert.equal(header, 431);
  });

  it('H14: a userSig of 9 kB fits into the frame, and is refused before it is parsed', async (t) => {
    await isRefusedEverywhere(t, await testServer(t), jwt({ claims: { name: 'x'.repeat(9000) } }));
  });

  it('H16: neither a session id nor a socket.io id is a credential', async (t) => {
    const { url, signIn, sig, clock } = await testServer(t);
    const alice = await signIn('alice');
    const resume = { pid: 'a-private-id', offset: '1', sid: alice.socket.id };
    const { sessionId } = alice;
    const without = await connectWith(t, url, { ...resume, sessionId });
    assert.deepEqual([without.refusal?.code, without.closeCode], [70001, 4401]);
    const ended = await sig('alice', { expiresIn: '1s' });
    clock.advance(2_000);
    const after = await connectWith(t, url, { ...resume, sessionId, userSig: ended });
    assert.equal(after.refusal?.code, 6206);
    // Another user with Alice's session id remains that other user, and Alice keeps her session.
    const eve = await signIn('eve', { sessionId });
    assert.equal((await eve.nextMessage('welcome')).userId, 'eve');
    await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(eve.receivedSummary(), ['welcome']);
  });

  it('H17: a key is valid only while the server has it', async (t) => {
    const [newest, old] = [key('2026', 'the newest secret, 32 bytes and more'), key('2025', OLD)];
    const userSig = jwt({ header: { kid: '2025' }, secret: OLD });
    const during = await testServer(t, { keys: [newest, old] });
    await RawWebsocket.signIn(t, during.url, userSig);
    const after = await testServer(t, { keys: [newest] });
    const { refusal, closeCode } = await connectWith(t, after.url, { userSig });
    assert.deepEqual([refusal?.code, closeCode], [70001, 4401]);
    // The right secret under the name of another key.
    const misnamed = jwt({ header: { kid: '2026' }, secret: OLD });
    assert.equal((await connectWith(t, during.url, { userSig: misnamed })).refusal?.code, 70001);
  });

  it('H18: the server ignores a userSig in the URL', async (t) => {
    const { url, sig } = await testServer(t);
    const userSig = await sig('alice');
    const websocket = await RawWebsocket.open(t, url, {}, `${SOCKET_PATH}&userSig=${userSig}`);
    websocket.text(handshake({ sessionId: randomId() }));
    assert.match(await websocket.hears((text) => text.startsWith('44')), /"user-sig-invalid"/);
    const beacon = await fetch(`${url}/v1/leave?userSig=${userSig}`, {
      method: 'POST',
      body: '{}',
    });
    assert.equal(beacon.status, 400);
  });
});

const OWN_KEY = 'a key that mallory has made, 32 bytes';
const OLD = 'the secret of last year, 32 bytes and';

function claims() {
  return { sub: 'alice', aud: 'tui-call', exp: inSeconds(3600) };
}

function publicKey(): string {
  const { publicKey: own } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return own.export({ type: 'spki', format: 'pem' }).toString();
}

function mediaToken(secret: string): Promise<string> {
  const token = new AccessToken('key', secret, { identity: 'alice', ttl: 60 });
  token.addGrant({ roomJoin: true, room: 'room' });
  return token.toJwt();
}

function key(kid: string, secret: string) {
  return { kid, secret: new Secret(secret) };
}

function complaintOf(env: Readonly<Record<string, string>>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return 'accepted';
}
