import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '../e2e/support/eventually.ts';
import { FaultWorld } from './support/fault-world.ts';

/** The machine's clock is set while the call server, a separate process, continues to run. */

const SETTABLE_CLOCK = join(import.meta.dirname, 'support/settable-clock.mjs');
const RING_MS = 4_000;
/** Delay within which a busy machine detects the end of a time. */
const SLACK_MS = 15_000;
/** Valid for any clock of the server in this test. */
const expiresIn = 36_000;

const world = await FaultWorld.start({ NODE_OPTIONS: `--import=${SETTABLE_CLOCK}` });
after(() => world.stop());

test('F32 a ring keeps its duration when the system clock jumps an hour forward and two back', async () => {
  // Signed in before the clock is set back: the server refuses a userSig of the future.
  const rounds = await Promise.all(
    ['ahead', 'back'].map(async (name) => ({
      caller: await world.user(`f32-${name}-a`, { expiresIn }),
      callee: await world.user(`f32-${name}-b`, { expiresIn }),
    })),
  );
  for (const { caller, callee } of rounds) {
    const timeout = RING_MS / 1000;
    const { callId } = await caller.engine.calls(callee.userId, 'audio', { timeout });
    await callee.phase('incoming');
    process.kill(world.server.pid, 'SIGUSR2');
    // Each command about a call handles its due deadlines first.
    await caller.engine.switchCallMediaType('video');
    await eventually(
      async () => world.records().calls.get(callId)?.status === 'ended',
      () => 'the server lets it ring on',
      RING_MS + SLACK_MS,
    );
    const call = world.records().calls.get(callId);
    assert.ok(call?.endedAt);
    const rang = call.endedAt - call.createdAt;
    assert.ok(rang >= RING_MS && rang < RING_MS + SLACK_MS, `${rang} ms`);
    await Promise.all([caller.phase('ended'), callee.phase('ended')]);
  }
});
