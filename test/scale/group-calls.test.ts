import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WidgetPage } from '../e2e/support/widget-page.ts';
import { ScaleWorld } from './support/scale-world.ts';
import type { SimulatedUser } from './support/simulated-user.ts';
import { picturesArrive, picturesMove, stageShows, tilesOn } from './support/shown-tiles.ts';

/**
 * Large calls: one real page among members without a browser, whose video and audio really go through
 * LiveKit. The members with a camera are spread over the pages of the grid; the others send audio or only receive.
 */

const CALLER = 'alice';
const TILES_PER_PAGE = 16;
/** On the grid's first three pages and not on the last. */
const CAMERAS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 18, 19, 35];
const MICROPHONES = 20;
/** The member who will speak. */
const VOICES = [7, 40];

let crowd: ScaleWorld;
let users: readonly SimulatedUser[];
before(async () => {
  crowd = await ScaleWorld.start();
  const all = Array.from({ length: 50 }, (_, index) =>
    crowd.user(`user-${String(index).padStart(2, '0')}`, {
      camera: CAMERAS.includes(index),
      microphone: VOICES.includes(index) ? 'voice' : index < MICROPHONES ? 'quiet' : 'none',
      watches: index === 0 || index === 5 ? [CALLER] : [],
    }),
  );
  users = await Promise.all(all);
});
after(() => crowd.stop());

test('a call of sixteen shows every camera and reports who speaks, leaves and joins', async () => {
  const others = users.slice(0, 15);
  const alice = await caller();
  await begin(alice, others);
  await picturesMove(alice, [...cameras(others), CALLER]);
  assert.deepEqual(
    (await tilesOn(alice)).map(({ userId, name }) => [userId, name]),
    [...others.map(({ userId }) => [userId, `Nick ${userId}`]), [CALLER, 'You']],
  );

  const [watcher, speaker, quiet] = [user(0), user(7), user(3)];
  await speaker.do({ type: 'speak', on: true });
  await stageShows(alice, 'user-07 speaking', (tiles) => {
    return tiles.some(({ userId, speaking }) => userId === speaker.userId && speaking);
  });
  await speaker.do({ type: 'speak', on: false });
  await watcher.until('seeing and hearing the caller', ({ received }) => {
    const { frames = 0, energy = 0 } = received[CALLER] ?? {};
    return frames > 10 && energy > 0.01;
  });

  await quiet.do({ type: 'camera', on: false });
  await picturesMove(alice, [...cameras(others.filter((one) => one !== quiet)), CALLER]);
  await speaker.do({ type: 'hangup' });
  await alice.event('user-leave');
  const rest = others.filter((one) => one !== speaker);
  await stageShows(alice, 'fifteen tiles', (tiles) => tiles.length === 15);
  await end(alice, rest);
});

test('a call of fifty receives only the video of the visible page and drops a removed member', async () => {
  const others = users.slice(0, 49);
  const alice = await caller();
  await assert.rejects(
    alice.call('calls', [...users.map(({ userId }) => userId)], 'video'),
    /call-full/,
  );
  await begin(alice, others);
  // The caller's own picture ends the first page.
  const first = others.slice(0, TILES_PER_PAGE - 1);
  await picturesMove(alice, [...cameras(first), CALLER]);
  await picturesArrive(alice, cameras(first).length);

  await alice.click('Next page');
  const second = others.slice(15, 31);
  await stageShows(alice, 'the second page', (tiles) => {
    return tiles.map(({ userId }) => userId).join() === second.map(({ userId }) => userId).join();
  });
  await picturesMove(alice, cameras(second));
  await picturesArrive(alice, cameras(second).length);
  await alice.click('Previous page');
  await picturesMove(alice, [...cameras(first), CALLER]);

  const speaker = user(40);
  await speaker.do({ type: 'speak', on: true });
  await stageShows(alice, 'who speaks on the first page', (tiles) => {
    return tiles.some(({ userId, speaking }) => userId === speaker.userId && speaking);
  });

  const removed = user(1);
  await crowd.remove((await alice.state()).callId, removed.userId);
  await alice.event('user-leave');
  await removed.until('out of the call', ({ phase }) => phase === 'ended' || phase === 'idle');
  await stageShows(alice, 'another member at that place', (tiles) => {
    return (
      tiles.length === TILES_PER_PAGE && !tiles.some(({ userId }) => userId === removed.userId)
    );
  });
  await end(
    alice,
    others.filter((one) => one !== removed),
  );
});

function user(index: number): SimulatedUser {
  const found = users[index];
  assert.ok(found);
  return found;
}

function cameras(of: readonly SimulatedUser[]): string[] {
  return of.filter((one) => CAMERAS.includes(users.indexOf(one))).map(({ userId }) => userId);
}

function caller(): Promise<WidgetPage> {
  return crowd.world.widget(CALLER, {
    attributes: { resolution: '360p' },
    viewport: { width: 1280, height: 800 },
  });
}

/** The page calls all members; they accept at once, and each of them has media. */
async function begin(alice: WidgetPage, others: readonly SimulatedUser[]): Promise<void> {
  await Promise.all([
    ...others.map((one) => one.do({ type: 'answer' })),
    alice.call('calls', [...others.map(({ userId }) => userId)], 'video'),
  ]);
  await alice.until('all of them in the call', ({ members }) => {
    return members.filter(({ status }) => status === 'joined').length === others.length + 1;
  });
  for (const one of others) {
    await one.until('connected', ({ phase }) => phase === 'connected', 60_000);
  }
}

/** All members leave; each is notified of the end once, and nothing of the call remains. */
async function end(alice: WidgetPage, others: readonly SimulatedUser[]): Promise<void> {
  await Promise.all(others.map((one) => one.do({ type: 'hangup' })));
  await alice.event('call-end');
  await crowd.noRoomIsLeft();
  for (const one of others) {
    const { open } = await one.until('notified of the end once', ({ callbacks }) => {
      return count(callbacks, 'onCallEnd') === count(callbacks, 'onCallBegin');
    });
    assert.deepEqual(open, []);
  }
  assert.deepEqual(await alice.open(), { tracks: 0, peers: 0, sockets: 1 });
  await alice.clean();
  await alice.close();
}

const count = (callbacks: readonly string[], name: string): number =>
  callbacks.filter((line) => line.startsWith(name)).length;
