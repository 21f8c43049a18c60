import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { revealsNothing } from './support/user-sig-checks.ts';
import { RawConnection, rawRequest } from './support/raw-connection.ts';
import { RawWebsocket, SOCKET_PATH } from './support/raw-websocket.ts';

/**
 * Requests that are too slow, too long or no valid upgrade.
 * The tests mostly wait for the server, so they run in parallel.
 */
describe('malicious input on the transport', { concurrency: true }, () => {
  // The server's limit is 6 s. Node's own one is 60 s, so that the bound holds on a busy machine and still fails without ours.
  it('H35: a request that sends one byte a second, or none, is closed', async (t) => {
    const { url } = await testServer(t);
    const startedAt = performance.now();
    const silent = await RawConnection.open(t, url);
    const slow = await RawConnection.open(t, url);
    const text = `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n`;
    let sent = 0;
    const drip = setInterval(() => slow.send(text[sent++] ?? 'x'), 1000);
    const body = await RawConnection.open(t, url);
    body.send('POST /v1/leave HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{');
    await Promise.all([silent.ended(), slow.ended(), body.ended()]);
    clearInterval(drip);
    assert.ok(performance.now() - startedAt < 40_000);
    assert.match(slow.received.toString(), /^HTTP\/1.1 408 /);
  });

  it('H36: 2,000 headers, or 16 KiB of them, get 431; a long subprotocol has no effect', async (t) => {
    const { url } = await testServer(t);
    const many = (length: number) =>
      Array.from({ length }, (_, index) => `a${index % 10}:b`).join('\r\n');
    const short = many(2000);
    const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==`;
    const requests: Readonly<Record<string, string>> = {
      'an upgrade with many': `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n${short}\r\n\r\n`,
      'an upgrade with many in front': `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n${short}\r\n${upgrade}\r\n\r\n`,
      'a request with many': `GET /health HTTP/1.1\r\nHost: x\r\n${short}\r\nConnection: close\r\n\r\n`,
      // The limit of Node is this low.
      'an upgrade with 120': `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n${many(120)}\r\n${upgrade}\r\n\r\n`,
      'a request with 120': `GET /health HTTP/1.1\r\nHost: x\r\n${many(120)}\r\nConnection: close\r\n\r\n`,
      'an unknown route with 120': `GET /nothing HTTP/1.1\r\nHost: x\r\n${many(120)}\r\nConnection: close\r\n\r\n`,
      'a request with a long one': `GET /health HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`,
    };
    for (const [what, request] of Object.entries(requests)) {
      const { status, body } = await rawRequest(t, url, request);
      assert.equal(status, 431, what);
      // It may arrive in chunks.
      const [json = ''] = /\{.*\}/s.exec(body) ?? [];
      revealsNothing(JSON.parse(json) as ErrorShape);
    }
    const startedAt = performance.now();
    const protocol = await RawWebsocket.tryToOpen(t, url, {
      'Sec-WebSocket-Protocol': `a${' '.repeat(15_000)}b`,
    });
    assert.ok(protocol === 400 || typeof protocol === 'object', 'answered');
    assert.ok(performance.now() - startedAt < 1000, 'not for long');
    assert.equal((await fetch(`${url}/health`)).status, 200);
  });

  it('H41: the reply to a valid upgrade has no `Connection: close`, also for strict clients', async (t) => {
    const { url } = await testServer(t);
    const { head } = await RawWebsocket.open(t, url);
    assert.deepEqual(head.match(/^connection:.*$/gim), ['Connection: Upgrade']);
    const strict = new WebSocket(`${url.replace('http', 'ws')}${SOCKET_PATH}`);
    t.after(() => strict.close());
    await new Promise<void>((resolve, reject) => {
      strict.addEventListener('open', () => resolve());
      strict.addEventListener('error', () => reject(new Error('not opened')));
    });
  });

  it('H41: an invalid upgrade request is answered as plain HTTP, and the bytes after it are ignored', async (t) => {
    const { url } = await testServer(t);
    const smuggled = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    const full = `${upgrade}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n`;
    const requests: Readonly<Record<string, readonly [string, number]>> = {
      'another address': [`GET /v1/nothing HTTP/1.1\r\nHost: x\r\n${full}\r\n`, 404],
      'a wrong version': [
        `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Version: 777\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`,
        400,
      ],
      'no key': [
        `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\n${upgrade}Sec-WebSocket-Version: 13\r\n\r\n`,
        400,
      ],
      'another protocol': [
        `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
        400,
      ],
      'a POST': [
        `POST ${SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n${full}\r\n`,
        400,
      ],
      'another transport': [
        `GET /socket.io/?EIO=4&transport=flash HTTP/1.1\r\nHost: x\r\n${full}\r\n`,
        400,
      ],
      'a connection that is not there': [
        `GET ${SOCKET_PATH}&sid=nothing HTTP/1.1\r\nHost: x\r\n${full}\r\n`,
        400,
      ],
      'an address that is none': [`GET /%zz HTTP/1.1\r\nHost: x\r\n${full}\r\n`, 400],
      'two lengths': [
        `POST /v1/leave HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        400,
      ],
    };
    for (const [what, [request, status]] of Object.entries(requests)) {
      const answer = await rawRequest(t, url, request + smuggled);
      assert.equal(answer.status, status, what);
      assert.match(answer.head, /^connection: close$/im, what);
      assert.ok(!answer.body.includes('tui_call_'), `${what}: what stood behind it was answered`);
      assert.equal(answer.body.split('HTTP/1.1').length, 1, what);
    }
  });
});
