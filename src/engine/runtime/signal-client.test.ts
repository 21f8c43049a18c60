import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, settle } from '../../../test/fakes/fake-clock.ts';
import { FakeLogger } from '../../../test/fakes/fake-page.ts';
import { FakeSocket } from '../../../test/fakes/fake-socket.ts';
import { idOf } from '../../../test/fakes/play.ts';
import { ALICE, BOB, CALL, ServerCall } from '../../../test/fakes/views.ts';
import { errorShape, type Command, type SessionId, type UserId } from '../../protocol/index.ts';
import { SignalClient } from './signal-client.ts';

const call = ServerCall.from(ALICE, [BOB]).seenBy(ALICE);
const hangup: Command = { type: 'hangup', id: idOf('hangup'), callId: CALL };
const accept: Command = { type: 'accept', id: idOf('accept'), callId: CALL };
const sync: Command = { type: 'sync', id: idOf('sync'), knownCallIds: [], missedSince: null };

function connected() {
  const bench = opened();
  bench.socket.connect();
  bench.client.release();
  return bench;
}

test('sends a command once and reports the acknowledgement', async () => {
  const { client, socket, heard } = connected();
  client.send(accept, 'interactive');
  assert.deepEqual(socket.sent, [accept]);
  socket.answer('accept', { ok: true, call, media: null });
  await settle();
  assert.deepEqual(heard, ['connected', 'answered accept']);
  assert.deepEqual(socket.sent, [accept]);
});

test('repeats a command with the same id on the next connection', async () => {
  const { client, socket, heard } = connected();
  client.send(accept, 'interactive');
  socket.drop();
  await settle();
  socket.connect();
  client.release();
  assert.deepEqual(socket.sent, [accept, accept]);
  socket.answer('accept', { ok: true, call, media: null });
  await settle();
  assert.deepEqual(heard, ['connected', 'disconnected', 'connected', 'answered accept']);
});

test('delays commands until release(), except the sync', async () => {
  const { client, socket } = opened();
  client.send(accept, 'interactive');
  socket.connect();
  client.send(sync, 'immediate');
  client.send(hangup, 'reliable');
  assert.deepEqual(socket.sent, [sync]);
  client.release();
  assert.deepEqual(socket.sent, [sync, accept, hangup]);
  socket.drop();
  await settle();
  socket.connect();
  assert.deepEqual(socket.sent, [sync, accept, hangup]);
});

test('repeats a command that is not acknowledged while connected', async () => {
  const { client, socket, clock } = connected();
  client.send(accept, 'interactive');
  socket.timeOut('accept');
  await clock.pass(249);
  assert.equal(socket.sent.length, 1);
  await clock.pass(1);
  assert.equal(socket.sent.length, 2);
});

test('gives an interactive command up after 20 s and ignores a late acknowledgement', async () => {
  const { client, socket, clock, heard } = connected();
  client.send(accept, 'interactive');
  await clock.pass(20_000);
  assert.deepEqual(heard, ['connected', 'failed accept signaling-failed']);
  socket.answer('accept', { ok: true, call, media: null });
  await clock.pass(60_000);
  assert.equal(heard.length, 2);
  assert.equal(clock.running, 0);
});

test('repeats a hang-up without a time limit', async () => {
  const { client, socket, clock, heard } = connected();
  socket.drop();
  client.send(hangup, 'reliable');
  await clock.pass(3_600_000);
  assert.equal(client.isFlushed, false);
  assert.deepEqual(heard, ['connected', 'disconnected']);
  socket.connect();
  client.release();
  socket.answer('hangup', { ok: true, call });
  await settle();
  assert.equal(client.isFlushed, true);
});

test('repeats a reliable command after a transient error', async () => {
  const { client, socket, clock, heard } = connected();
  client.send(hangup, 'reliable');
  socket.answer('hangup', { ok: false, error: errorShape('internal-error') });
  await clock.pass(250);
  assert.deepEqual(socket.sent, [hangup, hangup]);
  socket.answer('hangup', { ok: false, error: errorShape('call-not-found') });
  await settle();
  assert.deepEqual(heard, ['connected', 'answered hangup']);
});

test('does not repeat a dropped command and reports nothing about it', async () => {
  const { client, socket, clock, heard } = connected();
  client.send(accept, 'interactive');
  client.drop(({ id }) => id === accept.id);
  socket.answer('accept', { ok: true, call, media: null });
  await clock.pass(30_000);
  assert.deepEqual(socket.sent, [accept]);
  assert.deepEqual(heard, ['connected']);
  assert.equal(clock.running, 0);
});

test('forgets a sync when its connection is lost', async () => {
  const { client, socket } = opened();
  socket.connect();
  client.send(sync, 'immediate');
  socket.drop();
  await settle();
  socket.connect();
  client.release();
  assert.deepEqual(socket.sent, [sync]);
});

test('ignores malformed messages and logs a warning', async () => {
  const { client, socket, heard, logger } = connected();
  socket.pushRaw(null);
  socket.pushRaw({ type: 'call-changed', call: { callId: '<img>' } });
  socket.pushRaw({ type: 'from-the-future' });
  client.send(accept, 'interactive');
  socket.answerRaw('accept', { ok: 'maybe' });
  await settle();
  assert.deepEqual(heard, ['connected', 'failed accept internal-error']);
  assert.equal(logger.lines.filter((line) => line.startsWith('warn')).length, 3);
});

test('close() fails pending commands and ignores later messages', async () => {
  const { client, socket, clock, heard } = connected();
  client.send(accept, 'interactive');
  client.send(hangup, 'reliable');
  client.close();
  await settle();
  assert.deepEqual(heard, [
    'connected',
    'failed accept signaling-failed',
    'failed hangup signaling-failed',
  ]);
  assert.equal(socket.isOpen, false);
  assert.equal(clock.running, 0);
});

test('continues pending commands when it is opened again after a refusal', async () => {
  const { client, socket, heard, open } = connected();
  client.send(hangup, 'reliable');
  socket.drop();
  socket.refuse('user-sig-expired');
  await settle();
  open();
  socket.connect();
  client.release();
  assert.deepEqual(socket.sent, [hangup, hangup]);
  assert.deepEqual(heard, ['connected', 'disconnected', 'refused user-sig-expired', 'connected']);
});

function opened() {
  const clock = new FakeClock();
  const socket = new FakeSocket();
  const logger = new FakeLogger();
  const heard: string[] = [];
  const client = new SignalClient(socket, clock, logger, {
    connected: () => heard.push('connected'),
    disconnected: () => heard.push('disconnected'),
    refused: ({ name }) => heard.push(`refused ${name}`),
    message: ({ type }) => heard.push(`message ${type}`),
    acked: ({ type }) => heard.push(`answered ${type}`),
    failed: ({ type }, { name }) => heard.push(`failed ${type} ${name}`),
  });
  const sessionId = 'session-0000000001' as SessionId;
  const handshake = { protocol: 1, userId: 'alice' as UserId, userSig: 'sig', sessionId };
  const open = () => client.open('http://calls.test', () => handshake);
  open();
  return { client, socket, clock, logger, heard, open };
}
