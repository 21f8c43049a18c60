import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { randomId } from '../../server/shared/random-id.ts';
import { session } from '../../server/testing/people.ts';
import { TestClient } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { connectWith, leave } from './support/user-sig-checks.ts';
import { handshake, RawWebsocket, SOCKET_PATH } from './support/raw-websocket.ts';

/**
 * Who may connect to the server, how many connections at a time, and how often.
 * The tests mostly wait for the server, so they run in parallel.
 */
describe('malicious input on the transport', { concurrency: true }, () => {
  const wrongOrigins = [
    'https://evil.example',
    'null',
    'https://app.example.com.evil.io',
    'https://sub.app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.',
    'https://APP.example.com',
    'http://app.example.com',
    'https://app.example.com/',
    'https://app.example.com, https://evil.example',
    '',
  ];
  it('H20: only the exact origin may connect: 101011 and 4403 by socket, 403 by HTTP, no readable response by CORS', async (t) => {
    const origins = ['https://app.example.com'];
    const { url, sig } = await testServer(t, { origins });
    const userSig = await sig('alice');
    const auth = { userId: 'alice', userSig, sessionId: session('phone') };
    for (const origin of wrongOrigins) {
      const websocket = await RawWebsocket.open(t, url, { Origin: origin });
      websocket.text(handshake(auth));
      assert.match(await websocket.hears((text) => text.startsWith('44')), /101011/, origin);
      assert.equal(await websocket.closed(), 4403, origin);
      const headers = { origin };
      const beacon = await fetch(`${url}/v1/leave`, {
        method: 'POST',
        headers,
        body: JSON.stringify(auth),
      });
      assert.equal(beacon.status, 403, origin);
      assert.equal(((await beacon.json()) as ErrorShape).code, 101011);
    }
    const own = await TestClient.connect({ url, userSig, origin: 'https://app.example.com' });
    own.close();
  });

  it('H21: cookies are no credential', async (t) => {
    const { url, sig } = await testServer(t);
    const Cookie = `userSig=${await sig('alice')}; io=${session('phone')}`;
    const websocket = await RawWebsocket.open(t, url, { Cookie });
    assert.doesNotMatch(websocket.head, /set-cookie/i);
    websocket.text(handshake({ sessionId: session('phone') }));
    assert.match(await websocket.hears((text) => text.startsWith('44')), /"code":70001/);
    assert.equal(await websocket.closed(), 4401);
  });

  it('H22: a program without an Origin may connect, with a userSig only', async (t) => {
    const { url, sig } = await testServer(t, { origins: ['https://app.example.com'] });
    const good = await RawWebsocket.signIn(t, url, await sig('alice'));
    assert.ok(good.texts.some((text) => text.includes('"welcome"')));
    const { refusal, closeCode } = await connectWith(t, url, {});
    assert.deepEqual([refusal?.code, closeCode], [70001, 4401]);
  });

  it('H34: 200 sessions of one user: the limit holds, also when all connect at once', async (t) => {
    const { url, sig, signIn } = await testServer(t, {
      rates: { ...DEFAULT_RATES, connectsPerMinute: 1000 },
    });
    const userSig = await sig('alice');
    const all = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const websocket = await RawWebsocket.open(t, url);
        websocket.text(handshake({ userSig, sessionId: randomId() }));
        const isIn = websocket.hears((text) => text.includes('"welcome"')).then(() => 'in');
        return Promise.race([isIn.catch(() => null), websocket.closed()]).then(
          (outcome) => outcome ?? websocket.closeCode,
        );
      }),
    );
    assert.equal(all.filter((one) => one === 'in').length, 50);
    assert.equal(all.filter((one) => one === 4429).length, 150);
    await signIn('bob');
  });

  it('H34: 2,000 connections of one address: those over the limit get 429, and each close admits one more', async (t) => {
    const { url } = await testServer(t, {
      rates: { ...DEFAULT_RATES, connectionsPerAddress: 300 },
    });
    const opened: (RawWebsocket | number)[] = [];
    for (let round = 0; round < 20; round += 1) {
      const next = Array.from({ length: 100 }, () => RawWebsocket.tryToOpen(t, url));
      opened.push(...(await Promise.all(next)));
    }
    const inside = opened.filter((one) => typeof one === 'object');
    assert.equal(inside.length, 300);
    assert.equal(opened.filter((one) => one === 429).length, 1700);
    const plain = await fetch(`${url}${SOCKET_PATH}`);
    assert.equal(plain.status, 429);
    assert.equal(((await plain.json()) as ErrorShape).code, 101008);
    assert.equal((await fetch(`${url}/health`)).status, 200);
    inside[0]?.connection.destroy();
    const next = async (): Promise<RawWebsocket | number> => {
      const one = await RawWebsocket.tryToOpen(t, url);
      return one === 429 ? next() : one;
    };
    assert.equal(typeof (await next()), 'object');
  });

  it('H39: endless reconnects are rate-limited, and so are the notifications of other users', async (t) => {
    const { url, sig, signIn } = await testServer(t, {
      rates: { ...DEFAULT_RATES, connectsPerMinute: 20 },
    });
    const bob = await signIn('bob');
    const [userSig, sessionId] = [await sig('alice'), randomId()];
    const first = await TestClient.connect({ url, userSig, sessionId });
    const { call } = await first.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    first.close();
    let refused = 0;
    for (let index = 0; index < 100; index += 1) {
      const { refusal } = await comeAndGo(t, url, { userSig, sessionId });
      if (refusal) refused += 1;
    }
    assert.equal(refused, 81);
    const changes = bob.received.filter((one) => one.type === 'call-changed').length;
    assert.ok(changes <= 2 * 20 + 2, `${changes} changes were shown`);
    const beacons = await Promise.all(
      Array.from({ length: 30 }, () => leave(url, userSig, sessionId)),
    );
    assert.equal(beacons.filter(({ status }) => status === 204).length, 20);
    assert.equal(
      beacons.filter(({ status, error }) => status === 429 && error?.code === 101008).length,
      10,
    );
  });
});

async function comeAndGo(t: TestContext, url: string, auth: Readonly<Record<string, unknown>>) {
  const websocket = await RawWebsocket.open(t, url);
  websocket.text(handshake(auth));
  const text = await websocket.hears((one) => one.startsWith('40') || one.startsWith('44'));
  websocket.connection.destroy();
  return { refusal: text.startsWith('44') && /101008/.test(text) };
}
