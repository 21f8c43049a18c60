/** The link, run on Node's own WebSocket against the real Socket.IO server. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

import { Server, type ServerOptions, type Socket } from 'socket.io';

import { SocketIoConnection } from '../../src/adapters/signalling/socket-io-connection.ts';
import {
  parseCommandId,
  parseSessionId,
  parseUserId,
  PROTOCOL_VERSION,
  type Command,
} from '../../src/protocol/index.ts';

test('a command brings its own answer back, with letters of all kinds', async (t) => {
  const { link, socket } = await connected(t);
  socket.on('command', (command: Command, answer: (value: unknown) => void) =>
    setImmediate(() => answer({ nickname: 'nickname' in command ? command.nickname : null })),
  );
  const names = ['Grüß 日本 🎥', 'line\u2028\nline', '"]42["'];
  const answers = await Promise.all(names.map((name) => link.send(named(name), 5_000)));
  assert.deepEqual(
    answers,
    names.map((nickname) => ({ nickname })),
  );
});

test('what the server says is told as it was said', async (t) => {
  const { log, socket } = await connected(t);
  socket.emit('another', 1);
  socket.emit('message', { type: 'welcome' });
  assert.deepEqual(await log.next('message'), ['message', { type: 'welcome' }]);
});

test('a refusal is told with what the server said about it', async (t) => {
  const { io, log, open } = await served(t);
  io.use((_socket, next) => next(Object.assign(new Error('no'), { data: { name: 'blocked' } })));
  open();
  assert.deepEqual(await log.next('refused'), ['refused', { name: 'blocked' }]);
});

test('a connection outlives many heartbeats', async (t) => {
  const { log, socket } = await connected(t, { pingInterval: 20, pingTimeout: 500 });
  for (let beat = 0; beat < 5; beat += 1) await once(socket.conn, 'heartbeat');
  assert.deepEqual(log.all, [['connected']]);
});

test('a connection that falls silent is lost, and so are the commands in it', async (t) => {
  const { link, log, socket } = await connected(t, { pingInterval: 100, pingTimeout: 100 });
  const asked = link.send(named('anyone'), 60_000);
  Object.assign(socket.conn.transport, { send: () => undefined });
  await assert.rejects(asked, { name: 'signaling-failed' });
  assert.deepEqual(await log.next('lost'), ['lost', true, false]);
});

test('a binary packet breaks the connection', async (t) => {
  const { log, socket } = await connected(t);
  socket.emit('message', Buffer.from('abc'));
  assert.deepEqual(await log.next('lost'), ['lost', true, false]);
});

test("the server's own goodbye is told from a loss", async (t) => {
  const { log, socket } = await connected(t);
  socket.disconnect();
  assert.deepEqual(await log.next('lost'), ['lost', true, true]);
});

test('the server hears a goodbye, and nothing is told after it', async (t) => {
  const { link, log, socket } = await connected(t);
  const gone = once(socket, 'disconnect');
  link.close();
  assert.deepEqual((await gone)[0], 'client namespace disconnect');
  await assert.rejects(link.send(named('anyone'), 60_000), { name: 'signaling-failed' });
  assert.deepEqual(log.all, [['connected']]);
});

test('a server that is not there is told as lost, never connected', async (t) => {
  const { io, log, open } = await served(t);
  await io.close();
  open();
  assert.deepEqual(await log.next('lost'), ['lost', false, false]);
});

async function connected(t: TestContext, options: Partial<ServerOptions> = {}) {
  const { io, log, open } = await served(t, options);
  const [link, [socket]] = [open(), (await once(io, 'connection')) as [Socket]];
  await log.next('connected');
  return { link, log, socket };
}

async function served(t: TestContext, options: Partial<ServerOptions> = {}) {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const io = new Server(http, { transports: ['websocket'], ...options });
  const { port } = http.address() as AddressInfo;
  t.after(() => io.close());
  const log = new Log();
  const open = (): SocketIoConnection => {
    const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`;
    const link = new SocketIoConnection(url, handshake, {
      connected: () => log.add('connected'),
      message: (frame) => log.add('message', frame),
      refused: (data) => log.add('refused', data),
      lost: (wasConnected, byServer) => log.add('lost', wasConnected, byServer),
    });
    t.after(() => link.close());
    return link;
  };
  return { io, log, open };
}

/** What the link has told, and the next of a kind. */
class Log {
  readonly all: unknown[][] = [];
  readonly #added = new EventEmitter();

  add(...entry: unknown[]): void {
    this.all.push(entry);
    this.#added.emit('entry');
  }

  async next(kind: string): Promise<unknown[]> {
    for (;;) {
      const found = this.all.find((entry) => entry[0] === kind);
      if (found) return found;
      await once(this.#added, 'entry');
    }
  }
}

function handshake() {
  const [userId, sessionId] = [parseUserId('alice'), parseSessionId('s'.repeat(22))];
  if (!userId || !sessionId) throw new Error('no ids');
  return { protocol: PROTOCOL_VERSION, userId, userSig: 'sig', sessionId };
}

function named(nickname: string): Command {
  const id = parseCommandId('c'.repeat(22));
  if (!id) throw new Error('no command id');
  return { type: 'set-self-info', id, nickname, avatar: '' };
}
