import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../scripts/setup.mjs';
import { FakeClock } from '../../server/testing/fake-clock.ts';
import { rest } from '../../server/testing/rest-client.ts';
import { API_KEY, testServer } from '../../server/testing/test-server.ts';

// The programs of docs/server-api.md run as they are shown, against a call server.

const [EXPRESS, RECORDS, FETCH, ...OTHERS] = [
  ...readFileSync(join(ROOT, 'docs/server-api.md'), 'utf8').matchAll(/^```js\n([^]*?)^```$/gm),
].map(([, program]) => program);
/** The day of the records that the second program reads. */
const DAY = Date.UTC(2026, 0, 31);

test('the programs of the server API', async (t) => {
  const server = await testServer(t, {}, { clock: new FakeClock(DAY) });
  const folder = mkdtempSync(join(tmpdir(), 'tui-call-examples-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = (name, program, added) => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, `${added}\n${inThisCheckout(program, server.url)}\nexport { shown };\n`);
    return import(pathToFileURL(file));
  };
  process.env.CALL_SERVER_KEY = API_KEY;

  await t.test('Express starts a call, and names the reason of a refusal', async (t) => {
    const ticket = `const ticketOf = async () => ({ agent: 'alice', customer: 'bob' });`;
    const { app } = (await run('express', `${EXPRESS}\nconst shown = { app };`, ticket)).shown;
    const listener = app.listen(0, '127.0.0.1');
    t.after(() => listener.close());
    await once(listener, 'listening');
    const order = async (attempt) => {
      const response = await fetch(`http://127.0.0.1:${listener.address().port}/tickets/7/call`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ attempt }),
      });
      return { status: response.status, body: await response.json() };
    };
    const first = await order(1);
    assert.equal(first.status, 200);
    const { body: call } = await rest(server, `GET /v1/calls/${first.body.callId}`);
    assert.deepEqual([call.callerId, call.mediaType, call.userData], ['alice', 'audio', '7']);
    assert.deepEqual(await order(1), first);
    assert.deepEqual(await order(2), { status: 502, body: { reason: 'wrong-state' } });
    await rest(server, `DELETE /v1/calls/${first.body.callId}`);
  });

  await t.test('the client reads the records of a day', async () => {
    const client = `import { createCallServerClient } from 'tui-call-server';
      const callServer = createCallServerClient('https://calls.example', '${API_KEY}');
      const shown = [];
      const console = { log: (...values) => shown.push(values.slice(1)) };`;
    const { shown } = await run('records', `${client}\n${RECORDS}`, '');
    assert.deepEqual(shown, [['ended-by-server', 0]]);
  });

  await t.test('fetch starts a call', async () => {
    const key = `const key = '${API_KEY}';`;
    const { shown } = await run('fetch', `${FETCH}\nconst shown = { callId, response };`, key);
    assert.equal(shown.response.status, 201);
    const { body: call } = await rest(server, `GET /v1/calls/${shown.callId}`);
    assert.deepEqual([call.callerId, call.mediaType], ['alice', 'video']);
  });

  assert.deepEqual(OTHERS, []);
});

/** The packages of this checkout, and the address of the call server of the test. */
function inThisCheckout(program, url) {
  return program
    .replaceAll(`'tui-call-server'`, `'${pathToFileURL(join(ROOT, 'server/index.ts'))}'`)
    .replaceAll(`'express'`, `'${import.meta.resolve('express')}'`)
    .replaceAll('https://calls.example', url);
}
