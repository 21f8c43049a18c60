/** SignalConnection in Node against a real Socket.IO server. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

import { Server, type ServerOptions, type Socket } from 'socket.io';

import { SignalConnection } from '../../src/adapters/signalling/signal-connection.ts';
import {
  parseCommandId,
  parseSessionId,
  parseUserId,
  PROTOCOL_VERSION,
  type Command,
} from '../../src/protocol/index.ts';

test('send() resolves with the acknowledgement of its own command', async (t) => {
  const { connection, socket } = await connected(t);
  socket.on('command', (command: Command, answer: (value: unknown) => void) =>
    setImmediate(() => answer({ nickname: 'nickname' in command ? command.nickname : null })),
  );
  const names = ['Grüß 日本 🎥', 'line\u2028\nline', '"]42["'];
  const answers = await Promise.all(names.map((name) => connection.send(named(name), 5_000)));
  assert.deepEqual(
    answers,
    names.map((nickname) => ({ nickname })),
  );
});

test('send() rejects without an acknowledgement in time', async (t) => {
  const { connection } = await connected(t);
  await assert.rejects(connection.send(named('bob'), 20), { name: 'signaling-failed' });
});

test('messages are passed on, other events are ignored', async (t) => {
  const { log, socket } = await connected(t);
  socket.emit('another', 1);
  socket.emit('message', { type: 'welcome' });
  assert.deepEqual(await log.next('message'), ['message', { type: 'welcome' }]);
});

test("a refused handshake ends with the server's error", async (t) => {
  const { io, log, open } = await served(t);
  io.use((_socket, next) => next(Object.assign(new Error('no'), { data: { name: 'blocked' } })));
  open();
  assert.deepEqual(await log.next('refused'), ['refused', { name: 'blocked' }]);
});

test('heartbeats keep the connection open', async (t) => {
  const { log, socket } = await connected(t, { pingInterval: 20, pingTimeout: 500 });
  for (let beat = 0; beat < 5; beat += 1) await once(socket.conn, 'heartbeat');
  assert.deepEqual(log.all, [['connected']]);
});

test('missing heartbeats end the connection and reject its commands', async (t) => {
  const { connection, log, socket } = await connected(t, { pingInterval: 100, pingTimeout: 100 });
  const asked = connection.send(named('bob'), 60_000);
  Object.assign(socket.conn.transport, { send: () => undefined });
  await assert.rejects(asked, { name: 'signaling-failed' });
  assert.deepEqual(await log.next('lost'), ['lost', true, false]);
});

test('check() detects heartbeats missed during a sleep of the machine', async (t) => {
  const { connection, log } = await connected(t);
  connection.check();
  assert.deepEqual(log.all, [['connected']]);
  t.mock.method(Date, 'now', () => Number.MAX_SAFE_INTEGER);
  connection.check();
  assert.deepEqual(log.all, [['connected'], ['lost', true, false]]);
});

test('a disconnect by the server differs from a loss', async (t) => {
  const { log, socket } = await connected(t);
  socket.disconnect();
  assert.deepEqual(await log.next('lost'), ['lost', true, true]);
});

test('close() informs the server and reports nothing', async (t) => {
  const { connection, log, socket } = await connected(t);
  const gone = once(socket, 'disconnect');
  connection.close();
  assert.deepEqual((await gone)[0], 'client namespace disconnect');
  await assert.rejects(connection.send(named('bob'), 60_000), { name: 'signaling-failed' });
  assert.deepEqual(log.all, [['connected']]);
});

test('an unreachable server is reported as lost without a connection', async (t) => {
  const { io, log, open } = await served(t);
  await io.close();
  open();
  assert.deepEqual(await log.next('lost'), ['lost', false, false]);
});

test('an attempt without admission times out', async (t) => {
  const { io, log, open } = await served(t);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = new Promise<void>((resolve) => io.use(() => resolve()));
  open();
  await asked;
  t.mock.timers.tick(8_000);
  assert.deepEqual(log.all, [['lost', false, false]]);
});

async function connected(t: TestContext, options: Partial<ServerOptions> = {}) {
  const { io, log, open } = await served(t, options);
  const [connection, [socket]] = [open(), (await once(io, 'connection')) as [Socket]];
  await log.next('connected');
  return { connection, log, socket };
}

async function served(t: TestContext, options: Partial<ServerOptions> = {}) {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const io = new Server(http, { transports: ['websocket'], ...options });
  const { port } = http.address() as AddressInfo;
  t.after(() => io.close());
  const log = new Log();
  const open = (): SignalConnection => {
    const address = { origin: `http://127.0.0.1:${port}`, path: '' };
    const connection = new SignalConnection(address, handshake, {
      connected: () => log.add('connected'),
      message: (frame) => log.add('message', frame),
      refused: (data) => log.add('refused', data),
      lost: (wasConnected, byServer) => log.add('lost', wasConnected, byServer),
    });
    t.after(() => connection.close());
    return connection;
  };
  return { io, log, open };
}

/** The reported events, and the next one of a kind. */
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
