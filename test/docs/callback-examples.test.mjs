import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../scripts/setup.mjs';
import { callbackHeaders } from '../../server/callbacks/sign-callback.ts';
import { Secret } from '../../server/shared/secret.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');

test('the example of docs/callbacks.md verifies a callback, and refuses a changed one', async (t) => {
  const page = readFileSync(join(ROOT, 'docs', 'callbacks.md'), 'utf8');
  const [, example = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
  // Below the repository, so that the example finds its package.
  const folder = mkdtempSync(join(ROOT, 'build', 'callback-example-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'example.mjs');
  writeFileSync(file, example);
  process.env.CALLBACK_SECRET = `whsec_${SECRET}`;
  t.after(() => delete process.env.CALLBACK_SECRET);
  const { verified } = await import(pathToFileURL(file).href);
  const body = JSON.stringify({ type: 'call.started', timestamp: '', data: {} });
  const endpoint = { secret: new Secret(SECRET), previousSecret: null };
  const signed = callbackHeaders(endpoint, { id: 'msg_1', body, at: Date.now() }, Date.now());
  assert.deepEqual(verified(body, new Headers(signed)), JSON.parse(body));
  assert.throws(() => verified(`${body} `, new Headers(signed)));
});
