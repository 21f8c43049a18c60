import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startActiveCall } from '../testing/active-call.ts';
import type { TestClient } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';

describe('recent calls', () => {
  it('contain an answered call for both sides', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice', {}, { name: 'Alice' }), await signIn('bob')];
    const startedAt = clock.now();
    const callId = await startActiveCall(alice, bobby);
    assert.deepEqual(await listOf(bobby), []);
    clock.advance(9000);
    await alice.ask('hangup', { callId });
    const [mine] = await listOf(alice);
    assert.equal(mine?.direction, 'outgoing');
    assert.equal(mine.outcome, 'answered');
    const [theirs] = await listOf(bobby);
    assert.deepEqual(theirs, {
      callId,
      direction: 'incoming',
      mediaType: 'video',
      groupId: '',
      isGroup: false,
      outcome: 'answered',
      peers: [{ userId: 'alice', nickname: 'Alice', avatar: '' }],
      startedAt,
      durationMs: 9000,
    });
  });

  it('have the outcome of each call for their user', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby, carol] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const first = await alice.call(['bob']);
    await bobby.ask('reject', { callId: first.call.callId });
    clock.advance(1);
    const second = await alice.call(['bob']);
    await alice.ask('hangup', { callId: second.call.callId });
    clock.advance(1);
    await alice.call(['bob'], { timeout: 10 });
    await carol.call(['bob']);
    clock.advance(10_000);
    await alice.nextView(({ endReason }) => endReason === 'no-response');
    assert.deepEqual(await outcomesOf(alice), ['no-response', 'cancelled', 'rejected']);
    assert.deepEqual((await outcomesOf(bobby)).sort(), ['missed', 'missed', 'missed', 'rejected']);
    assert.deepEqual(await outcomesOf(carol), ['busy']);
  });

  it('contain a call that the user has just ended', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const [, page] = await Promise.all([
      bobby.ask('reject', { callId: call.callId }),
      bobby.ask('recent-calls', { cursor: null, limit: 5 }),
    ]);
    assert.deepEqual(
      page.calls.map(({ callId }) => callId),
      [call.callId],
    );
  });

  it('are paginated, newest first, each call once', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { call } = await alice.call(['bob']);
      await bobby.ask('reject', { callId: call.callId });
      made.unshift(call.callId);
      clock.advance(1000);
    }
    const one = await alice.ask('recent-calls', { cursor: null, limit: 2 });
    // A call in the meantime must not move an entry onto the next page a second time.
    const { call } = await alice.call(['bob']);
    await bobby.ask('reject', { callId: call.callId });
    const two = await alice.ask('recent-calls', { cursor: one.cursor, limit: 2 });
    const three = await alice.ask('recent-calls', { cursor: two.cursor, limit: 2 });
    const seen = [one, two, three].flatMap(({ calls }) => calls.map(({ callId }) => callId));
    assert.deepEqual(seen, made);
    assert.equal(three.cursor, null);
  });

  it('can be deleted by one user without effect on others', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callId = await startActiveCall(alice, bobby);
    await alice.ask('hangup', { callId });
    await bobby.ask('delete-recent-calls', { callIds: [callId] });
    await bobby.ask('delete-recent-calls', { callIds: [callId] });
    assert.deepEqual(await listOf(bobby), []);
    assert.equal((await listOf(alice)).length, 1);
    const eve = await signIn('eve');
    await eve.ask('delete-recent-calls', { callIds: [callId] });
    assert.equal((await listOf(alice)).length, 1);
    assert.deepEqual(await listOf(eve), []);
  });

  it('refuse a malformed cursor', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const made = (text: string) => Buffer.from(text).toString('base64url');
    const wrong = [
      '',
      'x',
      made('5'),
      made('5.x'),
      made('-5.call-of-a-user--'),
      made('5.call-of-a-user--') + '=',
    ];
    for (const cursor of wrong) {
      assert.equal(
        await alice.refusal('recent-calls', { cursor, limit: 5 }),
        'invalid-parameter',
        cursor,
      );
    }
    for (const limit of [0, 51, 1.5]) {
      assert.equal(
        await alice.refusal('recent-calls', { cursor: null, limit }),
        'invalid-parameter',
      );
    }
  });

  it('contain a group call that continues without the user', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby, carol] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const { call } = await alice.call(['bob', 'carol']);
    await bobby.ask('accept', { callId: call.callId });
    await carol.ask('accept', { callId: call.callId });
    clock.advance(4000);
    await carol.ask('hangup', { callId: call.callId });
    const [line] = await listOf(carol);
    assert.equal(line?.durationMs, 4000);
    assert.equal(line.isGroup, true);
    assert.deepEqual(
      line.peers.map(({ userId }) => userId),
      ['alice', 'bob'],
    );
    assert.deepEqual(await listOf(bobby), []);
  });
});

async function listOf(client: TestClient) {
  return (await client.ask('recent-calls', { cursor: null, limit: 20 })).calls;
}

async function outcomesOf(client: TestClient) {
  return (await listOf(client)).map(({ outcome }) => outcome);
}
