import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Each row of "the call does not connect" (spec §4): exact events, arguments and order, both sides. */

let world: World;
before(async () => {
  world = await World.start();
});
after(() => world.stop());

test('the caller cancels', async () => {
  const [alice, bob] = await pair('a1', 'b1');
  await alice.call('calls', ['b1'], 'audio');
  await bob.shows('Accept');
  await alice.click('Hang up');
  await terminal(alice, bob);
  assert.deepEqual(await alice.story(), ['call-cancelled a1 cancelled']);
  assert.deepEqual(await bob.story(), [
    'call-received a1 b1 audio',
    'call-cancelled a1 cancelled',
    'call-missed a1 audio cancelled',
  ]);
  await gone(alice, bob);
});

test('the callee does not answer', async () => {
  const [alice, bob] = await pair('a2', 'b2');
  await alice.call('calls', ['b2'], 'audio', { timeout: 2 });
  await terminal(alice, bob);
  assert.deepEqual(await alice.story(), ['user-no-response b2', 'call-cancelled a2 no-response']);
  assert.deepEqual(await bob.story(), [
    'call-received a2 b2 audio',
    'call-cancelled b2 no-response',
    'call-missed a2 audio no-response',
  ]);
  await gone(alice, bob);
});

test('the callee rejects', async () => {
  const [alice, bob] = await pair('a3', 'b3');
  await alice.call('calls', ['b3'], 'video');
  await bob.click('Decline');
  await terminal(alice, bob);
  assert.deepEqual(await alice.story(), ['user-reject b3', 'call-cancelled a3 rejected']);
  assert.deepEqual(await bob.story(), ['call-received a3 b3 video', 'call-cancelled b3 rejected']);
  assert.deepEqual(await bob.captures(), []);
  await gone(alice, bob);
});

test('the callee is busy: no ring, only a missed call', async () => {
  const [alice, bob] = await pair('a4', 'b4');
  const carol = await world.widget('c4');
  await carol.call('calls', ['b4'], 'audio');
  await bob.click('Accept');
  await bob.phase('connected');
  await alice.call('calls', ['b4'], 'video');
  await alice.event('call-cancelled');
  const missed = await bob.event('call-missed');
  assert.equal(missed.detail['reason'], 'line-busy');
  assert.deepEqual(await alice.story(), ['user-line-busy b4', 'call-cancelled a4 line-busy']);
  assert.deepEqual(await bob.story(), [
    'call-received c4 b4 audio',
    'call-begin audio callee',
    'call-missed a4 video line-busy',
  ]);
  await gone(alice, bob, carol);
});

test('the callee cannot be reached: a missed call on the next visit, told once (F46)', async () => {
  const alice = await world.widget('a5');
  await alice.call('calls', ['b5'], 'audio', { timeout: 2 });
  await alice.event('call-cancelled');
  assert.deepEqual(await alice.story(), ['user-no-response b5', 'call-cancelled a5 no-response']);
  const bob = await world.widget('b5');
  await bob.event('call-missed');
  assert.deepEqual(await bob.story(), ['call-missed a5 audio no-response']);
  const again = await world.widget('b5', { beside: bob });
  assert.deepEqual(await again.story(), []);
  await gone(alice, bob);
});

test('the callee is interrupted while it rings: told when it is back', async () => {
  const alice = await world.widget('a6');
  const bob = await world.widget('b6', { server: world.line.url });
  await alice.call('calls', ['b6'], 'audio', { timeout: 3 });
  await bob.shows('Accept');
  await world.line.cut();
  await alice.event('call-cancelled');
  await world.line.mend();
  await bob.event('call-missed');
  assert.deepEqual(await alice.story(), ['user-no-response b6', 'call-cancelled a6 no-response']);
  assert.deepEqual(await bob.story(), [
    'call-received a6 b6 audio',
    'call-cancelled b6 no-response',
    'call-missed a6 audio no-response',
  ]);
  await gone(alice, bob);
});

for (const [act, reason] of [
  ['Accept', 'other-device-accepted'],
  ['Decline', 'other-device-rejected'],
] as const) {
  test(`answered on another session: ${act}`, async () => {
    const [caller, callee] = [`a7-${act}`, `b7-${act}`];
    const [alice, phone] = await pair(caller, callee);
    const laptop = await world.widget(callee);
    await alice.call('calls', [callee], 'audio');
    await laptop.shows('Accept');
    await phone.click(act);
    await laptop.event('call-not-connected');
    assert.deepEqual(await laptop.story(), [
      `call-received ${caller} ${callee} audio`,
      `call-cancelled ${callee} ${reason}`,
    ]);
    assert.deepEqual(await laptop.captures(), []);
    await gone(alice, phone, laptop);
  });
}

async function pair(caller: string, callee: string): Promise<[WidgetPage, WidgetPage]> {
  return Promise.all([world.widget(caller), world.widget(callee)]);
}

async function terminal(...pages: WidgetPage[]): Promise<void> {
  await Promise.all(pages.map((page) => page.event('call-not-connected')));
}

async function gone(...pages: WidgetPage[]): Promise<void> {
  for (const page of pages) await page.clean();
  for (const page of pages) await page.close();
}
