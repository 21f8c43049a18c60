import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestClient } from '../../server/testing/test-client.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { Cluster } from './support/cluster.ts';

const cluster = await Cluster.start();
after(() => cluster.stop());
afterEach(() => cluster.end());

/** How long it takes until the ring of a new call arrives. */
async function ringMs(caller: TestClient, callee: TestClient, userId: string): Promise<number> {
  const since = performance.now();
  const { call } = await caller.call([userId]);
  await callee.nextView(({ callId, status }) => callId === call.callId && status === 'ringing');
  const took = performance.now() - since;
  await caller.ask('hangup', { callId: call.callId });
  await callee.nextView(({ callId, status }) => callId === call.callId && status === 'ended');
  return took;
}

describe('While Redis does not respond', () => {
  it('rings between sockets of one node are not delayed, and others come from the database (F85 F91)', async (t) => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 0);
    const carol = await cluster.signIn('carol', 1);
    cluster.redis.pause();
    t.after(() => cluster.redis.resume());
    const local = await ringMs(alice, bob, 'bob');
    const across = await ringMs(alice, carol, 'carol');
    t.diagnostic(`ring within one node ${Math.round(local)} ms, across ${Math.round(across)} ms`);
    assert.ok(local < 1_000, `${local} ms`);
    assert.ok(across < 4_000, `${across} ms`);
  });

  it('nothing rings late for a call that is over (F85)', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const carol = await cluster.signIn('carol', 1);
    cluster.redis.pause();
    const { call } = await alice.call(['carol']);
    await alice.ask('hangup', { callId: call.callId });
    // From the database.
    await carol.nextMessage('call-missed');
    const before = carol.receivedSummary().length;
    cluster.redis.resume();
    // A later call of another node comes through Redis: what Redis held back came before it.
    await ringMs(alice, carol, 'carol');
    const received = carol.received
      .slice(before)
      .flatMap((one) =>
        one.type === 'call-changed' && one.call.callId === call.callId ? [one.call.status] : [],
      );
    assert.ok(!received.includes('ringing'), received.join());
  });
});

describe('A Redis that was killed', () => {
  it('is used again when it is back', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const carol = await cluster.signIn('carol', 1);
    await cluster.redis.end();
    await ringMs(alice, carol, 'carol');
    await cluster.redis.restart();
    const ready = async () => {
      const answer = await fetch(`${cluster.nodes[0]?.url}/ready`);
      return (await answer.json()) as { redis: boolean };
    };
    await eventually(
      async () => (await ready()).redis,
      () => 'Redis is not used again',
    );
    await ringMs(alice, carol, 'carol');
  });
});

describe('While Postgres is away', () => {
  it('commands are refused as retryable, and done once when it is back (F87)', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 1);
    await cluster.postgres.end('SIGKILL');
    const id = 'command-while-away';
    const refused = await alice.send('call', ring('bob'), id);
    assert.ok(!refused.ok && refused.error.retryable);
    assert.equal(refused.error.name, 'internal-error');
    const answer = await fetch(`${cluster.nodes[0]?.url}/ready`);
    assert.equal(answer.status, 503);
    await cluster.postgres.restart();
    const { call } = await alice.ask('call', ring('bob'), id);
    await bob.nextView(({ callId, status }) => callId === call.callId && status === 'ringing');
    const again = await alice.ask('call', ring('bob'), id);
    assert.equal(again.call.callId, call.callId);
  });

  it('a disconnect is recorded when it is back', async () => {
    await cluster.begin(2);
    const alice = await cluster.signIn('alice', 0);
    const bob = await cluster.signIn('bob', 1);
    const { call } = await alice.call(['bob']);
    await bob.ask('accept', { callId: call.callId });
    await cluster.postgres.end('SIGKILL');
    bob.close();
    await pause(300);
    await cluster.postgres.restart();
    await alice.nextView(({ members }) =>
      members.some(({ userId, away }) => userId === 'bob' && away),
    );
  });
});

function ring(userId: string) {
  const userIds = [userId] as never;
  return { userIds, mediaType: 'audio', groupId: '', timeout: 30, userData: '' } as const;
}
