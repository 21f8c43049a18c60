import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { testServer } from '../../testing/test-server.ts';
import type { TestServer } from '../../testing/test-server.ts';
import type { TestClient } from '../../testing/test-client.ts';

const MEDIA_ONLY_MS = 120_000;

describe('two unreachable members that LiveKit still lists', () => {
  it('stay in their call for the configured time, and are free afterwards (F83)', async (t) => {
    const { served, alice, bobby, callId } = await ghosts(t);
    const lastSeen = served.clock.now();
    const back = await served.signIn('bob');
    bobby.close();
    alice.close();
    await back.nextView(({ members }) => members.every(({ away }) => away));
    await minutes(served, back, 1.5);
    const during = await back.ask('sync', { knownCallIds: [callId], missedSince: null });
    assert.equal(during.calls[0]?.status, 'active');
    const over = back.nextView(({ status }) => status === 'ended');
    await minutes(served, back, 1);
    const ended = await over;
    assert.equal(ended.endReason, 'offline');
    assert.equal(ended.endedAt, lastSeen);
    assert.equal((await back.call(['carol'])).call.status, 'ringing');
  });

  it('stay in a call while one member has signalling', async (t) => {
    const { served, alice, bobby, callId } = await ghosts(t);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    await minutes(served, alice, 30);
    const { calls } = await alice.ask('sync', { knownCallIds: [callId], missedSince: null });
    assert.equal(calls[0]?.status, 'active');
  });
});

/** Half a minute apart: each check of the rooms ends before the next one. */
async function minutes({ clock }: TestServer, client: TestClient, many: number): Promise<void> {
  for (let half = 0; half < many * 2; half += 1) {
    clock.advance(30_000);
    for (let round = 0; round < 3; round += 1) {
      await client.ask('sync', { knownCallIds: [], missedSince: null });
    }
  }
}

async function ghosts(t: TestContext) {
  const served = await testServer(t, { mediaOnlyMs: MEDIA_ONLY_MS });
  const [alice, bobby] = [await served.signIn('alice'), await served.signIn('bob')];
  const { call } = await alice.call(['bob']);
  await bobby.ask('accept', { callId: call.callId });
  for (const one of ['alice', 'bob'] as const) {
    const { sessionId } = one === 'alice' ? alice : bobby;
    served.media.enter(call.roomId, `${one}:${sessionId}`);
  }
  const looked = served.media.next(`participants ${call.roomId}`);
  served.clock.advance(30_000);
  await looked;
  await alice.ask('sync', { knownCallIds: [], missedSince: null });
  return { served, alice, bobby, callId: call.callId };
}
