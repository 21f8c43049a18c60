import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock, settle } from '../../../test/fakes/fake-clock.ts';
import { FakeMedia } from '../../../test/fakes/fake-media.ts';
import { FakeLogger, FakeMemory, FakePage } from '../../../test/fakes/fake-page.ts';
import { FakeSocket } from '../../../test/fakes/fake-socket.ts';
import { idOf } from '../../../test/fakes/play.ts';
import { CALL } from '../../../test/fakes/views.ts';
import { CallError } from '../api/call-error.ts';
import type { EngineEvent } from '../state/events.ts';
import { EffectRunner } from './effect-runner.ts';
import { SignalClient } from './signal-client.ts';

const JOIN = {
  type: 'join-media',
  attempt: 7,
  callId: CALL,
  access: { url: 'wss://media.test', token: 'token' },
  mediaType: 'audio',
} as const;
const CAMERA = {
  type: 'set-track',
  callId: CALL,
  source: 'camera',
  on: true,
  intentId: idOf('intent'),
} as const;

test('dispatches the result of a join with its attempt', async () => {
  const { runner, events } = bench();
  runner.run(JOIN);
  assert.deepEqual(events, []);
  await settle();
  assert.deepEqual(events, [{ type: 'media-joined', attempt: 7 }]);
});

test('dispatches a failed join with a CallError', async () => {
  const { runner, events, media } = bench();
  media.failures.set('join', new CallError('webrtc-not-supported'));
  runner.run(JOIN);
  await settle();
  const [event] = events;
  assert.ok(event?.type === 'media-join-failed');
  assert.equal(event.error.name, 'webrtc-not-supported');
});

test('dispatches the result of a track with its intent, also after a failure', async () => {
  const { runner, events, media } = bench();
  runner.run(CAMERA);
  await settle();
  media.failures.set('camera', new CallError('permission-denied'));
  runner.run(CAMERA);
  await settle();
  const results = events.map((event) => event.type === 'track-set' && event.error?.name);
  assert.deepEqual(results, [undefined, 'permission-denied']);
  assert.ok(
    events.every((event) => event.type === 'track-set' && event.intentId === idOf('intent')),
  );
});

test('fires a timer once, and never after it was cancelled or replaced', async () => {
  const { runner, events, clock } = bench();
  runner.run({ type: 'start-timer', name: 'ring', ms: 100 });
  runner.run({ type: 'start-timer', name: 'ring', ms: 300 });
  runner.run({ type: 'start-timer', name: 'ended', ms: 100 });
  runner.run({ type: 'cancel-timer', name: 'ended' });
  await clock.pass(299);
  assert.deepEqual(events, []);
  await clock.pass(1000);
  assert.deepEqual(events, [{ type: 'timer-fired', name: 'ring' }]);
  assert.equal(clock.running, 0);
});

test('gives a command without an intent an id, keeps the id of an intent, and does not repeat a dropped command', async () => {
  const { runner, signal, socket } = bench();
  const nobody = { protocol: 1, userId: '', userSig: '', sessionId: '' } as never;
  signal.open('http://calls.test', () => nobody);
  socket.connect();
  signal.release();
  const accept = { type: 'accept', callId: CALL } as const;
  const access = { type: 'media-access', callId: CALL } as const;
  runner.run({ type: 'send-command', id: null, command: accept, delivery: 'interactive' });
  runner.run({
    type: 'send-command',
    id: idOf('intent'),
    command: accept,
    delivery: 'interactive',
  });
  runner.run({ type: 'send-command', id: null, command: access, delivery: 'reliable' });
  const ids = () => socket.sent.splice(0).map(({ id }) => id);
  assert.deepEqual(ids(), ['random-1', idOf('intent'), 'random-2']);
  runner.run({ type: 'drop-command', id: idOf('intent') });
  runner.run({ type: 'drop-call-commands', callId: CALL });
  socket.drop();
  await settle();
  socket.connect();
  signal.release();
  assert.deepEqual(ids(), ['random-1']);
});

test('stores persisted values in the storage of their scope', () => {
  const { runner, memory } = bench();
  runner.run({ type: 'persist', where: 'tab', key: 'open-call', value: 'x 1' });
  runner.run({ type: 'persist', where: 'browser', key: 'missed-seq', value: '4' });
  assert.deepEqual([...memory.tab.entries], [['key open-call', 'x 1']]);
  assert.deepEqual([...memory.browser.entries], [['key missed-seq', '4']]);
});

test('does not lower the stored number of the newest missed call of another tab', () => {
  const { runner, memory } = bench();
  const remember = (value: string | null) =>
    runner.run({ type: 'persist', where: 'browser', key: 'missed-seq', value });
  remember('9');
  remember('4');
  assert.equal(memory.browser.read('key missed-seq'), '9');
  remember('10');
  assert.equal(memory.browser.read('key missed-seq'), '10');
  remember(null);
  remember('1');
  assert.equal(memory.browser.read('key missed-seq'), '1');
});

test('dispatches no result after close()', async () => {
  const { runner, events, media, clock } = bench();
  media.hold();
  runner.run(JOIN);
  runner.run(CAMERA);
  runner.run({ type: 'start-timer', name: 'ring', ms: 100 });
  runner.close();
  media.release();
  await clock.pass(1000);
  assert.deepEqual(events, []);
  assert.equal(clock.running, 0);
});

function bench() {
  const clock = new FakeClock();
  const socket = new FakeSocket();
  const media = new FakeMedia();
  const memory = new FakeMemory();
  const logger = new FakeLogger();
  const events: EngineEvent[] = [];
  let ids = 0;
  const randomId = () => `random-${(ids += 1)}`;
  const ports = { clock, socket, media, storage: memory, logger, randomId, page: new FakePage() };
  const silent = () => undefined;
  const signal = new SignalClient(socket, clock, logger, {
    connected: silent,
    disconnected: silent,
    refused: silent,
    message: silent,
    acked: silent,
    failed: silent,
  });
  const runner = new EffectRunner(ports, signal, {
    dispatch: (event) => events.push(event),
    openSocket: silent,
    sendLeave: silent,
    storageKey: (key) => `key ${key}`,
  });
  return { runner, signal, socket, clock, media, memory, events };
}
