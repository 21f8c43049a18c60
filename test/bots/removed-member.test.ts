import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BotWorld } from './support/bot-world.ts';
import type { Bot } from './support/bots.ts';
import type { BotState } from './support/member.ts';
import type { Received } from './support/room-media.ts';
import { picturesMove, stageShows } from './support/shown.ts';

/** A member the back end has taken out, whose client keeps what LiveKit gave it. Real media on all sides. */

/** LiveKit cannot take a token back: whoever comes in with one is put out within this. */
const PUT_OUT_WITHIN_MS = 2_000;

let crowd: BotWorld;
before(async () => {
  crowd = await BotWorld.start();
});
after(() => crowd.stop());

test('a removed member who comes back with a kept token is put out again, and is neither seen nor heard after', async () => {
  const alice = await crowd.world.widget('alice', { attributes: { resolution: '360p' } });
  const witness = await crowd.bot('witness', { camera: true, watches: ['mallory', 'alice'] });
  const mallory = await crowd.bot('mallory', { camera: true, microphone: 'voice' });
  const answers = [witness, mallory].map((one) => one.do({ type: 'answer' }));
  await alice.call('calls', ['witness', 'mallory'], 'video');
  await Promise.all(answers);
  await mallory.do({ type: 'speak', on: true });
  await picturesMove(alice, ['witness', 'mallory', 'alice']);
  await alice.hears();
  await witness.until('seeing and hearing mallory', ({ received }) => {
    const { frames = 0, energy = 0 } = received['mallory'] ?? {};
    return frames > 5 && energy > 1;
  });
  await mallory.until('holding a token that LiveKit has made anew', ({ tokens }) => tokens > 1);

  await crowd.remove((await alice.state()).callId, 'mallory');
  await alice.event('user-leave');
  await mallory.until('told of it', ({ told }) =>
    told.some((line) => line.startsWith('onCallEnd')),
  );
  await picturesMove(alice, ['witness', 'alice']);
  await hearsNothingOf('mallory', witness);

  const entered: (boolean | null)[] = [];
  for (const token of ['first', 'last', 'first', 'last'] as const) {
    entered.push(await mallory.trespass(token));
    await hearsNothingOf('mallory', witness);
  }
  assert.ok(entered.includes(true), 'LiveKit takes the tokens');
  // Mostly there is nobody to show: they are out before LiveKit has told anybody.
  const { received } = await witness.state();
  const [, ...stays] = received['mallory']?.staysMs ?? [];
  for (const ms of stays) assert.ok(ms <= PUT_OUT_WITHIN_MS, `stayed for ${ms} ms`);
  assert.equal(received['mallory']?.present, false);
  await stageShows(alice, 'the two who are left', (tiles) => {
    return tiles.map(({ userId }) => userId).join() === 'witness,alice';
  });
  assert.deepEqual(
    (await alice.story()).filter((line) => line.includes('mallory') && !line.includes('received')),
    ['user-join mallory', 'user-leave mallory'],
  );
  await alice.click('Hang up');
  await crowd.noRoomIsLeft();
  assert.equal(await mallory.trespass('last'), false);
  await alice.clean();
  await alice.close();
});

/** While the caller's picture goes on arriving at the witness, nothing of this user does. */
async function hearsNothingOf(userId: string, witness: Bot): Promise<void> {
  // What was on its way arrives yet.
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
