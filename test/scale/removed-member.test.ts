import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BotWorld } from './support/bot-world.ts';
import type { Bot } from './support/bots.ts';
import type { BotState } from './support/member.ts';
import type { Received } from './support/room-media.ts';
import { picturesMove, stageShows } from './support/shown.ts';

/** Members who hung up or were removed by the back end, and whose clients keep their tokens. Real media. */

/**
 * LiveKit cannot revoke a token: the server removes a participant that enters with one. Far longer than the second
 * until the server checks for them, far shorter than the 30 s until the next reconciliation.
 */
const PUT_OUT_WITHIN_MS = 30_000;

let crowd: BotWorld;
before(async () => {
  crowd = await BotWorld.start();
});
after(() => crowd.stop());

test('a member who has left and re-enters the room with an old token is removed and neither seen nor heard', async () => {
  const alice = await crowd.world.widget('alice', { attributes: { resolution: '360p' } });
  const watches = ['nina', 'mallory', 'alice'];
  const witness = await crowd.bot('witness', { camera: true, watches });
  const nina = await crowd.bot('nina', { camera: true, microphone: 'voice' });
  const mallory = await crowd.bot('mallory', { camera: true, microphone: 'voice' });
  const answers = [witness, nina, mallory].map((one) => one.do({ type: 'answer' }));
  await alice.call('calls', ['witness', 'nina', 'mallory'], 'video');
  await Promise.all(answers);
  for (const one of [nina, mallory]) await one.do({ type: 'speak', on: true });
  await picturesMove(alice, ['witness', 'nina', 'mallory', 'alice']);
  await alice.hears();
  for (const name of ['nina', 'mallory']) {
    await witness.until(`seeing and hearing ${name}`, ({ received }) => {
      const { frames = 0, energy = 0 } = received[name] ?? {};
      return frames > 5 && energy > 1;
    });
  }
  for (const one of [nina, mallory]) {
    await one.until('holding a token that LiveKit has renewed', ({ tokens }) => tokens > 1);
  }

  await nina.do({ type: 'hangup' });
  await alice.event('user-leave');
  await picturesMove(alice, ['witness', 'mallory', 'alice']);
  await staysOut(nina, 'nina', witness);

  await crowd.remove((await alice.state()).callId, 'mallory');
  await alice.event('user-leave');
  await mallory.until('told of it', ({ told }) =>
    told.some((line) => line.startsWith('onCallEnd')),
  );
  await picturesMove(alice, ['witness', 'alice']);
  await staysOut(mallory, 'mallory', witness);
  await stageShows(alice, 'the two who are left', (tiles) => {
    return tiles.map(({ userId }) => userId).join() === 'witness,alice';
  });
  assert.deepEqual(
    (await alice.story()).filter((line) => line.startsWith('user-leave')),
    ['user-leave nina', 'user-leave mallory'],
  );
  await alice.click('Hang up');
  await crowd.noRoomIsLeft();
  for (const one of [nina, mallory]) assert.equal(await one.trespass('last'), false);
  await alice.clean();
  await alice.close();
});

/** Enters the room repeatedly; the observing page never shows them. */
async function staysOut(bot: Bot, userId: string, witness: Bot): Promise<void> {
  await hearsNothingOf(userId, witness);
  const entered: (boolean | null)[] = [];
  for (const token of ['first', 'last', 'first', 'last'] as const) {
    entered.push(await bot.trespass(token));
    await hearsNothingOf(userId, witness);
    // Usually no tile appears: the server removes them before LiveKit has notified any participant.
    await witness.until(
      `seeing ${userId} put out`,
      ({ received }) => received[userId]?.present === false,
      PUT_OUT_WITHIN_MS,
    );
  }
  assert.ok(entered.includes(true), 'LiveKit takes the tokens');
}

/** The observing page receives the caller's video, and no media of this user. */
async function hearsNothingOf(userId: string, witness: Bot): Promise<void> {
  // Data that was on its way still arrives.
  const { received: before } = await seesMoreOfTheCaller(witness, 10);
  const { received } = await seesMoreOfTheCaller(witness, 40);
  assert.deepEqual(mediaOf(received[userId]), mediaOf(before[userId]));
}

const mediaOf = (received: Received | undefined) => [received?.frames, received?.energy];

async function seesMoreOfTheCaller(witness: Bot, frames: number): Promise<BotState> {
  const seen = (state: BotState): number => state.received['alice']?.frames ?? 0;
  const before = seen(await witness.state());
  return witness.until('seeing the caller', (state) => seen(state) >= before + frames);
}
