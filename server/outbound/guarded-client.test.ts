import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { SteadyClock } from '../shared/clock.ts';
import { selfSigned } from '../testing/certificate.ts';
import { deferred } from '../testing/deferred.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { GuardedClient, OutboundError } from './guarded-client.ts';
import type { GuardedClientDependencies, GuardedRequest } from './guarded-client.ts';

const HOST = 'receiver.test';
const REQUEST: GuardedRequest = { headers: { 'x-a': '1' }, body: '{"a":1}', timeoutMs: 60_000 };

describe('a request to the URL of a customer', () => {
  it('sends body and headers, and returns status, headers and duration', async (t) => {
    const received: unknown[] = [];
    const port = await receiver(t, (request, response) => {
      const { 'x-a': a, connection, host } = request.headers;
      const { method, url } = request;
      request.on('data', (body: Buffer) => {
        received.push({ method, url, a, body: String(body), connection, host });
        response.writeHead(201, { 'retry-after': '7' }).end('not read');
      });
    });
    const response = await client().post(`http://${HOST}:${port}/hook?a=b`, REQUEST);
    assert.equal(response.status, 201);
    assert.equal(response.headers['retry-after'], '7');
    assert.equal(response.body, '');
    assert.ok(response.durationMs >= 0);
    const [host, connection] = [`${HOST}:${port}`, 'close'];
    const expected = {
      method: 'POST',
      url: '/hook?a=b',
      a: '1',
      body: '{"a":1}',
      connection,
      host,
    };
    assert.deepEqual(received, [expected]);
  });

  it('verifies the certificate against the name (H83)', async (t) => {
    const { key, cert } = selfSigned(HOST);
    const port = await listening(
      t,
      createTlsServer({ key, cert }, (_, response) => response.end()),
    );
    const resolve = async () => [LOOPBACK];
    const trusting = client({ ca: cert, resolve });
    assert.equal((await trusting.post(`https://${HOST}:${port}/`, REQUEST)).status, 200);
    await fails(trusting.post(`https://other.test:${port}/`, REQUEST), 'tls');
    await fails(client({ resolve }).post(`https://${HOST}:${port}/`, REQUEST), 'tls');
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    t.after(() => delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    await fails(client({ resolve }).post(`https://${HOST}:${port}/`, REQUEST), 'tls');
  });

  it('follows no redirect (H79)', async (t) => {
    let requests = 0;
    const port = await receiver(t, (_, response) => {
      requests += 1;
      response.writeHead(300 + Number(requests), { location: `http://${HOST}:${port}/` }).end();
    });
    for (let status = 301; status <= 308; status += 1) {
      assert.equal((await client().post(`http://${HOST}:${port}/`, REQUEST)).status, status);
    }
    assert.equal(requests, 8);
  });

  it('uses no proxy of the environment (H85)', async (t) => {
    let proxied = 0;
    const proxy = await receiver(t, (_, response) => {
      proxied += 1;
      response.end();
    });
    for (const name of [
      'http_proxy',
      'HTTP_PROXY',
      'https_proxy',
      'ALL_PROXY',
      'NODE_USE_ENV_PROXY',
    ]) {
      process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy}`;
      t.after(() => delete process.env[name]);
    }
    const port = await receiver(t, (_, response) => response.writeHead(204).end());
    assert.equal((await client().post(`http://${HOST}:${port}/`, REQUEST)).status, 204);
    assert.equal(proxied, 0);
  });

  it('reads no more of a response than it needs, and decompresses nothing (H82)', async (t) => {
    const endless = await receiver(t, (_, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    });
    assert.equal((await client().post(`http://${HOST}:${endless}/`, REQUEST)).status, 200);
    const limited = { ...REQUEST, maxBodyBytes: 10 };
    const { body } = await client().post(`http://${HOST}:${endless}/`, limited);
    assert.equal(body, 'xxxxxxxxxx');
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const zipped = await receiver(t, (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const whole = { ...REQUEST, maxBodyBytes: 1_000_000 };
    const inflated = await client().post(`http://${HOST}:${zipped}/`, whole);
    assert.ok(inflated.body.length <= bomb.length);
    const headers = await receiver(t, (_, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end();
    });
    await fails(client().post(`http://${HOST}:${headers}/`, REQUEST), 'connection');
  });

  it('ends after its time, in the lookup, the connection and the response', async (t) => {
    const clock = new FakeClock();
    const waiting = async (
      url: string,
      resolve: GuardedClientDependencies['resolve'],
      reached: Promise<unknown>,
    ) => {
      const request = client({ clock, ...(resolve && { resolve }) }).post(url, {
        ...REQUEST,
        timeoutMs: 10_000,
      });
      const failed = fails(request, 'timeout');
      await reached;
      clock.advance(10_000);
      assert.equal((await failed).durationMs, 10_000);
    };
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const never = () => {
      asked();
      return new Promise<never>(() => undefined);
    };
    await waiting(`http://${HOST}/`, never, isAsked);

    const silent = createTcpServer();
    const connected = new Promise((resolve) => silent.on('connection', resolve));
    await waiting(`http://${HOST}:${await listening(t, silent)}/`, undefined, connected);
  });

  it('has its status also if the rest of the response does not come in time', async (t) => {
    const clock = new FakeClock();
    const begun = deferred();
    const port = await receiver(t, (_, response) => {
      response.writeHead(503).write('a', () => begun.fulfil());
    });
    const request = { ...REQUEST, timeoutMs: 10_000 };
    const sent = client({ clock }).post(`http://${HOST}:${port}/`, request);
    await begun.promise;
    // What was written on loopback can be read at once: the next turns of the loop do so.
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    clock.advance(10_000);
    assert.equal((await sent).status, 503);
  });

  it('can be aborted', async (t) => {
    const abort = new AbortController();
    const silent = createTcpServer(() => abort.abort());
    const port = await listening(t, silent);
    const request = { ...REQUEST, signal: abort.signal };
    await fails(client().post(`http://${HOST}:${port}/`, request), 'aborted');
    await fails(client().post(`http://${HOST}:${port}/`, request), 'aborted');
  });

  it('fails with a class where there is no valid response', async (t) => {
    const closing = await listening(
      t,
      createTcpServer((socket) => socket.destroy()),
    );
    await fails(client().post(`http://${HOST}:${closing}/`, REQUEST), 'connection');
    const talking = await listening(
      t,
      createTcpServer((socket) => socket.end('SSH-2.0-x\r\n\r\n')),
    );
    await fails(client().post(`http://${HOST}:${talking}/`, REQUEST), 'connection');
    await fails(client().post(`https://${HOST}:${talking}/`, REQUEST), 'tls');
    const upgrading = await receiver(t, (_, response) =>
      response.writeHead(101, { upgrade: 'x', connection: 'upgrade' }).end(),
    );
    await fails(client().post(`http://${HOST}:${upgrading}/`, REQUEST), 'connection');
    const resolve = () => Promise.reject(new Error('ENOTFOUND'));
    await fails(client({ resolve }).post(`http://${HOST}/`, REQUEST), 'dns');
    await fails(client({ resolve: async () => [] }).post(`http://${HOST}/`, REQUEST), 'dns');
    const headers = { 'x-a': 'a\r\nx-b: c' };
    await fails(
      client().post(`http://${HOST}:${closing}/`, { ...REQUEST, headers }),
      'url-refused',
    );
  });
});

describe('the addresses that a name resolves to', () => {
  it('are refused if one of them is not public, or none (H76, H77)', async () => {
    for (const addresses of [
      ...[['10.0.0.1'], ['::1'], ['127.0.0.1'], ['169.254.169.254'], ['::ffff:127.0.0.1']],
      ...[
        ['8.8.8.8', '10.0.0.1'],
        ['10.0.0.1', '8.8.8.8'],
        ['8.8.8.8', 'fd00::1'],
      ],
    ]) {
      const resolve = async () => addresses.map(asAddress);
      const closed = client({ resolve, privateNetworks: false });
      await fails(closed.post(`https://${HOST}/`, REQUEST), 'address-refused');
    }
  });

  it('are those that are connected to, whatever the name resolves to later (H78, H84)', async (t) => {
    let requests = 0;
    const port = await receiver(t, (_, response) => {
      requests += 1;
      response.end();
    });
    const answers = [[LOOPBACK], [asAddress('169.254.169.254')], [LOOPBACK]];
    let lookups = 0;
    const resolve = async () => answers[lookups++] ?? [];
    const rebound = client({ resolve });
    const url = `http://${HOST}:${port}/`;
    assert.equal((await rebound.post(url, REQUEST)).status, 200);
    // Each request asks once, and connects to what it was told.
    assert.equal(lookups, 1);
    await fails(rebound.post(url, REQUEST), 'address-refused');
    assert.equal((await rebound.post(url, REQUEST)).status, 200);
    assert.deepEqual([lookups, requests], [3, 2]);
  });

  it('may be private with the switch; link-local and metadata addresses may not', async () => {
    for (const address of ['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '0.0.0.0']) {
      const resolve = async () => [asAddress(address)];
      await fails(client({ resolve }).post(`http://${HOST}/`, REQUEST), 'address-refused');
    }
  });

  it('are not asked for if the URL is refused', async () => {
    const resolve = () => assert.fail('resolved');
    const closed = client({ resolve, privateNetworks: false });
    await fails(closed.post('https://127.0.0.1/', REQUEST), 'address-refused');
    await fails(closed.post('https://[::1]/', REQUEST), 'address-refused');
    await fails(closed.post(`http://${HOST}/`, REQUEST), 'url-refused');
    assert.equal(closed.problemOf('https://127.1/')?.error, 'address-refused');
    assert.equal(closed.problemOf(`https://${HOST}/`), null);
  });
});

const LOOPBACK = { address: '127.0.0.1', family: 4 };

const asAddress = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 });

/** Resolves each name to this machine. */
function client(given: Partial<GuardedClientDependencies> = {}): GuardedClient {
  const resolve = async () => [LOOPBACK];
  return new GuardedClient({ clock: new SteadyClock(), privateNetworks: true, resolve, ...given });
}

async function fails(
  request: Promise<unknown>,
  error: OutboundError['error'],
): Promise<OutboundError> {
  let found: unknown;
  await assert.rejects(request, (thrown) => {
    found = thrown;
    return true;
  });
  assert.ok(found instanceof OutboundError);
  assert.equal(found.error, error, String(found.cause));
  return found;
}

const receiver = (t: TestContext, answer: RequestListener): Promise<number> =>
  listening(t, createServer(answer));

async function listening(t: TestContext, server: Server | TcpServer): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on('connection', (socket: { destroy: () => void }) => sockets.add(socket));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
