import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import type { CallId } from '../../src/protocol/index.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeMediaServer } from '../testing/fake-media-server.ts';
import { identityOf, startActiveCall } from '../testing/active-call.ts';
import { newCommandId } from '../testing/test-client.ts';
import { testServer } from '../testing/test-server.ts';
import type { TestServer } from '../testing/test-server.ts';

const waiting = { callWaiting: true };

describe('a second call, with call waiting', () => {
  it('rings a user in a call without revealing that to the caller', async (t) => {
    const { bobby, carol } = await three(t);
    const { call } = await carol.call(['bob']);
    assert.equal(call.status, 'ringing');
    assert.equal(call.members[1]?.status, 'ringing');
    const ring = await bobby.nextView(({ callId }) => callId === call.callId);
    assert.equal(ring.self.ringRemainingMs, 30_000);
  });

  it('can be accepted while the first call ends', async (t) => {
    const { alice, bobby, carol, first } = await three(t);
    const { call } = await carol.call(['bob']);
    const accepted = await bobby.ask('accept', { callId: call.callId, currentCall: 'end' });
    assert.equal(accepted.call.status, 'active');
    assert.ok(accepted.media);
    const over = await alice.nextView(
      ({ callId, status }) => callId === first && status === 'ended',
    );
    assert.equal(over.endedBy, 'bob');
    await carol.nextView(({ status }) => status === 'active');
    await bobby.nextView(({ callId, status }) => callId === first && status === 'ended');
  });

  it('is accepted while the first call is held: the other member sees the hold, and the call continues', async (t) => {
    const { alice, bobby, carol, first } = await three(t);
    const { call } = await carol.call(['bob']);
    await bobby.ask('accept', { callId: call.callId, currentCall: 'hold' });
    const held = await alice.nextView(({ members }) => members[1]?.held === true);
    assert.equal(held.callId, first);
    assert.equal(held.status, 'active');
    assert.equal(held.members[1]?.status, 'joined');
    assert.equal(await bobby.refusal('media-access', { callId: first }), 'wrong-state');
  });

  it('leaves the room of the held call, and enters it again', async (t) => {
    const { bobby, carol, first, media, room } = await three(t);
    media.enter(room, identityOf('bob', bobby));
    const { call } = await carol.call(['bob']);
    await bobby.ask('accept', { callId: call.callId, currentCall: 'hold' });
    assert.ok(media.asked.includes(`removeParticipant ${identityOf('bob', bobby)}`));
    await carol.ask('hangup', { callId: call.callId });
    const back = await bobby.ask('hold', { callId: first, on: false });
    assert.ok(back.media);
    assert.equal(back.call.members[1]?.held, false);
  });

  it('cannot be accepted without a choice for the first call, and keeps ringing', async (t) => {
    const { alice, bobby, carol, first } = await three(t);
    const { call } = await carol.call(['bob']);
    assert.equal(await bobby.refusal('accept', { callId: call.callId }), 'wrong-state');
    const { calls } = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    assert.deepEqual(
      calls.map(({ callId, status }) => `${callId} ${status}`).sort(),
      [`${first} active`, `${call.callId} ringing`].sort(),
    );
    assert.equal(alice.received.at(-1)?.type, 'call-changed');
  });

  it('accepted twice has its effect once', async (t) => {
    const { bobby, carol, alice, first } = await three(t);
    const { call } = await carol.call(['bob']);
    const id = newCommandId();
    await bobby.ask('accept', { callId: call.callId, currentCall: 'hold' }, id);
    await bobby.ask('hold', { callId: first, on: false });
    await bobby.ask('accept', { callId: call.callId, currentCall: 'hold' }, id);
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.members[1]?.held, false);
  });

  it('that its caller cancels is missed, and the first call continues', async (t) => {
    const { bobby, carol, alice, first, clock } = await three(t);
    await carol.call(['bob'], { timeout: 10 });
    clock.advance(10_000);
    const { missed } = await bobby.nextMessage('call-missed');
    assert.equal(missed.reason, 'no-response');
    assert.equal(missed.callerId, 'carol');
    await carol.nextView(({ endReason }) => endReason === 'no-response');
    const { calls } = await alice.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.callId, first);
    assert.equal(calls[0].status, 'active');
  });

  it('that is cancelled while it is accepted leaves one of the two calls, never none', async (t) => {
    const { bobby, carol, alice, first } = await three(t);
    const { call } = await carol.call(['bob']);
    const [accepted] = await Promise.all([
      bobby.ask('accept', { callId: call.callId, currentCall: 'end' }),
      carol.ask('hangup', { callId: call.callId }),
    ]);
    const { calls } = await alice.ask('sync', { knownCallIds: [first], missedSince: null });
    const cancelled = accepted.call.endReason === 'cancelled';
    assert.equal(calls[0]?.status, cancelled ? 'active' : 'ended');
  });

  it('rings beside others: one is accepted, the others continue to ring', async (t) => {
    const { bobby, carol, signIn } = await three(t);
    const dave = await signIn('dave');
    const one = await carol.call(['bob']);
    const two = await dave.call(['bob']);
    await bobby.ask('accept', { callId: two.call.callId, currentCall: 'end' });
    const { calls } = await bobby.ask('sync', { knownCallIds: [], missedSince: null });
    const status = new Map(calls.map((call) => [call.callId, call.status]));
    assert.equal(status.get(one.call.callId), 'ringing');
    assert.equal(status.get(two.call.callId), 'active');
  });

  it('answered on another device leaves the first call on hold on its own device', async (t) => {
    const { alice, bobby, carol, first, signIn } = await three(t);
    const tablet = await signIn('bob');
    const { call } = await carol.call(['bob']);
    const accepted = await tablet.ask('accept', { callId: call.callId });
    assert.equal(accepted.call.self.session, 'this');
    const held = await alice.nextView(({ members }) => members[1]?.held === true);
    assert.equal(held.callId, first);
    const back = await bobby.ask('hold', { callId: first, on: false });
    assert.ok(back.media);
    await carol.nextView(({ members }) => members[1]?.held === true);
  });
});

describe('a held call', () => {
  it('ends when the other member hangs up, and the holder is notified', async (t) => {
    const { alice, bobby, first } = await three(t);
    await bobby.ask('hold', { callId: first, on: true });
    await alice.ask('hangup', { callId: first });
    const over = await bobby.nextView(({ status }) => status === 'ended');
    assert.equal(over.endReason, 'hangup');
  });

  it('keeps its seat and its hold across a restart of the server', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tui-call-held-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const config = { ...waiting, database: { file: join(folder, 'calls.db') } };
    const given = { clock: new FakeClock(), media: new FakeMediaServer() };
    const before = await testServer(t, config, given);
    const [alice, bobby] = [await before.signIn('alice'), await before.signIn('bob')];
    const first = await startActiveCall(alice, bobby);
    await bobby.ask('hold', { callId: first, on: true });
    await before.server.close();
    const after = await testServer(t, config, given);
    const back = await after.signIn('bob', { sessionId: bobby.sessionId });
    const { calls } = await back.ask('sync', { knownCallIds: [], missedSince: null });
    assert.equal(calls[0]?.members[1]?.held, true);
    assert.ok((await back.ask('hold', { callId: first, on: false })).media);
  });

  it('ends when its session does not return, like any other call', async (t) => {
    const { alice, bobby, first, clock } = await three(t);
    await bobby.ask('hold', { callId: first, on: true });
    bobby.close();
    await alice.nextView(({ members }) => members[1]?.away === true);
    clock.advance(30_000);
    await alice.nextView(({ endReason }) => endReason === 'offline');
  });

  it('makes its user busy without call waiting', async (t) => {
    const { bobby, carol, first } = await three(t, { callWaiting: false });
    await bobby.ask('hold', { callId: first, on: true });
    const { call } = await carol.call(['bob']);
    assert.equal(call.endReason, 'line-busy');
  });
});

/** Alice and Bob are in a call; Carol is signed in. */
async function three(t: TestContext, config = waiting) {
  const server: TestServer = await testServer(t, config);
  const { signIn, media } = server;
  const [alice, bobby, carol] = [await signIn('alice'), await signIn('bob'), await signIn('carol')];
  const first: CallId = await startActiveCall(alice, bobby);
  const [room = ''] = media.rooms.keys();
  return { ...server, alice, bobby, carol, first, room };
}
