import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveCalls } from '../calls/live-calls.ts';
import { createLog } from '../shared/log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { alice, session } from '../testing/people.ts';
import { TEST_CONFIG } from '../testing/test-server.ts';
import { SessionConnection } from './connection.ts';
import type { ConnectionDependencies } from './connection.ts';
import { MAX_BUFFERED_BYTES } from './flood-guard.ts';

test('F62 a client that does not read is disconnected, and nothing more is buffered for it', () => {
  const { connection, wire } = connected();
  wire.waiting = MAX_BUFFERED_BYTES;
  connection.send({ type: 'user-sig-expired' });
  assert.deepEqual([wire.sent, wire.isCutOff], [1, false]);
  wire.waiting += 1;
  connection.send({ type: 'user-sig-expired' });
  assert.deepEqual([wire.sent, wire.isCutOff], [1, true]);
});

function connected() {
  const wire = {
    waiting: 0,
    sent: 0,
    isCutOff: false,
    emit: () => void (wire.sent += 1),
    backlog: () => wire.waiting,
    close: () => undefined,
    terminate: () => void (wire.isCutOff = true),
  };
  const clock = new FakeClock();
  const profile = { nickname: '', avatar: '' };
  const expiresAt = clock.now() + 3600_000;
  const identity = { userId: alice, expiresAt, name: null, avatar: null, groups: [] };
  const parts: ConnectionDependencies = {
    dispatch: { answer: () => Promise.reject(new Error('nothing is asked here')) },
    live: new LiveCalls(),
    broadcasts: { take: () => true },
    clock,
    config: TEST_CONFIG,
    log: createLog('silent'),
    onAnswered: () => undefined,
  };
  const sessionId = session('phone');
  const connection = new SessionConnection(
    { userId: alice, sessionId, identity, profile, canAnswer: true },
    wire,
    parts,
  );
  return { connection, wire };
}
