import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from '../e2e/support/eventually.ts';
import { FakeMedia } from '../fakes/fake-media.ts';
import { FaultWorld, hangUp } from './support/fault-world.ts';
import type { TestUser } from '../fixtures/test-user.ts';

/** One kill or stop of the call server, at a chosen moment. */

const world = await FaultWorld.start();
after(() => world.stop());

test('F68 a server kill while a call rings leaves the ring and its deadline unchanged', async () => {
  const { caller, callee, callId } = await ringing('f68', 12);
  const before = world.record(callId);
  await world.server.kill9();
  await caller.connection('reconnecting');
  assert.deepEqual([caller.state.phase, callee.state.phase], ['outgoing', 'incoming']);
  await world.server.start();
  await Promise.all([caller.connection('connected'), callee.connection('connected')]);
  assert.equal(world.record(callId).members[1]?.ringUntil, before.members[1]?.ringUntil);
  await caller.phase('ended');
  assert.equal(world.record(callId).endedAt, before.members[1]?.ringUntil);
  await callee.until('notified of the missed call', () => callee.count('onCallMissed') > 0);
  assert.deepEqual([caller.count('onUserNoResponse'), callee.count('onCallReceived')], [1, 1]);
});

test('F72 F88 a ring that expires while the server is down ends at its deadline and is notified once', async () => {
  const { caller, callee, callId } = await ringing('f72', 2);
  const deadline = world.record(callId).members[1]?.ringUntil;
  await world.server.kill9();
  // Without any server the ring stops by itself.
  await callee.phase('ended');
  assert.equal(caller.state.phase, 'outgoing');
  await world.server.start();
  await caller.phase('ended');
  const call = world.record(callId);
  assert.deepEqual([call.endReason, call.endedAt], ['no-response', deadline]);
  await callee.until('notified of the missed call', () => callee.count('onCallMissed') > 0);
  for (const one of [caller, callee]) assert.equal(one.count('onCallCancelled'), 1);
});

test('F69 both users are in the call when the server is killed after it committed the accept', async () => {
  const [line, calleeLine] = await Promise.all([world.line(), world.line()]);
  const { caller, callee, callId } = await ringing('f69', 60, { line, calleeLine });
  line.lose('to-client');
  calleeLine.lose('to-client');
  const accepting = callee.engine.accept();
  await committed(callee, callId);
  await world.server.kill9();
  line.reset();
  calleeLine.reset();
  await Promise.all([line.mend(), calleeLine.mend()]);
  assert.deepEqual([caller.state.phase, callee.state.phase], ['outgoing', 'connecting']);
  await world.server.start();
  await accepting;
  await Promise.all([caller.phase('connected', 30_000), callee.phase('connected', 30_000)]);
  assert.equal(world.record(callId).members[1]?.sessionId, callee.sessionId);
  for (const one of [caller, callee]) assert.equal(one.count('onCallBegin'), 1);
  await hangUp(caller, callee);
});

test('F70 an accept that a killed server never received takes effect after the restart', async () => {
  const calleeLine = await world.line();
  const { caller, callee, callId } = await ringing('f70', 60, { calleeLine });
  calleeLine.stall('to-server');
  const accepting = callee.engine.accept();
  await world.server.kill9();
  assert.equal(world.record(callId).status, 'ringing');
  await calleeLine.mend();
  await world.server.start();
  await accepting;
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  await hangUp(caller, callee);
});

test('F73 a server kill during a call leaves media untouched and the call active', async () => {
  const [media, otherMedia] = [new FakeMedia(), new FakeMedia()];
  const caller = await world.user('f73-a', { media });
  const callee = await world.user('f73-b', { media: otherMedia });
  const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  await callee.phase('incoming');
  await callee.engine.accept();
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  const asked = [media.asked.length, otherMedia.asked.length];
  await world.server.kill9();
  await caller.connection('reconnecting');
  await world.server.start();
  await Promise.all([caller.connection('connected'), callee.connection('connected')]);
  assert.deepEqual([media.asked.length, otherMedia.asked.length], asked);
  const call = world.record(callId);
  assert.deepEqual([call.status, call.mediaEpoch], ['active', 1]);
  await hangUp(caller, callee);
});

test('F53 F73 a member who does not return after a server kill leaves as of the last sign of life', async () => {
  const calleeLine = await world.line();
  const { caller, callee, callId } = await ringing('f73-lost', 60, { calleeLine });
  await callee.engine.accept();
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  await world.server.kill9();
  const killedAt = Date.now();
  await calleeLine.cut();
  await world.server.start();
  await caller.phase('ended', 60_000);
  const call = world.record(callId);
  assert.equal(call.endReason, 'offline');
  const off = (call.endedAt ?? 0) - killedAt;
  // The server records every 5 s that it runs.
  assert.ok(off <= 100 && off > -6_000, `${off} ms`);
});

test('F74 a server stop exits with 0, ends no call, and pending commands take effect after the restart', async () => {
  const { caller, callee, callId } = await ringing('f74', 60);
  const later = await world.user('f74-c');
  const asked = await world.user('f74-d');
  await callee.engine.accept();
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  assert.equal(await world.server.terminate(), 0);
  await later.connection('reconnecting');
  const calling = later.engine.calls(asked.userId, 'audio', { timeout: 60 });
  await world.server.start();
  await calling;
  await asked.phase('incoming');
  await caller.connection('connected');
  assert.equal(world.record(callId).status, 'active');
  for (const one of [caller, callee]) assert.equal(one.count('onCallEnd'), 0);
  await hangUp(caller, callee);
  await hangUp(later, asked);
});

test('F89 F72 stale timers of a suspended server (SIGSTOP) change no call', async () => {
  const { caller, callee, callId } = await ringing('f89', 3);
  const talking = await ringing('f89-talk', 60);
  await talking.callee.engine.accept();
  await talking.caller.phase('connected');
  const deadline = world.record(callId).members[1]?.ringUntil;
  world.server.pause();
  await callee.phase('ended');
  await talking.caller.connection('reconnecting', 30_000);
  world.server.resume();
  await caller.phase('ended', 30_000);
  const call = world.record(callId);
  assert.deepEqual([call.endReason, call.endedAt], ['no-response', deadline]);
  for (const one of [caller, callee]) assert.equal(one.count('onCallCancelled'), 1);
  await Promise.all(
    [talking.caller, talking.callee].map((one) => one.connection('connected', 30_000)),
  );
  assert.equal(world.record(talking.callId).status, 'active');
  await hangUp(talking.caller, talking.callee);
});

test('F67 a server without its database ends each call once on every device, and users can call again', async () => {
  const { caller, callee } = await ringing('f67', 60);
  await callee.engine.accept();
  await Promise.all([caller.phase('connected'), callee.phase('connected')]);
  await world.server.kill9();
  world.server.forget();
  await world.server.start();
  for (const one of [caller, callee]) {
    await one.phase('ended');
    assert.equal(one.count('onCallEnd'), 1);
    assert.equal(one.state.connection, 'connected');
  }
  await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
  await callee.phase('incoming');
  await callee.engine.reject();
  await caller.phase('ended');
});

interface Lines {
  readonly line?: Awaited<ReturnType<FaultWorld['line']>>;
  readonly calleeLine?: Awaited<ReturnType<FaultWorld['line']>>;
}

async function ringing(name: string, timeout: number, { line, calleeLine }: Lines = {}) {
  const caller = await world.user(`${name}-a`, line && { line });
  const callee = await world.user(`${name}-b`, calleeLine && { line: calleeLine });
  const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout });
  await callee.phase('incoming');
  return { caller, callee, callId };
}

/** The record has the accept, acknowledged or not. */
async function committed(callee: TestUser, callId: string): Promise<void> {
  await eventually(
    async () => world.record(callId).status === 'active',
    () => `the accept of ${callee.userId} was not committed`,
  );
}
