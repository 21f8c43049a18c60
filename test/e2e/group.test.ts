import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeAll, type WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** Calls of several users: real media between four pages, and the callbacks of each. */

const world = await World.start();
after(() => world.stop());

test('four members see and hear each other, and the call continues when one leaves', async () => {
  const [alice, bob, carol, dave] = await people('g1-alice', 'g1-bob', 'g1-carol', 'g1-dave');
  await alice.call('calls', ['g1-bob', 'g1-carol'], 'video');
  await bob.click('Accept');
  await carol.click('Accept');
  await everyone([alice, bob, carol], (page) => page.phase('connected'));
  await alice.call('inviteUser', ['g1-dave']);
  await dave.click('Accept');
  await everyone([alice, bob, carol, dave], (page) => page.moving(4));
  await everyone([alice, bob, carol, dave], (page) => page.hears());

  await carol.click('Hang up');
  await everyone([alice, bob, dave], (page) => page.event('user-leave'));
  await everyone([alice, bob, dave], (page) => page.moving(3));
  await dave.click('Hang up');
  await dave.event('call-end');
  await bob.click('Hang up');
  await everyone([alice, bob], (page) => page.event('call-end'));

  assert.deepEqual(await alice.eventLines(), [
    'call-begin video caller',
    'user-join g1-bob',
    'user-join g1-carol',
    'user-join g1-dave',
    'user-leave g1-carol',
    'user-leave g1-dave',
    'user-leave g1-bob',
    'call-end video caller hangup',
  ]);
  assert.deepEqual(await dave.eventLines(), [
    'call-received g1-alice g1-bob,g1-carol,g1-dave video',
    'call-begin video callee',
    'user-leave g1-carol',
    'call-end video callee hangup',
  ]);
  await closeAll(alice, bob, carol, dave);
});

test('an invitation turns a 1-1 call into a group call, and all members see who rejects it', async () => {
  const [alice, bob, carol] = await people('g2-alice', 'g2-bob', 'g2-carol');
  await alice.call('calls', ['g2-bob'], 'audio');
  await bob.click('Accept');
  await everyone([alice, bob], (page) => page.phase('connected'));
  await bob.call('inviteUser', ['g2-carol']);
  await alice.event('user-inviting');
  const received = await carol.event('call-received');
  assert.equal(received.detail['byUserId'], 'g2-bob');
  await carol.click('Decline');
  await everyone([alice, bob], (page) => page.event('user-reject'));
  await everyone([alice, bob], (page) => page.hears());
  assert.equal((await alice.state()).isGroup, true);
  assert.deepEqual(await carol.eventLines(), [
    'call-received g2-alice g2-bob,g2-carol audio',
    'call-cancelled g2-carol rejected',
    'call-not-connected rejected',
  ]);
  await alice.click('Hang up');
  await bob.event('call-end');
  await closeAll(alice, bob, carol);
});

test('a user of the group joins its live call by the group; a user outside the group finds no such call', async () => {
  const sig = { groups: ['team-7'] };
  const alice = await world.widget('g3-alice', { ...SMALL, sig });
  const bob = await world.widget('g3-bob', SMALL);
  const carol = await world.widget('g3-carol', { ...SMALL, sig });
  const mallory = await world.widget('g3-mallory', SMALL);
  await alice.call('calls', ['g3-bob'], 'audio', { groupId: 'team-7' });
  await bob.click('Accept');
  await everyone([alice, bob], (page) => page.phase('connected'));
  await carol.call('joinGroup', 'team-7');
  await carol.phase('connected');
  await everyone([alice, bob, carol], (page) => page.hears());
  await everyone([alice, bob], (page) => page.until('carol here', hasJoined('g3-carol')));
  await assert.rejects(mallory.call('joinGroup', 'team-7'), /call-not-found|No such call/);
  assert.deepEqual(await mallory.captures(), []);
  await closeAll(alice, bob, carol, mallory);
});

test('two users who start a call in one group at the same time are in one call', async () => {
  const sig = { groups: ['team-8'] };
  const [alice, bob] = await Promise.all([
    world.widget('g4-alice', { ...SMALL, sig }),
    world.widget('g4-bob', { ...SMALL, sig }),
  ]);
  await Promise.all([
    alice.call('calls', ['g4-bob'], 'audio', { groupId: 'team-8' }),
    bob.call('calls', ['g4-alice'], 'audio', { groupId: 'team-8' }),
  ]);
  const [left, right] = await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  assert.equal(left.callId, right.callId);
  await closeAll(alice, bob);
});

/** Four of them share two cores with the media server. */
const SMALL = { attributes: { resolution: '360p' } };

test('the people panel loads lazily, shows a loading state, and can be closed', async () => {
  const [alice, bob] = await people('g5-alice', 'g5-bob');
  await alice.call('calls', ['g5-bob'], 'audio', { groupId: 'g5' });
  await bob.click('Accept');
  await bob.phase('connected');
  const unblock = await bob.without('people-screens');
  const panels = () =>
    bob.page.evaluate(() =>
      window.record.deep('tui-call-people').map((panel) => panel.shadowRoot !== null),
    );
  await bob.click('People: 2');
  await bob.announces('This could not be loaded. It is tried again.');
  await bob.click('People: 2');
  assert.deepEqual(await panels(), []);
  await bob.click('People: 2');
  assert.deepEqual(await panels(), [false]);
  unblock();
  await bob.shows('Close');
  assert.deepEqual(await panels(), [true]);
  await bob.page.keyboard.press('Escape');
  assert.deepEqual(await panels(), []);
  await bob.click('Hang up');
  await alice.event('call-end');
  await closeAll(alice, bob);
});

async function people<Names extends readonly string[]>(
  ...names: Names
): Promise<{ [I in keyof Names]: WidgetPage }>;
async function people(...names: string[]): Promise<WidgetPage[]> {
  return Promise.all(names.map((name) => world.widget(name, SMALL)));
}

async function everyone(
  pages: readonly WidgetPage[],
  work: (page: WidgetPage) => Promise<unknown>,
): Promise<void> {
  await Promise.all(pages.map(work));
}

function hasJoined(userId: string) {
  return ({ members }: Awaited<ReturnType<WidgetPage['state']>>) =>
    members.some((one) => one.userId === userId && one.status === 'joined');
}
