import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ScaleWorld } from './support/scale-world.ts';
import type { SimulatedUser } from './support/simulated-user.ts';
import type { UserState } from './support/member.ts';
import type { Received } from './support/room-media.ts';
import { picturesMove, stageShows } from './support/shown-tiles.ts';

/** Members who hung up or were removed by the back end, and whose clients keep their tokens. Real media. */

/**
 * LiveKit cannot revoke a token: the server removes a participant that enters with one. Far longer than the second
 * until the server checks for them, far shorter than the 30 s until the next reconciliation.
 */
const PUT_OUT_WITHIN_MS = 30_000;

const crowd = await ScaleWorld.start();
after(() => crowd.stop());

test('a member who has left and re-enters the room with an old token is removed and neither seen nor heard', async () => {
  const alice = await crowd.world.widget('alice', { attributes: { resolution: '360p' } });
  const watches = ['nina', 'mallory', 'alice'];
  const observer = await crowd.user('olivia', { camera: true, watches });
  const nina = await crowd.user('nina', { camera: true, microphone: 'voice' });
  const mallory = await crowd.user('mallory', { camera: true, microphone: 'voice' });
  const answers = [observer, nina, mallory].map((one) => one.do({ type: 'answer' }));
  await alice.call('calls', ['olivia', 'nina', 'mallory'], 'video');
  await Promise.all(answers);
  for (const one of [nina, mallory]) await one.do({ type: 'speak', on: true });
  await picturesMove(alice, ['olivia', 'nina', 'mallory', 'alice']);
  await alice.hears();
  for (const name of ['nina', 'mallory']) {
    await observer.until(`seeing and hearing ${name}`, ({ received }) => {
      const { frames = 0, energy = 0 } = received[name] ?? {};
      return frames > 5 && energy > 1;
    });
  }
  for (const one of [nina, mallory]) {
    await one.until('holding a token that LiveKit has renewed', ({ tokens }) => tokens > 1);
  }

  await nina.do({ type: 'hangup' });
  await alice.event('user-leave');
  await picturesMove(alice, ['olivia', 'mallory', 'alice']);
  await staysOut(nina, 'nina', observer);

  await crowd.remove((await alice.state()).callId, 'mallory');
  await alice.event('user-leave');
  await mallory.until('notified of it', ({ callbacks }) =>
    callbacks.some((line) => line.startsWith('onCallEnd')),
  );
  await picturesMove(alice, ['olivia', 'alice']);
  await staysOut(mallory, 'mallory', observer);
  await stageShows(alice, 'the two who are left', (tiles) => {
    return tiles.map(({ userId }) => userId).join() === 'olivia,alice';
  });
  assert.deepEqual(
    (await alice.eventLines()).filter((line) => line.startsWith('user-leave')),
    ['user-leave nina', 'user-leave mallory'],
  );
  await alice.click('Hang up');
  await crowd.noRoomIsLeft();
  for (const one of [nina, mallory]) assert.equal(await one.reenter('last'), false);
  await alice.clean();
  await alice.close();
});

/** Enters the room repeatedly; the observing page never shows them. */
async function staysOut(
  user: SimulatedUser,
  userId: string,
  observer: SimulatedUser,
): Promise<void> {
  await receivesNothingOf(userId, observer);
  const entered: (boolean | null)[] = [];
  for (const token of ['first', 'last', 'first', 'last'] as const) {
    entered.push(await user.reenter(token));
    await receivesNothingOf(userId, observer);
    // Usually no tile appears: the server removes them before LiveKit has notified any participant.
    await observer.until(
      `seeing ${userId} put out`,
      ({ received }) => received[userId]?.present === false,
      PUT_OUT_WITHIN_MS,
    );
  }
  assert.ok(entered.includes(true), 'LiveKit takes the tokens');
}

/** The observing page receives the caller's video, and no media of this user. */
async function receivesNothingOf(userId: string, observer: SimulatedUser): Promise<void> {
  // Data that was on its way still arrives.
  const { received: before } = await seesMoreOfTheCaller(observer, 10);
  const { received } = await seesMoreOfTheCaller(observer, 40);
  assert.deepEqual(mediaOf(received[userId]), mediaOf(before[userId]));
}

const mediaOf = (received: Received | undefined) => [received?.frames, received?.energy];

async function seesMoreOfTheCaller(observer: SimulatedUser, frames: number): Promise<UserState> {
  const seen = (state: UserState): number => state.received['alice']?.frames ?? 0;
  const before = seen(await observer.state());
  return observer.until('seeing the caller', (state) => seen(state) >= before + frames);
}
