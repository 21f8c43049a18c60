import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeMediaServer } from '../testing/fake-media-server.ts';
import { startActiveCall } from '../testing/active-call.ts';
import { testServer } from '../testing/test-server.ts';

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
