import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { pagePort, refusePort } from './page-port.mjs';

describe('the port of the demo’s page', () => {
  test('is PORT if it is free, and 0 stays 0', async (t) => {
    const { port, release } = await taken(t);
    await release();
    assert.equal(await pagePort(String(port), silent), port);
    assert.equal(await pagePort('0', silent), 0);
  });

  test('that is in use is refused with a suggestion', async (t) => {
    const { port } = await taken(t);
    await assert.rejects(
      pagePort(String(port), silent),
      new RegExp(`Port ${port} is in use by another program.*PORT=${port + 1} npm start.*PORT=0`),
    );
  });

  test('must be a valid port', async () => {
    for (const text of ['http', '-1', '65536', '8080x']) {
      await assert.rejects(pagePort(text, silent), /PORT must be a whole number up to 65535/);
    }
  });

  test('below 1024 may need a privilege', () => {
    assert.throws(() => refusePort(80, { code: 'EACCES' }), /Port 80 needs a privilege/);
  });

  test('is the first free one from 8080 on by default', async () => {
    const port = await pagePort(undefined, silent);
    assert.ok(port >= 8080 && port <= 8100, String(port));
  });
});

const silent = { onProgress: () => {} };

/** A port in use. */
async function taken(t) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const release = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  t.after(release);
  return { port: server.address().port, release };
}
