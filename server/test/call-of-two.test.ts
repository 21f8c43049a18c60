import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testServer } from '../testing/test-server.ts';

describe('a call of two', () => {
  it('rings, begins and ends on both sides', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob'], { userData: 'hello' });
    const ring = await bobby.nextView(({ status }) => status === 'ringing');
    assert.equal(ring.userData, 'hello');
    assert.equal(ring.roomId, '');
    assert.equal(ring.self.ringRemainingMs, 30_000);

    const accepted = await bobby.ask('accept', { callId: call.callId });
    assert.equal(accepted.call.status, 'active');
    assert.equal(accepted.media?.url, 'ws://media.example');
    await alice.nextView(({ status }) => status === 'active');

    await alice.ask('hangup', { callId: call.callId });
    const over = await bobby.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'hangup');
    assert.equal(over.endedBy, 'alice');
  });

  it('rings every session of the callee, and notifies the others which one accepted', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    await Promise.all(
      [phone, tablet].map((one) => one.nextView(({ status }) => status === 'ringing')),
    );
    await phone.ask('accept', { callId: call.callId });
    const view = await tablet.nextView(({ status }) => status === 'active');
    assert.equal(view.self.session, 'other');
    const late = await tablet.ask('accept', { callId: call.callId });
    assert.equal(late.media, null);
    assert.equal(await tablet.refusal('media-access', { callId: call.callId }), 'wrong-state');
  });

  it('has exactly one of two sessions that accept at once', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const answers = await Promise.all(
      [phone, tablet].map((one) => one.ask('accept', { callId: call.callId })),
    );
    assert.equal(answers.filter(({ media }) => media !== null).length, 1);
  });

  it('is one call when both users call each other (F14)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const [one, two] = await Promise.all([alice.call(['bob']), bobby.call(['alice'])]);
    assert.equal(one.call.callId, two.call.callId);
    const merged = await alice.nextView(({ status }) => status === 'active');
    assert.equal(merged.members.length, 2);
  });

  it('rings a callee who connects in time, for the remaining time (F36)', async (t) => {
    const { signIn, clock } = await testServer(t);
    const alice = await signIn('alice');
    const { call } = await alice.call(['bob']);
    clock.advance(12_000);
    const bobby = await signIn('bob');
    const { calls } = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.callId, call.callId);
    assert.equal(calls[0].self.ringRemainingMs, 18_000);
  });

  it('ends unanswered at its deadline, followed by a missed call', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await alice.call(['bob'], { timeout: 10 });
    await bobby.nextView(({ status }) => status === 'ringing');
    clock.advance(10_000);
    const { missed } = await bobby.nextMessage('call-missed');
    assert.equal(missed.reason, 'no-response');
    assert.deepEqual(bobby.receivedSummary(), [
      'welcome',
      'ringing',
      'ended/no-response',
      'call-missed',
    ]);
    await alice.nextView(({ endReason }) => endReason === 'no-response');
  });

  it('keeps the ring duration when the machine’s clock is set (F32)', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    for (const wrongBy of [3_600_000, -3_600_000]) {
      const { call } = await alice.call(['bob']);
      clock.setWall(wrongBy);
      clock.advance(29_000);
      const { calls } = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
      assert.equal(calls[0]?.callId, call.callId);
      clock.advance(1000);
      await alice.nextView(({ callId, endReason }) => callId === call.callId && endReason !== null);
    }
  });

  it('sends a busy callee only a missed call (F38)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carol] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    await alice.call(['bob']);
    await bobby.nextView(({ status }) => status === 'ringing');
    const { call } = await carol.call(['bob']);
    assert.equal(call.endReason, 'line-busy');
    const { missed } = await bobby.nextMessage('call-missed');
    assert.equal(missed.reason, 'line-busy');
    assert.equal(missed.callerId, 'carol');
    assert.deepEqual(bobby.receivedSummary(), ['welcome', 'ringing', 'call-missed']);
  });

  it('shows that a device rings', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    await bobby.ask('alerted', { callId: call.callId });
    await alice.nextView(({ members }) => members[1]?.alerted === true);
  });

  it('continues for other devices while one cannot answer, and ends at once when none can', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const [phone, tablet] = [await signIn('bob'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const report = { callId: call.callId, canAnswer: false } as const;
    const first = await phone.ask('alerted', report);
    assert.equal(first.call.status, 'ringing');
    await tablet.ask('alerted', { callId: call.callId });
    await tablet.ask('alerted', report);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.deepEqual([over.endReason, over.members[1]?.status], ['no-response', 'no-response']);
    await phone.nextView(({ status }) => status === 'ended');
  });

  it('gives a member who has rejected no news of the call, whichever command asks', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carrie] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const { callId } = (await alice.call(['bob', 'carol'])).call;
    const { call: then } = await carrie.ask('reject', { callId });
    await bobby.ask('accept', { callId });
    await alice.ask('hangup', { callId });
    const sync = await carrie.ask('sync', { knownCallIds: [callId], missedSince: null });
    const answers = [sync.calls[0], (await carrie.ask('hangup', { callId })).call];
    for (const seen of answers) {
      assert.deepEqual(
        [seen?.version, seen?.status, seen?.members.map(({ status }) => status)],
        [then.version, 'ringing', ['joined', 'ringing', 'rejected']],
      );
    }
  });

  it('returns to name and avatar of the userSig when the user sets none', async (t) => {
    const { signIn } = await testServer(t);
    const picture = 'https://a.example/a.png';
    const alice = await signIn('alice', {}, { name: 'Dr. Alice', avatar: picture });
    const carrie = await signIn('carol', {}, { name: 'Carol' });
    for (const nickname of ['Al', '']) {
      const own = await alice.ask('set-self-info', { nickname, avatar: '' });
      assert.deepEqual([own.nickname, own.avatar], ['Dr. Alice', picture]);
      const set = { nickname, avatar: nickname && 'https://a.example/c.png' };
      const answer = await carrie.ask('set-self-info', set);
      assert.deepEqual([answer.nickname, answer.avatar], ['Carol', set.avatar]);
    }
  });

  it('shows the nicknames of the userSigs, else those the users set', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice', {}, { name: 'Dr. Alice' });
    const bobby = await signIn('bob');
    await bobby.ask('set-self-info', { nickname: 'Bobby', avatar: 'https://a.example/b.png' });
    const own = await alice.ask('set-self-info', { nickname: 'Eve', avatar: '' });
    assert.equal(own.nickname, 'Dr. Alice');
    const { call } = await alice.call(['bob']);
    assert.deepEqual(
      call.members.map(({ nickname, avatar }) => [nickname, avatar]),
      [
        ['Dr. Alice', ''],
        ['Bobby', 'https://a.example/b.png'],
      ],
    );
  });
});
