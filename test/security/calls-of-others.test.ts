import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import { DEFAULT_RATES } from '../../server/limits/rates.ts';
import { callId } from '../../server/testing/people.ts';
import { newCommandId } from '../../server/testing/test-client.ts';
import type { TestClient } from '../../server/testing/test-client.ts';
import { testServer } from '../../server/testing/test-server.ts';
import { errorOf } from './support/commands.ts';

/** What a user can do and learn about the calls and users of others. */

describe('malicious commands in calls', () => {
  it('H42, H43: any command for the call of other users gets the same answer as for an unknown call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bob, eve] = [await signIn('alice'), await signIn('bob'), await signIn('eve')];
    const { call } = await alice.call(['bob']);
    const before = bob.receivedSummary().length;
    for (const act of actsOn(call.callId)) {
      const there = errorOf(await eve.raw({ ...act, id: newCommandId() }));
      const missing = { ...act, id: newCommandId(), callId: callId('never-was') };
      const notThere = errorOf(await eve.raw(missing));
      assert.deepEqual([there.name, there.code], ['call-not-found', 101004], act.type);
      assert.deepEqual(there, notThere, act.type);
    }
    const { calls } = await eve.ask('sync', { knownCallIds: [call.callId], missedSince: null });
    assert.deepEqual(calls, []);
    // A cancel by Alice's command id leaves a tombstone only for a command of Eve's own.
    const id = newCommandId();
    const second = await signIn('carol');
    const rung = await second.call(['dave'], {}, id);
    assert.equal((await eve.ask('cancel', { callCommandId: id })).call, null);
    const seen = await second.ask('sync', { knownCallIds: [rung.call.callId], missedSince: null });
    assert.equal(seen.calls[0]?.status, 'ringing');
    assert.equal(bob.receivedSummary().length, before, 'Bob has seen nothing of it');
    assert.deepEqual(eve.receivedSummary(), ['welcome']);
  });

  it('H42: the response time reveals no more than the answer', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const { call } = await alice.call(['bob']);
    const times = { there: [] as number[], missing: [] as number[] };
    // Alternates, so that other load of the machine affects both.
    for (let round = 0; round < 200; round += 1) {
      times.there.push(await timeOf(eve, call.callId));
      times.missing.push(await timeOf(eve, callId(`never-was-${round}`)));
    }
    const [there, missing] = [median(times.there), median(times.missing)];
    t.diagnostic(`median of 200: ${there.toFixed(3)} ms another’s, ${missing.toFixed(3)} ms none`);
    assert.ok(Math.abs(there - missing) < 2, `${there} ms and ${missing} ms`);
  });

  it('H49: ids are 128 random bits; guesses get the same error, then the rate limit, then a close', async (t) => {
    const { signIn } = await testServer(t, { rates: DEFAULT_RATES });
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const ids = new Set<string>();
    for (let index = 0; index < 15; index += 1) {
      const { call } = await alice.call([`user-${index}`]);
      for (const id of [call.callId, call.roomId]) {
        ids.add(id);
        assert.ok(Buffer.from(id, 'base64url').length >= 16, id);
      }
      await alice.ask('hangup', { callId: call.callId });
    }
    assert.equal(ids.size, 30);
    const names: string[] = [];
    const closed = eve.closed();
    let guesses = 0;
    while (eve.socket.connected && guesses < 10_000) {
      const next = Array.from({ length: 20 }, () => {
        guesses += 1;
        const guess = { type: 'accept', id: newCommandId(), callId: callId(`guess-${guesses}`) };
        return eve.raw(guess).then(
          (answer) => names.push(errorOf(answer).name),
          () => undefined,
        );
      });
      await Promise.race([Promise.all(next), closed]);
    }
    await closed;
    assert.deepEqual([...new Set(names)], ['call-not-found', 'rate-limited']);
    assert.equal(names.filter((name) => name === 'call-not-found').length, 100);
    assert.ok(guesses < 10_000, `${guesses} guesses`);
  });

  it('H50: unknown and offline users get the same answer, in content and timing', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const known = await signIn('known');
    known.close();
    const times = { known: [] as number[], unknown: [] as number[] };
    const shapes = new Set<string>();
    for (let round = 0; round < 60; round += 1) {
      for (const whom of ['known', 'unknown'] as const) {
        const askedAt = performance.now();
        const { call } = await alice.call([whom]);
        times[whom].push(performance.now() - askedAt);
        const callee = call.members[1];
        shapes.add(JSON.stringify({ ...callee, userId: '' }));
        await alice.ask('hangup', { callId: call.callId });
      }
    }
    assert.equal(shapes.size, 1, [...shapes].join('\n'));
    const [there, not] = [median(times.known), median(times.unknown)];
    t.diagnostic(
      `median of 60 calls: ${there.toFixed(2)} ms offline, ${not.toFixed(2)} ms unknown`,
    );
    assert.ok(Math.abs(there - not) < 5);
  });
});

function actsOn(id: CallId) {
  return [
    { type: 'accept', callId: id },
    { type: 'reject', callId: id },
    { type: 'hangup', callId: id },
    { type: 'join', callId: id },
    { type: 'alerted', callId: id },
    { type: 'media-access', callId: id },
    { type: 'media-failed', callId: id },
    {
      type: 'report-quality',
      callId: id,
      quality: { measuredMs: 1, poorMs: 0, reconnections: 0, roundTripMs: null, lossPercent: 0 },
    },
    { type: 'invite', callId: id, userIds: ['mallory'], timeout: 30 },
    { type: 'switch-media-type', callId: id, mediaType: 'video' },
    { type: 'hold', callId: id, on: true },
  ] as const;
}

async function timeOf(client: TestClient, id: CallId): Promise<number> {
  const askedAt = performance.now();
  await client.refusal('accept', { callId: id });
  return performance.now() - askedAt;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
