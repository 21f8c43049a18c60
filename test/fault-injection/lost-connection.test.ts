import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { CuttableProxy } from '../e2e/support/cuttable-proxy.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { FaultWorld, hangUp } from './support/fault-world.ts';
import type { TestUser } from '../fixtures/test-user.ts';

/** Network faults of a caller or a callee: resets, dead connections, one dead direction, stalls. */

/** The server pings every 5 s and waits 8 s for the pong; the rest is for a busy machine. */
const NOTICED_WITHIN_MS = 15_000 + 15_000;
/** After that, the member of a dead connection keeps the seat for 30 s. */
const ENDED_WITHIN_MS = NOTICED_WITHIN_MS + 30_000 + 5_000;

const world = await FaultWorld.start();
after(() => world.stop());

// In parallel, each with its own connections: most of them wait for a heartbeat or a grace time.
describe('a lost connection', { concurrency: true }, () => {
  it('F50 the caller’s socket is reset: the ring continues with its remaining time', async () => {
    const { caller, callee, callId, line } = await ringing('f50', { timeout: 60 });
    const before = world.record(callId);
    await line.cut();
    await caller.connection('reconnecting');
    assert.equal(caller.state.phase, 'outgoing');
    assert.equal(callee.state.phase, 'incoming');
    await line.mend();
    await caller.connection('connected');
    assert.equal(caller.state.phase, 'outgoing');
    assert.equal(world.record(callId).members[1]?.ringUntil, before.members[1]?.ringUntil);
    await callee.engine.accept();
    await caller.phase('connected');
    assert.deepEqual([callee.count('onCallReceived'), callee.count('onCallCancelled')], [1, 0]);
    await hangUp(caller, callee);
  });

  it('F51 F58 the caller’s connection dies silently: the ring ends after the grace time as one missed call', async () => {
    const { caller, callee, callId, line } = await ringing('f51', { timeout: 120 });
    const diedAt = Date.now();
    line.lose();
    await callee.phase('ended', ENDED_WITHIN_MS);
    const call = world.record(callId);
    assert.equal(call.status, 'ended');
    assert.equal(call.endReason, 'offline');
    assert.equal(callee.count('onCallCancelled'), 1);
    await callee.until('notified of the missed call', () => callee.count('onCallMissed') === 1);
    // The end is the time of the caller's last sign of life, not of its detection.
    assert.ok((call.endedAt ?? 0) - diedAt < NOTICED_WITHIN_MS, `${(call.endedAt ?? 0) - diedAt}`);
    await line.mend();
    await caller.until('notified of the end', () => caller.count('onCallCancelled') === 1, 30_000);
  });

  it('F52 the acknowledgement of accept is lost: the callee is in the call', async () => {
    const { caller, callee, callId, calleeLine } = await ringing('f52', { timeout: 60 });
    calleeLine.lose('to-client');
    const accepting = callee.engine.accept();
    await caller.phase('connected');
    assert.notEqual(callee.state.phase, 'connected');
    calleeLine.reset();
    await calleeLine.mend();
    await accepting;
    await callee.phase('connected', 30_000);
    const joined = world.record(callId).members.find(({ userId }) => userId === callee.userId);
    assert.equal(joined?.status, 'joined');
    assert.equal(joined.sessionId, callee.sessionId);
    assert.equal(callee.count('onCallBegin'), 1);
    await hangUp(caller, callee);
  });

  it('F35 I7 a callee without a working connection stops ringing at the deadline', async () => {
    const { caller, callee, callId, calleeLine } = await ringing('f35', { timeout: 4 });
    calleeLine.lose();
    const left = (callee.state.ringDeadline ?? 0) - performance.now();
    const rang = await callee.phase('ended', 10_000);
    assert.ok(rang > left - 50 && rang < left + 1000, `rang ${rang} ms of ${left} ms`);
    await caller.phase('ended');
    assert.equal(world.record(callId).endReason, 'no-response');
    await calleeLine.mend();
    await callee.until(
      'notified of the missed call',
      () => callee.count('onCallMissed') > 0,
      40_000,
    );
    // Notified once, though both the device and the server ended it.
    assert.deepEqual([callee.count('onCallCancelled'), callee.count('onCallMissed')], [1, 1]);
  });

  it('a cancel is sent into a dead connection: the ring ends once the connection is back', async () => {
    const { caller, callee, callId, line } = await ringing('cancel', { timeout: 60 });
    await line.cut();
    await caller.engine.hangup();
    assert.equal(caller.state.phase, 'ended');
    await line.mend();
    await callee.phase('ended');
    assert.equal(world.record(callId).endReason, 'cancelled');
    assert.equal(caller.count('onCallCancelled'), 1);
    assert.equal(callee.count('onCallCancelled'), 1);
  });

  it('F54 the older sync result does not remove a call made during the reconnect', async () => {
    const [caller, callee, line] = await pair('f54');
    await line.cut();
    await caller.connection('reconnecting');
    // The handshake gets through; the snapshot stalls on its way.
    await line.mend();
    line.slow(300);
    const calling = caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
    assert.equal(caller.state.phase, 'outgoing');
    await caller.connection('connected', 20_000);
    assert.equal(caller.state.phase, 'outgoing');
    const { callId } = await calling;
    await callee.phase('incoming');
    assert.equal(caller.state.phase, 'outgoing');
    assert.equal(caller.state.callId, callId);
    assert.deepEqual([caller.count('onCallCancelled'), callee.count('onCallReceived')], [0, 1]);
    await line.mend();
    await hangUp(caller, callee);
  });

  it('with 400 ms of latency a call begins and ends once on both devices', async () => {
    const [caller, callee, line] = await pair('slow');
    line.slow(400);
    const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
    await callee.phase('incoming');
    await callee.engine.accept();
    await caller.phase('connected');
    await hangUp(caller, callee);
    assert.equal(world.record(callId).endReason, 'hangup');
    for (const one of [caller, callee]) {
      assert.deepEqual([one.count('onCallBegin'), one.count('onCallEnd')], [1, 1]);
    }
  });
  it('F47 F53 F58 the callee’s connection dies: the callee is shown as away, and the call ends after the grace time', async () => {
    const { caller, callee, callId, calleeLine } = await talking('f53');
    const diedAt = Date.now();
    calleeLine.lose();
    const noticed = await seesAway(caller, callee, NOTICED_WITHIN_MS);
    assert.ok(noticed < NOTICED_WITHIN_MS);
    await caller.phase('ended', ENDED_WITHIN_MS);
    const call = world.record(callId);
    assert.equal(call.endReason, 'offline');
    assert.ok((call.endedAt ?? 0) - diedAt < NOTICED_WITHIN_MS);
    assert.deepEqual([caller.count('onCallEnd'), caller.count('onCallCancelled')], [1, 0]);
    await calleeLine.mend();
    await callee.until('notified of the end', () => callee.count('onCallEnd') === 1, 30_000);
  });

  it('F57 both connections die: the call ends within the grace time', async () => {
    const { caller, callee, callId, line, calleeLine } = await talking('f57');
    const diedAt = Date.now();
    line.lose();
    calleeLine.lose();
    await eventually(
      async () => world.record(callId).status === 'ended',
      () => 'a call of two lost members continues',
      ENDED_WITHIN_MS,
    );
    const call = world.record(callId);
    assert.equal(call.endReason, 'offline');
    assert.ok((call.endedAt ?? 0) - diedAt < NOTICED_WITHIN_MS);
    await Promise.all([line.mend(), calleeLine.mend()]);
    for (const one of [caller, callee]) {
      await one.until('notified of the end once', () => one.count('onCallEnd') === 1, 30_000);
    }
  });

  it('F55 repeated socket resets end no call and emit no leave', async () => {
    const { caller, callee, callId, line } = await talking('f55');
    for (let round = 0; round < 3; round += 1) {
      line.reset();
      await caller.until('gone', ({ connection }) => connection !== 'connected');
      await caller.connection('connected');
    }
    assert.equal(world.record(callId).status, 'active');
    for (const one of [caller, callee]) {
      assert.deepEqual([one.count('onUserLeave'), one.count('onCallEnd')], [0, 0]);
    }
    await hangUp(caller, callee);
  });

  it('F59 the client notices that data from the server is lost, and reconnects', async () => {
    const { caller, callee, callId, line } = await talking('f59');
    line.lose('to-client');
    const noticed = await caller.connection('reconnecting', NOTICED_WITHIN_MS);
    assert.ok(noticed < NOTICED_WITHIN_MS);
    await line.mend();
    await caller.connection('connected', 30_000);
    assert.equal(caller.state.phase, 'connected');
    assert.equal(world.record(callId).status, 'active');
    await hangUp(caller, callee);
  });

  it('the server notices that data from the client is lost, and the call continues after the reconnect', async () => {
    const { caller, callee, callId, line } = await talking('mute');
    line.lose('to-server');
    await seesAway(callee, caller, NOTICED_WITHIN_MS);
    await line.mend();
    await caller.connection('connected', 40_000);
    await seesBack(callee, caller);
    assert.equal(world.record(callId).status, 'active');
    await hangUp(caller, callee);
  });

  it('F60 a device that was offline while the other member hung up shows no call after the reconnect', async () => {
    const { caller, callee, callId, line } = await talking('f60');
    await line.cut();
    await caller.connection('reconnecting');
    await callee.engine.hangup();
    await callee.phase('ended');
    await line.mend();
    await caller.phase('ended');
    assert.equal(caller.count('onCallEnd'), 1);
    assert.equal(world.record(callId).endedBy, callee.userId);
  });

  it('a connection that stalls for longer than the heartbeat keeps the call', async () => {
    const { caller, callee, callId, line } = await talking('stall');
    line.stall();
    await seesAway(callee, caller, NOTICED_WITHIN_MS);
    await line.mend();
    await seesBack(callee, caller);
    assert.equal(world.record(callId).status, 'active');
    assert.deepEqual([caller.count('onCallEnd'), callee.count('onCallEnd')], [0, 0]);
    await hangUp(caller, callee);
  });

  it('F61 an expired userSig is notified once, the call continues, and a new userSig restores commands', async () => {
    const caller = await world.user('f61-a', { expiresIn: 4 });
    const callee = await world.user('f61-b');
    await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
    await callee.phase('incoming');
    await callee.engine.accept();
    await caller.phase('connected');
    await caller.until('expired', () => caller.count('onUserSigExpired') === 1);
    assert.equal(callee.state.phase, 'connected');
    await caller.engine.renewUserSig(await world.userSig(caller.userId));
    await caller.engine.switchCallMediaType('video');
    await callee.until('video', ({ mediaType }) => mediaType === 'video');
    await hangUp(caller, callee);
  });

  it('F61 a userSig that expired offline is refused, and a new one returns the user to the call', async () => {
    const line = await world.line();
    const caller = await world.user('f61-c', { expiresIn: 8, line });
    const callee = await world.user('f61-d');
    await caller.engine.calls(callee.userId, 'audio', { timeout: 60 });
    await callee.phase('incoming');
    await callee.engine.accept();
    await caller.phase('connected');
    await line.cut();
    // Another userSig, issued later: when it has expired, so has the caller's.
    const later = await world.user('f61-e', { expiresIn: 8 });
    await later.until('the end of the userSig', () => later.count('onUserSigExpired') === 1);
    await line.mend();
    await caller.until('expired', () => caller.count('onUserSigExpired') === 1);
    assert.equal(callee.count('onCallEnd'), 0);
    await caller.engine.renewUserSig(await world.userSig(caller.userId));
    await caller.connection('connected');
    assert.equal(caller.state.phase, 'connected');
    await hangUp(caller, callee);
  });
});

interface Ringing {
  readonly caller: TestUser;
  readonly callee: TestUser;
  readonly callId: string;
  readonly line: CuttableProxy;
  readonly calleeLine: CuttableProxy;
}

async function pair(name: string) {
  const [line, calleeLine] = await Promise.all([world.line(), world.line()]);
  const [caller, callee] = await Promise.all([
    world.user(`${name}-a`, { line }),
    world.user(`${name}-b`, { line: calleeLine }),
  ]);
  return [caller, callee, line, calleeLine] as const;
}

async function ringing(name: string, options: { timeout: number }): Promise<Ringing> {
  const [caller, callee, line, calleeLine] = await pair(name);
  const { callId } = await caller.engine.calls(callee.userId, 'audio', options);
  await callee.phase('incoming');
  return { caller, callee, callId, line, calleeLine };
}

async function talking(name: string): Promise<Ringing> {
  const call = await ringing(name, { timeout: 60 });
  await call.callee.engine.accept();
  await Promise.all([call.caller.phase('connected'), call.callee.phase('connected')]);
  return call;
}

function seesAway(one: TestUser, other: TestUser, withinMs?: number): Promise<number> {
  return one.until(`${other.userId} away`, ({ members }) => isAway(members, other), withinMs);
}

function seesBack(one: TestUser, other: TestUser): Promise<number> {
  return one.until(`${other.userId} back`, ({ members }) => !isAway(members, other), 40_000);
}

function isAway(members: TestUser['state']['members'], { userId }: TestUser): boolean {
  return members.some((one) => one.userId === userId && one.reconnecting);
}
