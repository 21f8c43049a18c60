import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeMediaServer } from '../testing/fake-media-server.ts';
import { identityOf, startActiveCall } from '../testing/active-call.ts';
import { newCommandId } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';
import { bob, carol, user } from '../testing/people.ts';

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

describe('a command', () => {
  it('that is repeated rings once and returns the same call (F13)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const id = newCommandId();
    const first = await alice.call(['bob'], {}, id);
    const second = await alice.call(['bob'], {}, id);
    assert.equal(second.call.callId, first.call.callId);
    assert.equal(second.call.version, 1);
    await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(bobby.receivedSummary(), ['welcome', 'ringing']);
  });

  it('that is repeated later returns the current call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob']);
    const id = newCommandId();
    const { callId } = call;
    assert.ok((await bobby.ask('accept', { callId }, id)).media);
    await alice.ask('hangup', { callId });
    const again = await bobby.ask('accept', { callId }, id);
    assert.equal(again.call.status, 'ended');
    assert.equal(again.media, null);
  });

  it('is refused under an id that was another command’s', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const id = newCommandId();
    const { call } = await alice.call(['bob'], {}, id);
    assert.equal(await alice.refusal('hangup', { callId: call.callId }, id), 'invalid-parameter');
  });

  it('to cancel works by the id of the call command (F12)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callCommandId = newCommandId();
    await alice.call(['bob'], {}, callCommandId);
    const { call } = await alice.ask('cancel', { callCommandId });
    assert.equal(call?.endReason, 'cancelled');
    await bobby.nextView(({ endReason }) => endReason === 'cancelled');
  });

  it('to cancel that arrives first prevents the ring (F12)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callCommandId = newCommandId();
    const { call } = await alice.ask('cancel', { callCommandId });
    assert.equal(call, null);
    const fields = {
      userIds: [bob],
      mediaType: 'audio',
      groupId: '',
      timeout: 30,
      userData: '',
    } as const;
    assert.equal(await alice.refusal('call', fields, callCommandId), 'wrong-state');
    await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(bobby.receivedSummary(), ['welcome']);
  });

  it('for a call of other users is refused like one for an unknown call', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, eve] = [await signIn('alice'), await signIn('eve')];
    const { call } = await alice.call(['bob']);
    const unknown = { callId: (await alice.call(['carol']).catch(() => null))?.call.callId };
    assert.equal(unknown.callId, undefined);
    const theirs = { callId: call.callId };
    const none = { callId: `${call.callId.slice(0, -2)}zz` as typeof call.callId };
    for (const type of ['accept', 'reject', 'hangup', 'join', 'alerted', 'media-access'] as const) {
      assert.deepEqual(await eve.send(type, theirs), await eve.send(type, none));
      assert.equal(await eve.refusal(type, theirs), 'call-not-found');
    }
    const invite = { ...theirs, userIds: [carol], timeout: 30 };
    assert.equal(await eve.refusal('invite', invite), 'call-not-found');
    const { calls } = await eve.ask('sync', { knownCallIds: [call.callId], missedSince: null });
    assert.deepEqual(calls, []);
  });
});

describe('a group', () => {
  it('grows by invitation, from a call of two', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby, carly] = [
      await signIn('alice'),
      await signIn('bob'),
      await signIn('carol'),
    ];
    const callId = await startActiveCall(alice, bobby);
    await bobby.ask('invite', { callId, userIds: [carol], timeout: 30 });
    const ring = await carly.nextView(({ status }) => status === 'active');
    assert.equal(ring.isGroup, true);
    assert.equal(ring.self.session, 'none');
    assert.ok((await carly.ask('accept', { callId })).media);
    await alice.nextView(
      ({ members }) => members.filter((one) => one.status === 'joined').length === 3,
    );
  });

  it('call admits a user by the groups in the userSig', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const dave = await signIn('dave', {}, { groups: ['team'] });
    const { call } = await alice.call(['bob'], { groupId: 'team' });
    await bobby.ask('accept', { callId: call.callId });
    const joined = await dave.ask('join', { callId: call.callId });
    assert.ok(joined.media);
    const eve = await signIn('eve');
    assert.equal(await eve.refusal('join', { callId: call.callId }), 'call-not-found');
  });

  it('of fifty rings them all', async (t) => {
    const { signIn } = await testServer(t);
    const alice = await signIn('alice');
    const names = Array.from({ length: 49 }, (_, index) => `u${index}`);
    const last = await signIn('u48');
    const { call } = await alice.call(names);
    assert.equal(call.members.length, 50);
    await last.nextView(({ status }) => status === 'ringing');
    assert.equal(
      await alice.refusal('invite', { callId: call.callId, userIds: [user('u50')], timeout: 1 }),
      'call-full',
    );
  });
});

describe('media', () => {
  it('has a room for each live call, and none after its end', async (t) => {
    const { signIn, media } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callId = await startActiveCall(alice, bobby);
    assert.equal(media.rooms.size, 1);
    const gone = media.next('deleteRoom');
    await alice.ask('hangup', { callId });
    await gone;
    assert.equal(media.rooms.size, 0);
  });

  it('that cannot be reached delays no ring, and access is refused as retryable', async (t) => {
    const { signIn, media } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    media.reachable = false;
    const { call } = await alice.call(['bob']);
    await bobby.nextView(({ status }) => status === 'ringing');
    assert.equal(await alice.refusal('media-access', { callId: call.callId }), 'media-failed');
    media.reachable = true;
    assert.ok((await alice.ask('media-access', { callId: call.callId })).media);
  });

  it('lost in a LiveKit restart is created again, and all clients rejoin', async (t) => {
    const { signIn, media, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await startActiveCall(alice, bobby);
    media.rooms.clear();
    const looked = media.next('createRoom');
    clock.advance(1000);
    await looked;
    const again = await alice.nextView(({ mediaEpoch }) => mediaEpoch === 2);
    assert.equal(again.status, 'active');
    assert.equal(media.rooms.size, 1);
  });

  it('permits video before the switch is published', async (t) => {
    const { signIn, media } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const { call } = await alice.call(['bob'], { mediaType: 'audio' });
    await bobby.ask('accept', { callId: call.callId });
    await alice.ask('switch-media-type', { callId: call.callId, mediaType: 'video' });
    await bobby.nextView(({ mediaType }) => mediaType === 'video');
    const identity = identityOf('alice', alice);
    assert.ok(media.asked.includes(`allow ${identity} video`));
  });
});

describe('a session', () => {
  it('lost is shown as away, and the call ends 30 s later', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await startActiveCall(alice, bobby);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    clock.advance(29_999);
    clock.advance(1);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'offline');
    assert.equal(over.endedAt, clock.now() - 30_000);
  });

  it('that reconnects in time keeps its seat', async (t) => {
    const { signIn, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    const callId = await startActiveCall(alice, bobby);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    clock.advance(20_000);
    const back = await signIn('bob', { sessionId: bobby.sessionId });
    const { version } = await alice.nextView(
      ({ members, version }) => version > 3 && members[1]?.away === false,
    );
    assert.ok(version > 3);
    assert.ok((await back.ask('media-access', { callId })).media);
    clock.advance(60_000);
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls.length, 1);
  });

  it('whose page closed loses its seat after 8 s', async (t) => {
    const { signIn, clock, url, sig } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await startActiveCall(alice, bobby);
    const response = await fetch(`${url}/v1/leave`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      body: JSON.stringify({
        userId: 'bob',
        userSig: await sig('bob'),
        sessionId: bobby.sessionId,
      }),
    });
    assert.equal(response.status, 204);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    clock.advance(8000);
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'hangup');
    assert.equal(over.endedBy, 'bob');
  });

  it('that reloads while it rings continues to ring', async (t) => {
    const { signIn, url, sig, clock } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await alice.call(['bob'], { timeout: 60 });
    await bobby.nextView(({ status }) => status === 'ringing');
    const body = JSON.stringify({
      userId: 'bob',
      userSig: await sig('bob'),
      sessionId: bobby.sessionId,
    });
    await fetch(`${url}/v1/leave`, { method: 'POST', body });
    bobby.close();
    clock.advance(20_000);
    const back = await signIn('bob', { sessionId: bobby.sessionId });
    const { calls } = await back.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.status, 'ringing');
  });

  it('connected twice keeps the newer connection only (F43)', async (t) => {
    const { signIn } = await testServer(t);
    const older = await signIn('alice');
    const newer = await signIn('alice', { sessionId: older.sessionId });
    const { reason } = await older.nextMessage('kicked-offline');
    assert.equal(reason, 'same-session');
    await older.closed();
    await newer.call(['bob']);
  });

  it('leaves other sessions of its user connected, except with TUI_CALL_SESSIONS=single (F44)', async (t) => {
    const { signIn } = await testServer(t, { sessions: 'single' });
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await startActiveCall(alice, bobby);
    await signIn('bob');
    const { reason } = await bobby.nextMessage('kicked-offline');
    assert.equal(reason, 'newer-session');
    const over = await alice.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'hangup');
  });

  it('that died in a call calls again from another one: the old call ends, the new one rings (F18)', async (t) => {
    const { signIn } = await testServer(t);
    const [alice, bobby] = [await signIn('alice'), await signIn('bob')];
    await startActiveCall(alice, bobby);
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    const again = await signIn('bob');
    const { call } = await again.call(['alice']);
    assert.equal(call.status, 'ringing');
    await alice.nextView(({ status }) => status === 'ended');
    await alice.nextView(({ callId, status }) => callId === call.callId && status === 'ringing');
  });
});

describe('after a restart', () => {
  it('a member who does not return is offline as of the last heartbeat', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tui-call-restart-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const database = { file: join(folder, 'calls.db') };
    const clock = new FakeClock();
    const media = new FakeMediaServer();
    const first = await testServer(t, { database }, { clock, media });
    const [alice, bobby] = [await first.signIn('alice'), await first.signIn('bob')];
    const callId = await startActiveCall(alice, bobby);
    const seenAt = clock.now();
    await first.server.close();

    clock.advance(3_600_000);
    const second = await testServer(t, { database }, { clock, media });
    const back = await second.signIn('alice', { sessionId: alice.sessionId });
    const { calls } = await back.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.callId, callId);
    assert.equal(calls[0].status, 'active');
    clock.advance(30_000);
    const over = await back.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'offline');
    assert.equal(over.endedAt, seenAt);
  });
});
