import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CallError } from '../../engine/api/call-error.ts';
import { parseServer } from './server-address.ts';

test('splits a server URL into origin and path', () => {
  assert.deepEqual(parseServer('https://calls.example'), {
    origin: 'https://calls.example',
    path: '',
  });
  assert.deepEqual(parseServer('http://localhost:8787/'), {
    origin: 'http://localhost:8787',
    path: '',
  });
  assert.deepEqual(parseServer('https://host.example/calls/'), {
    origin: 'https://host.example',
    path: '/calls',
  });
});

for (const wrong of ['', 'calls.example', '/calls', 'ftp://calls.example', 'javascript:alert(1)']) {
  test(`refuses "${wrong}"`, () => {
    assert.throws(
      () => parseServer(wrong),
      (error) => error instanceof CallError && error.name === 'invalid-parameter',
    );
  });
}
