import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { jwtVerify } from 'jose';
import { EVENT_NAMES } from '../../demo/event-names.js';
import { filePath, startDemoServer } from '../../demo/server.mjs';
import { callbackEventName } from '../../components/shared/events.ts';
import { CALLBACK_FIELDS } from '../../src/engine/api/observer.ts';
import { ROOT } from '../setup.mjs';

const SECRET = 'a secret of the demo, 32 bytes long';

describe('the demo’s web server', () => {
  let page;
  before(async () => {
    page = await startDemoServer({
      root: ROOT,
      port: 0,
      callServerUrl: 'http://127.0.0.1:8787',
      livekitUrl: 'ws://127.0.0.1:7880',
      secret: SECRET,
    });
  });
  after(() => page.close());

  const get = (path, options) => fetch(new URL(path, page.url), options);

  test('serves the page with a policy that forbids inline code, other origins and framing (H100)', async () => {
    const response = await get('/');
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^text\/html/);
    const policy = response.headers.get('content-security-policy').split('; ');
    assert.deepEqual(policy.slice(0, 3), [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    // The widget draws a dot on the page's icon.
    assert.ok(policy.includes("img-src 'self' data:"));
    assert.ok(policy.includes("require-trusted-types-for 'script'"));
    assert.ok(policy.includes("frame-ancestors 'none'"));
    assert.match(
      response.headers.get('permissions-policy'),
      /camera=\(self\), microphone=\(self\)/,
    );
    assert.equal(
      policy.find((one) => one.startsWith('connect-src')),
      "connect-src 'self' http://127.0.0.1:8787 ws://127.0.0.1:8787 http://127.0.0.1:7880 ws://127.0.0.1:7880",
    );
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  });

  test('returns a userSig that must not be cached', async () => {
    const response = await get('/user-sig?userId=carol&name=Carol');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const { userSig } = await response.json();
    const { payload } = await jwtVerify(userSig, new TextEncoder().encode(SECRET), {
      algorithms: ['HS256'],
      audience: 'tui-call',
    });
    assert.deepEqual([payload.sub, payload.name], ['carol', 'Carol']);
  });

  test('refuses an invalid userId', async () => {
    for (const userId of ['', 'a b', 'x'.repeat(65), '../../a']) {
      assert.equal((await get(`/user-sig?${new URLSearchParams({ userId })}`)).status, 400);
    }
  });

  test('refuses host names other than loopback', async () => {
    assert.equal(await statusFor(page.url, 'rebound.example:8080'), 403);
    assert.equal(await statusFor(page.url, 'localhost:8080'), 200);
  });

  test('serves neither its own server code nor files outside its folders', async () => {
    for (const path of [
      '/server.mjs',
      '/user-sig.mjs',
      '/%2e%2e/package.json',
      '/dist/%2e%2e/package.json',
    ]) {
      assert.equal((await get(path)).status, 404, path);
    }
    assert.equal((await get('/', { method: 'POST' })).status, 405);
  });
});

test('a path never leaves demo/ and dist/', () => {
  assert.equal(filePath('/r', '/'), join('/r', 'demo', 'index.html'));
  assert.equal(filePath('/r', '/dist/tui-call.js'), join('/r', 'dist', 'tui-call.js'));
  for (const path of ['/dist/..%2f..%2fpackage.json', '/..%2fpackage.json', '/%00.js', '/%']) {
    const found = filePath('/r', path);
    assert.ok(found === null || /^\/r\/(demo|dist)\//.test(found), `${path} → ${found}`);
  }
});

test('the page has no inline code that its policy would refuse', () => {
  const html = readFileSync(join(ROOT, 'demo', 'index.html'), 'utf8');
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
});

test('the log listens to every event of the element', () => {
  const events = Object.keys(CALLBACK_FIELDS).map(callbackEventName);
  assert.deepEqual([...EVENT_NAMES].sort(), events.sort());
});

/** fetch cannot set a Host header. */
function statusFor(url, host) {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}
