import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { closeAll } from './support/widget-page.ts';
import { World } from './support/world.ts';

const world = await World.start();
after(() => world.stop());

test('after a cancel before the server has answered, no device rings', async () => {
  const alice = await world.widget('early-a', { server: world.line.url });
  const bob = await world.widget('early-b');
  // Both commands leave in one turn: the cancel is on its way before any answer can be.
  await alice.page.evaluate(() => {
    const widget = document.querySelector('tui-call');
    widget?.calls(['early-b'], 'audio').catch(() => undefined);
    void widget?.hangup();
  });
  await alice.event('call-cancelled');
  assert.deepEqual(await alice.eventLines(), [
    'call-cancelled early-a cancelled',
    'call-not-connected cancelled',
  ]);
  // It rang and stopped, or never rang: the ring may arrive after alice's acknowledgement.
  await eventually(
    async () => {
      const bobs = (await bob.eventLines()).filter((line) => !line.startsWith('call-missed'));
      return bobs.length === 0 || bobs.at(-1) === 'call-not-connected cancelled';
    },
    () => 'it continues to ring',
  );
  await bob.until('silence', (s) => s.phase !== 'incoming');
  await alice.call('calls', ['early-b'], 'audio');
  await bob.phase('incoming');
  await closeAll(alice, bob);
});

test('an accept that crosses a cancel ends the same way on both sides', async () => {
  for (let round = 0; round < 5; round += 1) {
    const [a, b] = [`cross-a${round}`, `cross-b${round}`];
    const [alice, bob] = await world.pair(a, b);
    await alice.call('calls', [b], 'audio');
    await bob.phase('incoming');
    await Promise.all([alice.call('hangup'), bob.call('accept').catch(() => undefined)]);
    await Promise.all([alice.until('over', over), bob.until('over', over)]);
    const ends = (lines: string[]) =>
      lines.filter((l) => l.startsWith('call-end') || l.startsWith('call-cancelled'));
    const [left, right] = [ends(await alice.eventLines()), ends(await bob.eventLines())];
    assert.equal(left.length, 1);
    assert.equal(right.length, 1);
    const begun = (await bob.eventLines()).some((l) => l.startsWith('call-begin'));
    assert.ok(right[0]?.startsWith(begun ? 'call-end' : 'call-cancelled'), right[0]);
    if (!begun) assert.deepEqual(await bob.captures(), []);
    await closeAll(alice, bob);
  }
});

test('a double click on accept answers once', async () => {
  const [alice, bob] = await world.pair('double-a', 'double-b');
  await alice.call('calls', ['double-b'], 'audio');
  await bob.shows('Accept');
  await bob.page.locator('::-p-aria([name="Accept"][role="button"])').click({ count: 2 });
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  assert.deepEqual(await bob.eventLines(), [
    'call-received double-a double-b audio',
    'call-begin audio callee',
  ]);
  assert.deepEqual(await alice.eventLines(), ['call-begin audio caller', 'user-join double-b']);
  await bob.clean();
  await closeAll(alice, bob);
});

test('two users who call each other at once are in one call', async () => {
  const [alice, bob] = await world.pair('glare-a', 'glare-b');
  await Promise.all([
    alice.call('calls', ['glare-b'], 'audio'),
    bob.call('calls', ['glare-a'], 'audio'),
  ]);
  const [left, right] = await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  assert.equal(left.callId, right.callId);
  assert.notEqual(left.role, right.role);
  for (const page of [alice, bob]) {
    const eventLines = await page.eventLines();
    assert.equal(
      eventLines.filter((line) => line.startsWith('call-begin')).length,
      1,
      eventLines.join(),
    );
    assert.equal(
      eventLines.some((line) => line.startsWith('call-cancelled')),
      false,
      eventLines.join(),
    );
  }
  await closeAll(alice, bob);
});

test('after a reload of either side, the call continues to ring', async () => {
  const [alice, bob] = await world.pair('ring-a', 'ring-b');
  await alice.call('calls', ['ring-b'], 'audio');
  await bob.phase('incoming');
  await bob.page.reload();
  await bob.signedIn();
  await bob.phase('incoming');
  await alice.page.reload();
  await alice.signedIn();
  await alice.phase('outgoing');
  assert.equal((await bob.state()).phase, 'incoming');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await closeAll(alice, bob);
});

test('after a reload of either side in a call, the page returns to the call without a prompt', async () => {
  const [alice, bob] = await world.talking('back-a', 'back-b');
  const { callId } = await alice.state();
  for (const [page, other] of [
    [bob, alice],
    [alice, bob],
  ] as const) {
    await page.page.reload();
    await page.signedIn();
    const state = await page.phase('connected');
    assert.equal(state.callId, callId);
    await Promise.all([page.moving(2), other.moving(2)]);
    assert.equal((await other.state()).phase, 'connected');
    assert.equal(
      (await other.eventLines()).some(
        (line) => line.startsWith('call-end') || line.startsWith('user-leave'),
      ),
      false,
    );
  }
  await closeAll(alice, bob);
});

test('after a closed tab, the other member sees "reconnecting" and then the end of the call', async () => {
  const [alice, bob] = await world.pair('shut-a', 'shut-b');
  await alice.call('calls', ['shut-b'], 'audio');
  await bob.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await bob.page.close();
  await alice.until('bob away', (s) =>
    s.members.some((m) => m.userId === 'shut-b' && m.reconnecting),
  );
  assert.equal((await alice.state()).phase, 'connected');
  const begun = performance.now();
  await alice.event('call-end');
  assert.ok(performance.now() - begun > 5_000, 'the seat is kept for a reload');
  assert.deepEqual(await alice.eventLines(), [
    'call-begin audio caller',
    'user-join shut-b',
    'user-leave shut-b',
    'call-end audio caller hangup',
  ]);
  await closeAll(alice);
});

function over(state: { phase: string }): boolean {
  return state.phase === 'ended' || state.phase === 'idle';
}
