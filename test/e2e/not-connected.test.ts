import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Each row of "the call does not connect" (docs/events.md): exact events, arguments and order, both sides. */

const world = await World.start();
after(() => world.stop());

test('the caller cancels', async () => {
  const [alice, bob] = await world.pair('a1', 'b1');
  await alice.call('calls', ['b1'], 'audio');
  await bob.shows('Accept');
  await alice.click('Hang up');
  await terminal(alice, bob);
  await gone(
    [alice, ['call-cancelled a1 cancelled', 'call-not-connected cancelled']],
    [
      bob,
      [
        'call-received a1 b1 audio',
        'call-cancelled a1 cancelled',
        'call-not-connected cancelled',
        'call-missed a1 audio cancelled',
      ],
    ],
  );
});

test('the callee calls back from the card of the missed call', async () => {
  const [alice, bob] = await world.pair('a11', 'b11');
  await alice.call('calls', ['b11'], 'audio');
  await bob.shows('Accept');
  await alice.click('Hang up');
  await bob.click('Call back');
  await alice.click('Accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  await gone(
    [
      alice,
      [
        ...['call-cancelled a11 cancelled', 'call-not-connected cancelled'],
        ...['call-received b11 a11 audio', 'call-begin audio callee'],
      ],
    ],
    [
      bob,
      [
        ...['call-received a11 b11 audio', 'call-cancelled a11 cancelled'],
        ...['call-not-connected cancelled', 'call-missed a11 audio cancelled'],
        ...['call-begin audio caller', 'user-join a11'],
      ],
    ],
  );
});

test('the callee does not answer', async () => {
  const [alice, bob] = await world.pair('a2', 'b2');
  await alice.call('calls', ['b2'], 'audio', { timeout: 2 });
  await terminal(alice, bob);
  await gone(
    [
      alice,
      ['user-no-response b2', 'call-cancelled a2 no-response', 'call-not-connected no-response'],
    ],
    [
      bob,
      [
        'call-received a2 b2 audio',
        'call-cancelled b2 no-response',
        'call-not-connected no-response',
        'call-missed a2 audio no-response',
      ],
    ],
  );
});

test('the callee rejects', async () => {
  const [alice, bob] = await world.pair('a3', 'b3');
  await alice.call('calls', ['b3'], 'video');
  await bob.click('Decline');
  await terminal(alice, bob);
  assert.deepEqual(await bob.captures(), []);
  await gone(
    [alice, ['user-reject b3', 'call-cancelled a3 rejected', 'call-not-connected rejected']],
    [
      bob,
      ['call-received a3 b3 video', 'call-cancelled b3 rejected', 'call-not-connected rejected'],
    ],
  );
});

test('the callee is busy: no ring, only a missed call', async () => {
  const [alice, bob] = await world.pair('a4', 'b4');
  const carol = await world.widget('c4');
  await carol.call('calls', ['b4'], 'audio');
  await bob.click('Accept');
  await bob.phase('connected');
  await alice.call('calls', ['b4'], 'video');
  await alice.event('call-cancelled');
  const missed = await bob.event('call-missed');
  assert.equal(missed.detail['reason'], 'line-busy');
  await gone(
    [alice, ['user-line-busy b4', 'call-cancelled a4 line-busy', 'call-not-connected line-busy']],
    [
      bob,
      ['call-received c4 b4 audio', 'call-begin audio callee', 'call-missed a4 video line-busy'],
    ],
    [carol, ['call-begin audio caller', 'user-join b4']],
  );
});

test('the callee cannot be reached: the next visit shows one missed call (F46)', async () => {
  const alice = await world.widget('a5');
  await alice.call('calls', ['b5'], 'audio', { timeout: 2 });
  await alice.event('call-cancelled');
  const bob = await world.widget('b5');
  await bob.event('call-missed');
  const again = await world.widget('b5', { beside: bob });
  await gone(
    [
      alice,
      ['user-no-response b5', 'call-cancelled a5 no-response', 'call-not-connected no-response'],
    ],
    [bob, ['call-missed a5 audio no-response']],
    [again, []],
  );
});

test('the callee is interrupted while it rings: the end is shown after the reconnect', async () => {
  const alice = await world.widget('a6');
  const bob = await world.widget('b6', { server: world.line.url });
  await alice.call('calls', ['b6'], 'audio', { timeout: 3 });
  await bob.shows('Accept');
  await world.line.cut();
  await alice.event('call-cancelled');
  await world.line.mend();
  await bob.event('call-missed');
  await gone(
    [
      alice,
      ['user-no-response b6', 'call-cancelled a6 no-response', 'call-not-connected no-response'],
    ],
    [
      bob,
      [
        'call-received a6 b6 audio',
        'call-cancelled b6 no-response',
        'call-not-connected no-response',
        'call-missed a6 audio no-response',
      ],
    ],
  );
});

test('the caller closes the page while it rings: the ring ends after the grace of a reload', async () => {
  const [alice, bob] = await world.pair('a8', 'b8');
  await alice.call('calls', ['b8'], 'audio');
  await bob.shows('Accept');
  await alice.page.close({ runBeforeUnload: true });
  await terminal(bob);
  assert.deepEqual(await bob.captures(), []);
  await gone([
    bob,
    [
      'call-received a8 b8 audio',
      'call-cancelled a8 cancelled',
      'call-not-connected cancelled',
      'call-missed a8 audio cancelled',
    ],
  ]);
});

test('the call is answered on another session', async () => {
  const [alice, phone] = await world.pair('a7', 'b7');
  const laptop = await world.widget('b7');
  await alice.call('calls', ['b7'], 'audio');
  await laptop.shows('Accept');
  await phone.click('Accept');
  await Promise.all([terminal(laptop), alice.phase('connected'), phone.phase('connected')]);
  assert.deepEqual(await laptop.captures(), []);
  await gone(
    [alice, ['call-begin audio caller', 'user-join b7']],
    [phone, ['call-received a7 b7 audio', 'call-begin audio callee']],
    [
      laptop,
      [
        'call-received a7 b7 audio',
        'call-cancelled b7 other-device-accepted',
        'call-not-connected other-device-accepted',
      ],
    ],
  );
});

test('the call is rejected on another session', async () => {
  const [alice, phone] = await world.pair('a9', 'b9');
  const laptop = await world.widget('b9');
  await alice.call('calls', ['b9'], 'audio');
  await laptop.shows('Accept');
  await phone.click('Decline');
  await terminal(alice, phone, laptop);
  assert.deepEqual(await laptop.captures(), []);
  await gone(
    [alice, ['user-reject b9', 'call-cancelled a9 rejected', 'call-not-connected rejected']],
    [
      phone,
      ['call-received a9 b9 audio', 'call-cancelled b9 rejected', 'call-not-connected rejected'],
    ],
    [
      laptop,
      [
        'call-received a9 b9 audio',
        'call-cancelled b9 other-device-rejected',
        'call-not-connected other-device-rejected',
      ],
    ],
  );
});

test('ignored on one device: the others continue to ring, and an answer there is notified here', async () => {
  const [alice, phone] = await world.pair('a10', 'b10');
  const laptop = await world.widget('b10');
  await alice.call('calls', ['b10'], 'audio');
  await Promise.all([phone.shows('Accept'), laptop.shows('Accept')]);
  await phone.click('Ignore here');
  await phone.phase('idle');
  // Every message of the phone to the server, and of the server to the other devices, has arrived by then.
  await Promise.all([phone, alice, laptop].map((page) => page.caughtUp()));
  assert.equal((await laptop.state()).phase, 'incoming');
  assert.equal((await alice.state()).phase, 'outgoing');
  await laptop.click('Accept');
  await Promise.all([terminal(phone), alice.phase('connected'), laptop.phase('connected')]);
  assert.deepEqual(await phone.captures(), []);
  await gone(
    [alice, ['call-begin audio caller', 'user-join b10']],
    [laptop, ['call-received a10 b10 audio', 'call-begin audio callee']],
    [
      phone,
      [
        'call-received a10 b10 audio',
        'call-cancelled b10 other-device-accepted',
        'call-not-connected other-device-accepted',
      ],
    ],
  );
});

async function terminal(...pages: WidgetPage[]): Promise<void> {
  await Promise.all(pages.map((page) => page.event('call-not-connected')));
}

/**
 * All callbacks of these pages, to the end: every message that the server had for them has arrived, a second
 * end too. Then the pages close.
 */
async function gone(
  ...expected: [page: WidgetPage, eventLines: readonly string[]][]
): Promise<void> {
  const pages = expected.map(([page]) => page);
  await Promise.all(pages.map((page) => page.caughtUp()));
  for (const [page, eventLines] of expected) assert.deepEqual(await page.eventLines(), eventLines);
  for (const page of pages) await page.clean();
  for (const page of pages) await page.close();
}
