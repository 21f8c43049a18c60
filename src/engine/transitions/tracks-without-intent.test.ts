import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fact, play, pushed, ofType } from '../../../test/fakes/play.ts';
import { BOB } from '../../../test/fakes/views.ts';
import { ring, talk } from '../../../test/fakes/alice-calls-bob.ts';

test('a session that gets the seat without an accept opens nothing (H44)', () => {
  const rung = play(BOB, pushed(0, ring.seenBy(BOB)), pushed(2000, talk.seenBy(BOB)));
  const unacknowledged = play(BOB, pushed(2000, talk.seenBy(BOB)));
  for (const { phase, effects } of [rung, unacknowledged]) {
    assert.equal(phase, 'connecting');
    assert.deepEqual(ofType(effects, 'set-track'), []);
  }
});

test('a track that the media session opens by itself is closed', () => {
  const bob = play(
    BOB,
    pushed(0, ring.seenBy(BOB)),
    fact(100, { type: 'local-track', source: 'microphone', on: true, error: null }),
  );
  assert.deepEqual(bob.effects.at(-1), { type: 'leave-media' });
});
