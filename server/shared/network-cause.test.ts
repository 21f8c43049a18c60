import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { networkCause } from './network-cause.ts';

test('a refused connection is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const error: unknown = await fetch(`http://127.0.0.1:${port}`).catch((one: unknown) => one);
  assert.equal(networkCause(error), 'connection refused');
});

test('an untrusted certificate is named', () => {
  const cause = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  assert.equal(networkCause(new TypeError('fetch failed', { cause })), 'certificate not trusted');
});

test('an unknown cause is reported without a token', () => {
  const error = new Error('invalid token: eyJhbGciOi.eyJpc3Mi.c2lnbmF0, error: signature');
  assert.equal(networkCause(error), 'invalid token: [token], error: signature');
});
