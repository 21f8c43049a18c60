import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import nodeResolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { Server } from 'socket.io';
import { ROOT } from '../setup.mjs';
import { slimSocketIo } from './slim-socket-io.mjs';

// The browser build, run on Node's own WebSocket against the real server.
describe('the slim socket.io client', () => {
  let folder;
  let io;
  let http;
  let server;
  let modules;
  let url;

  before(async () => {
    folder = await mkdtemp(join(ROOT, 'node_modules', '.slim-socket-io-'));
    ({ io, modules } = await bundleIn(folder));
    http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${http.address().port}`;
    server = new Server(http, { transports: ['websocket'] });
    server.use((socket, next) =>
      next(socket.handshake.auth.token === 'wrong' ? new Error('user-sig-invalid') : undefined),
    );
    server.on('connection', (socket) => {
      socket.on('command', (body, answer) => answer({ ok: true, body }));
      socket.on('drop', () => socket.conn.close());
      socket.on('send-binary', () => socket.emit('picture', Buffer.from('abc')));
    });
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const connect = (options = {}) =>
    io(url, { transports: ['websocket'], forceNew: true, reconnectionDelay: 1, ...options });

  test('holds neither polling nor WebTransport', () => {
    const names = modules.join('\n');
    assert.match(names, /transports\/websocket\.js/);
    assert.doesNotMatch(names, /polling|webtransport/);
  });

  test('sends a command and gets its answer, with letters of all kinds', async () => {
    const socket = connect();
    const answer = await socket.timeout(5_000).emitWithAck('command', { text: 'Grüß 日本 🎥' });
    assert.deepEqual(answer, { ok: true, body: { text: 'Grüß 日本 🎥' } });
    socket.close();
  });

  test('tells why the server refused it', async () => {
    const socket = connect({ auth: { token: 'wrong' } });
    const error = await new Promise((resolve) => socket.once('connect_error', resolve));
    assert.equal(error.message, 'user-sig-invalid');
    socket.close();
  });

  test('comes back by itself when the connection is lost', async () => {
    const socket = connect();
    await new Promise((resolve) => socket.once('connect', resolve));
    const lost = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit('drop');
    assert.equal(await lost, 'transport close');
    await new Promise((resolve) => socket.once('connect', resolve));
    assert.equal((await socket.emitWithAck('command', 1)).body, 1);
    socket.close();
  });

  test('ends the connection on a binary frame, and comes back', async () => {
    const socket = connect();
    await new Promise((resolve) => socket.once('connect', resolve));
    const lost = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit('send-binary');
    assert.equal(await lost, 'parse error');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.close();
  });
});

async function bundleIn(folder) {
  const input = join(folder, 'entry.js');
  await writeFile(input, `export { io } from 'socket.io-client';`);
  const bundle = await rollup({ input, plugins: [slimSocketIo(), nodeResolve({ browser: true })] });
  const file = join(folder, 'bundle.mjs');
  const { output } = await bundle.write({ file, format: 'es' });
  const { io } = await import(pathToFileURL(file).href);
  return { io, modules: Object.keys(output[0].modules) };
}
