import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { closeAll } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Call waiting (the server's setting busy=ring): a second call while in a call. */

const world = await World.start({ TUI_CALL_BUSY: 'ring' });
after(() => world.stop());

test('a second call rings while in a call, and answering it ends the first', async () => {
  const [alice, bob] = await world.talking('cw-a', 'cw-b');
  const carol = await world.widget('cw-c');
  const quiet = await bob.players();
  await carol.call('calls', ['cw-b'], 'video');
  const { waiting: second } = await bob.until('a second call', (s) => s.waiting !== null);
  assert.equal(second?.callerId, 'cw-c');
  assert.equal((await bob.state()).phase, 'connected');
  await eventually(
    async () => (await bob.players()) > quiet,
    () => 'no tone for the waiting call',
  );
  await bob.call('rejectWaiting');
  await eventually(
    async () => (await bob.players()) === quiet,
    () => 'the tone continues without the waiting call',
  );
  await carol.event('call-cancelled');
  await carol.call('calls', ['cw-b'], 'video');
  await bob.until('a second call again', (s) => s.waiting !== null);
  await bob.call('acceptWaiting', { currentCall: 'end' });
  await carol.phase('connected');
  await alice.event('call-end');
  await Promise.all([bob.moving(2), carol.moving(2)]);
  assert.deepEqual(await bob.eventLines(), [
    'call-received cw-a cw-b video',
    'call-begin video callee',
    'call-received cw-c cw-b video',
    'call-cancelled cw-b rejected',
    'call-not-connected rejected',
    'call-received cw-c cw-b video',
    'call-end video callee hangup',
    'call-begin video callee',
  ]);
  await closeAll(alice, bob, carol);
});

test('the first call is held while the second is answered, and continues afterwards', async () => {
  const [alice, bob] = await world.talking('hold-a', 'hold-b');
  const carol = await world.widget('hold-c');
  await carol.call('calls', ['hold-b'], 'audio');
  await bob.until('a second call', (s) => s.waiting !== null);
  await bob.call('acceptWaiting', { currentCall: 'hold' });
  await Promise.all([carol.phase('connected'), carol.hears()]);
  await bob.until('the first held', (s) => s.held.length === 1);
  await alice.until('bob on hold', ({ members }) => members.some(({ held }) => held));
  assert.equal((await alice.state()).phase, 'connected');
  await carol.click('Hang up');
  await bob.event('call-end');
  await bob.call('holdCall', false);
  await bob.phase('connected');
  await alice.until('bob back', ({ members }) => members.every(({ held }) => !held));
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await closeAll(alice, bob, carol);
});

test('a call is put on hold from the menu, and resumed', async () => {
  const [alice, bob] = await world.talking('menu-a', 'menu-b');
  await bob.click('More');
  await bob.page.locator('::-p-aria([name="Hold"][role="menuitem"])').click();
  await alice.until('bob on hold', ({ members }) => members.some(({ held }) => held));
  await bob.click('Resume');
  await bob.phase('connected');
  await Promise.all([alice.moving(2), bob.moving(2)]);
  await closeAll(alice, bob);
});

test('the view of a second caller loads lazily and shows a loading state', async () => {
  const [alice, bob] = await world.talking('late-a', 'late-b');
  const unblock = await bob.without('other-call-screens');
  const carol = await world.widget('late-c');
  await carol.call('calls', ['late-b'], 'video');
  await bob.announces('late-c: This could not be loaded. It is tried again.');
  unblock();
  await bob.click('Decline');
  await carol.event('call-cancelled');
  await closeAll(alice, bob, carol);
});
