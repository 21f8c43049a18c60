import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { AccessToken } from 'livekit-server-sdk';
import { CommandError } from '../shared/command-error.ts';
import { Secret } from '../shared/secret.ts';
import { alice, user } from '../testing/people.ts';
import type { SigningKey } from './key-ring.ts';
import { createUserSig, durationSeconds } from './user-sig.ts';
import { UserVerifier } from './verify-user.ts';

const SECRET = 'the first secret of these tests, 32+';
const OLD_SECRET = 'the second secret of these tests, 32';
const NOW = 1_800_000_000;
const CLAIMS = { sub: 'alice', aud: 'tui-call', iat: NOW, exp: NOW + 3600 };

describe('a userSig', () => {
  it('proves the user and the claims of the back end', async () => {
    const verifier = verifierAt(Date.now());
    const userSig = await createUserSig(SECRET, 'alice', {
      expiresIn: '1h',
      name: 'Alice',
      avatar: 'https://a.example/a.png',
      groups: ['team'],
    });
    const { userId, name, avatar, groups, expiresAt } = await verifier.verify(userSig, alice);
    assert.deepEqual(
      { userId, name, avatar, groups },
      { userId: 'alice', name: 'Alice', avatar: 'https://a.example/a.png', groups: ['team'] },
    );
    assert.ok(Math.abs(expiresAt - Date.now() - 3600_000) < 5000);
  });

  it('without claims lets the user choose name and avatar', async () => {
    const { name, avatar, groups } = await verifierAt(NOW * 1000).verify(jwt(), alice);
    assert.deepEqual({ name, avatar, groups }, { name: null, avatar: null, groups: [] });
  });

  it('of an older key is accepted as long as the server has that key', async () => {
    const keys = [key('new', SECRET), key('old', OLD_SECRET)];
    const sig = jwt({}, { kid: 'old' }, OLD_SECRET);
    assert.equal((await verifierOf(keys, NOW).verify(sig, alice)).userId, 'alice');
    const without = verifierOf(keys.slice(0, 1), NOW);
    assert.equal(await refusal(without, sig), 'user-sig-invalid');
  });

  it('with a kid is tried with that key only', async () => {
    const verifier = verifierOf([key('new', SECRET), key('old', OLD_SECRET)], NOW);
    assert.equal(await refusal(verifier, jwt({}, { kid: 'new' }, OLD_SECRET)), 'user-sig-invalid');
  });

  it('without a kid is tried with every key during a change of keys, and then refused', async () => {
    const keys = [key('new', SECRET), key('old', OLD_SECRET)];
    const sig = jwt({}, {}, OLD_SECRET);
    const during = verifierOf(keys, NOW, NOW + 1);
    assert.equal((await during.verify(sig, alice)).userId, 'alice');
    const after = verifierOf(keys, NOW, NOW);
    await assert.rejects(
      after.verify(sig, alice),
      /it has no kid, and this server has several keys/,
    );
    const only = verifierOf([key('old', OLD_SECRET)], NOW);
    assert.equal((await only.verify(sig, alice)).userId, 'alice');
  });

  it('that expired recently is accepted for a leave beacon', async () => {
    const verifier = verifierAt((NOW + 3600 + 1800) * 1000);
    assert.equal((await verifier.verify(jwt(), alice, 3600_000)).userId, 'alice');
    assert.equal(await refusal(verifier, jwt()), 'user-sig-expired');
    const late = verifierAt((NOW + 3600 + 3601) * 1000);
    assert.equal(await refusalOf(() => late.verify(jwt(), alice, 3600_000)), 'user-sig-expired');
  });

  it('from a machine whose clock is a minute ahead is accepted', async () => {
    const sig = jwt({ iat: NOW + 59, nbf: NOW + 59 });
    assert.equal((await verifierAt(NOW * 1000).verify(sig, alice)).userId, 'alice');
  });

  it('distinguishes userIds by case', async () => {
    const verifier = verifierAt(NOW * 1000);
    const { userId } = await verifier.verify(jwt({ sub: 'Alice' }), user('Alice'));
    assert.equal(userId, 'Alice');
    assert.equal(await refusal(verifier, jwt({ sub: 'Alice' })), 'user-sig-invalid');
  });

  it('of another user is refused with a message that names both, also when expired', async () => {
    for (const now of [NOW, NOW + 3600, NOW + 1e6]) {
      await assert.rejects(verifierAt(now * 1000).verify(jwt({ sub: 'bob' }), alice), {
        name: 'CommandError',
        shape: {
          code: 70001,
          name: 'user-sig-invalid',
          message: 'The userSig was not accepted: it signs in "bob", not "alice".',
          retryable: false,
        },
      });
    }
  });

  const refused: Readonly<Record<string, () => unknown>> = {
    'that is missing': () => undefined,
    'that is empty': () => '',
    'that is an object': () => ({ sub: 'alice' }),
    'with alg none': () => unsigned({ alg: 'none' }),
    'with alg nOnE': () => unsigned({ alg: 'nOnE' }),
    'signed with HS384': () => jwt({}, { alg: 'HS384' }, SECRET, 'sha384'),
    'that names RS256 over an HMAC': () => jwt({}, { alg: 'RS256' }),
    'whose payload was changed': () => withPart(jwt(), 1, { ...CLAIMS, sub: 'mallory' }),
    'whose signature is cut': () => jwt().slice(0, -3),
    'with a dot behind': () => `${jwt()}.`,
    'without a signature': () => `${jwt().split('.').slice(0, 2).join('.')}.`,
    'in JSON form': () => {
      const [header, payload, signature] = jwt().split('.');
      return JSON.stringify({ protected: header, payload, signature });
    },
    'without exp': () => jwt({ exp: undefined }),
    'whose exp is text': () => jwt({ exp: '4000000000' }),
    'whose exp is 31 days away': () => jwt({ exp: NOW + 31 * 86_400 }),
    'whose exp never comes': () => jwt({ exp: 1e300 }),
    'not valid before 2 minutes from now': () => jwt({ nbf: NOW + 120 }),
    'issued 2 minutes from now': () => jwt({ iat: NOW + 120 }),
    'for another audience': () => jwt({ aud: 'another' }),
    'for no audience': () => jwt({ aud: undefined }),
    'signed with another secret': () => jwt({}, {}, 'some other secret, as long as needed.'),
    'with an empty secret': () => jwt({}, {}, ''),
    'with a kid that is a path': () => jwt({}, { kid: '../../dev/null' }, ''),
    'with a kid that is SQL': () => jwt({}, { kid: "x' or 1=1 --" }, OLD_SECRET),
    'with a key in its header': () =>
      jwt(
        {},
        { jwk: { kty: 'oct', k: b64('mallory’s own key, as long as needed') } },
        'mallory’s own key, as long as needed',
      ),
    'with the address of a key': () =>
      jwt({}, { jku: 'https://evil.example/jwks', x5u: 'https://evil.example' }, OLD_SECRET),
    'with a critical header nobody knows': () => jwt({}, { crit: ['tui'], tui: 1 }),
    'of another type': () => jwt({}, { typ: 'webhook+jwt' }),
    'whose sub is a list': () => jwt({ sub: ['alice'] }),
    'whose sub is an object': () => jwt({ sub: { id: 'alice' } }),
    'whose sub is a number': () => jwt({ sub: 7 }),
    'whose sub is empty': () => jwt({ sub: '' }),
    'whose sub is missing': () => jwt({ sub: undefined }),
    'whose sub has 65 letters': () => jwt({ sub: 'a'.repeat(65) }),
    'whose sub has a NUL': () => jwt({ sub: 'ali\0ce' }),
    'whose sub has a colon': () => jwt({ sub: 'alice:phone' }),
    'whose sub has a zero-width space': () => jwt({ sub: 'ali\u200bce' }),
    'whose sub is in another script': () => jwt({ sub: 'аlice' }),
    'whose name is 501 bytes': () => jwt({ name: 'ü'.repeat(251) }),
    'whose name is a number': () => jwt({ name: 5 }),
    'whose avatar is a script': () => jwt({ avatar: 'javascript:alert(1)' }),
    'whose avatar is not encrypted': () => jwt({ avatar: 'http://a.example/a.png' }),
    'whose avatar is data': () => jwt({ avatar: 'data:image/svg+xml,<svg/>' }),
    'whose groups are no list': () => jwt({ groups: 'team' }),
    'whose groups are numbers': () => jwt({ groups: [1] }),
    'of a megabyte': () => jwt({ name: 'x'.repeat(1e6) }),
    'that is a media token': () =>
      new AccessToken('key', SECRET, { identity: 'alice', ttl: 60 }).toJwt(),
    'signed with RS256 for real': () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    },
    'whose HMAC key is a public key': () => {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const pem = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
      return jwt({}, {}, pem.export({ type: 'spki', format: 'pem' }).toString());
    },
  };
  for (const [what, make] of Object.entries(refused)) {
    it(`${what} is refused`, async () => {
      const single = verifierAt(NOW * 1000);
      assert.equal(await refusal(single, await make()), 'user-sig-invalid');
    });
  }

  it('that has expired is refused with user-sig-expired, to the second', async () => {
    assert.equal(await refusal(verifierAt((NOW + 3600) * 1000), jwt()), 'user-sig-expired');
    assert.equal((await verifierAt((NOW + 3599) * 1000).verify(jwt(), alice)).userId, 'alice');
  });
});

describe('createUserSig', () => {
  it('rejects arguments that the server would refuse', async () => {
    await assert.rejects(createUserSig('short', 'alice'), /32 bytes/);
    await assert.rejects(createUserSig(SECRET, 'no spaces'), /not a userId/);
    await assert.rejects(createUserSig(SECRET, 'alice', { expiresIn: '31d' }), /from 1s to 30d/);
    await assert.rejects(createUserSig(SECRET, 'alice', { avatar: 'http://a.example' }), /https/);
    await assert.rejects(createUserSig(SECRET, 'alice', { name: 'x'.repeat(501) }), /500 bytes/);
  });

  it('parses durations with units', () => {
    assert.deepEqual(
      ['90', '90s', '15m', '12h', '7d', 60].map(durationSeconds),
      [90, 90, 900, 43_200, 604_800, 60],
    );
    for (const wrong of ['', '0', '-1', '1w', '1.5h', 'soon', NaN]) {
      assert.throws(() => durationSeconds(wrong), /is not a time/);
    }
  });
});

type Json = Readonly<Record<string, unknown>>;

/** Built by hand, so that it can be malformed. */
function jwt(claims: Json = {}, header: Json = {}, secret = SECRET, hash = 'sha256'): string {
  const text = [
    { alg: 'HS256', typ: 'JWT', ...header },
    { ...CLAIMS, ...claims },
  ]
    .map(b64)
    .join('.');
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

function unsigned(header: Json): string {
  return `${[header, CLAIMS].map(b64).join('.')}.`;
}

function withPart(token: string, index: number, part: Json): string {
  return token.split('.').with(index, b64(part)).join('.');
}

function b64(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
}

function key(kid: string | null, secret: string) {
  return { kid, secret: new Secret(secret) };
}

function at(seconds: number): () => number {
  return () => seconds * 1000;
}

function verifierAt(ms: number): UserVerifier {
  return new UserVerifier({ keys: [key(null, SECRET)], noKidUntil: 0 }, () => ms);
}

function verifierOf(keys: readonly SigningKey[], now: number, noKidUntil = 0): UserVerifier {
  return new UserVerifier({ keys, noKidUntil: noKidUntil * 1000 }, at(now));
}

function refusal(verifier: UserVerifier, userSig: unknown): Promise<string> {
  return refusalOf(() => verifier.verify(userSig, alice));
}

async function refusalOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return 'accepted';
  } catch (error) {
    return error instanceof CommandError ? error.shape.name : String(error);
  }
}
