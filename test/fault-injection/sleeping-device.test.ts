import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DeviceProcess } from './support/device.ts';
import { FaultWorld } from './support/fault-world.ts';
import type { TestUser } from '../fixtures/test-user.ts';

/** Devices that sleep, are throttled, crash, or whose page is closed. */

const GRACE_MS = 30_000;
const RELOAD_MS = 8_000;
/** For a heartbeat that has to fail first, and a busy machine. */
const HEARTBEAT_MS = 20_000;
const SLACK_MS = 15_000;
/** A deadline that began before the test measured. */
const EARLY_MS = 5_000;

const world = await FaultWorld.start();
after(() => world.stop());

describe('a device', { concurrency: true }, () => {
  it('F64 that sleeps past the grace time in a call ends it for the other member, and shows that on waking', async (t) => {
    const { caller, device } = await talking(t, 'f64');
    assert.deepEqual(device.report.open, ['microphone']);
    device.sleep();
    await caller.phase('ended', HEARTBEAT_MS + GRACE_MS + SLACK_MS);
    assert.equal(caller.count('onCallEnd'), 1);
    device.wake();
    await device.until('online again', ({ connection }) => connection === 'connected');
    await device.until('the end', ({ callbacks }) => callbacks.includes('onCallEnd'), SLACK_MS);
    assert.deepEqual(device.report.open, []);
    assert.equal(device.report.callbacks.filter((name) => name === 'onCallEnd').length, 1);
  });

  it('F63 that sleeps through a part of the ring rings for the remaining time and can accept', async (t) => {
    const { caller, device } = await ringing(t, 'f63', 60);
    device.sleep();
    // Long enough for the server to give the connection up.
    await pause(HEARTBEAT_MS);
    assert.equal(caller.state.phase, 'outgoing');
    device.wake();
    await device.until('online again', ({ connection }) => connection === 'connected');
    assert.equal(device.report.phase, 'incoming');
    device.send('accept');
    await caller.phase('connected');
    await caller.engine.hangup();
    await device.until('the end', ({ phase }) => phase === 'ended');
  });

  it('F22 that sleeps through the whole ring shows a missed call when it wakes', async (t) => {
    const { caller, device } = await ringing(t, 'f22', 3);
    device.sleep();
    await caller.phase('ended');
    device.wake();
    await device.until('notified of the missed call', ({ callbacks }) =>
      callbacks.includes('onCallMissed'),
    );
    assert.notEqual(device.report.phase, 'incoming');
    const count = (name: string) => device.report.callbacks.filter((one) => one === name).length;
    assert.deepEqual([count('onCallReceived'), count('onCallCancelled')], [1, 1]);
  });

  it('F65 that crashes in a call is shown as away at once, and the call ends after the grace time', async (t) => {
    const { caller, device } = await talking(t, 'f65');
    device.kill9();
    const shown = await caller.until(
      'away',
      ({ members }) => members.some(({ reconnecting }) => reconnecting),
      HEARTBEAT_MS,
    );
    assert.ok(shown < SLACK_MS, `${shown} ms`);
    const ended = await caller.phase('ended', GRACE_MS + SLACK_MS);
    assert.ok(ended > GRACE_MS - EARLY_MS, `${ended} ms`);
    assert.equal(caller.count('onCallEnd'), 1);
  });

  it('F65 whose page is closed in a call loses its seat after 8 s', async (t) => {
    const { caller, device } = await talking(t, 'close');
    device.send('close-page');
    const ended = await caller.phase('ended', RELOAD_MS + SLACK_MS);
    assert.ok(ended > RELOAD_MS - EARLY_MS, `${ended} ms`);
  });

  it('F65 that crashes while it rings leaves the call ringing until its deadline', async (t) => {
    const { caller, device } = await ringing(t, 'crash', 4);
    device.kill9();
    await caller.phase('ended');
    assert.deepEqual(caller.callbackLines().slice(-3), [
      'onUserNoResponse crash-b',
      'onCallCancelled crash-a',
      `onCallNotConnected ${caller.notifications.at(-1)?.info.callId} no-response`,
    ]);
  });
});

async function ringing(t: TestContext, name: string, timeout: number) {
  const caller = await world.user(`${name}-a`);
  const device = new DeviceProcess({
    SERVER: world.server.url,
    USER_ID: `${name}-b`,
    USER_SIG: await world.userSig(`${name}-b`),
  });
  t.after(() => device.kill9());
  await device.until('online', ({ connection }) => connection === 'connected', 60_000);
  await caller.engine.calls(`${name}-b`, 'audio', { timeout });
  await device.until('incoming', ({ phase }) => phase === 'incoming');
  return { caller, device };
}

async function talking(
  t: TestContext,
  name: string,
): Promise<{ caller: TestUser; device: DeviceProcess }> {
  const { caller, device } = await ringing(t, name, 60);
  device.send('accept');
  await caller.phase('connected');
  await device.until('connected', ({ phase, open }) => phase === 'connected' && open.length > 0);
  return { caller, device };
}
