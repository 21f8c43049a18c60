import { settle } from './fake-clock.ts';
import { Bench } from './signed-in.ts';
import { ring, talk } from './alice-calls-bob.ts';
import { ALICE, BOB, CALL } from './views.ts';
import type { MissedCall } from '../../src/protocol/index.ts';

/** The access to media that the server gives Bob. */
export const MEDIA = { url: 'wss://media.test', token: 'token-1' };

/** A call that Bob has missed. */
export const missed = (seq: number): MissedCall => ({
  seq,
  callId: CALL,
  callerId: ALICE,
  callerNickname: 'Alice',
  callerAvatar: '',
  mediaType: 'audio',
  groupId: '',
  reason: 'no-response',
  at: 0,
});

/** Bob in the call with Alice, with no callback left to take. */
export async function bobTalking(bob: Bench): Promise<Bench> {
  await bob.push(ring.seenBy(BOB));
  const accepting = bob.engine.accept();
  await settle();
  bob.socket.answer('accept', { ok: true, call: talk.seenBy(BOB), media: MEDIA });
  await accepting;
  await settle();
  bob.takeCallbacks();
  return bob;
}

/** The next page of Bob's tab, with the storage of this one. */
export function reloaded(bob: Bench): Bench {
  bob.page.goAway();
  return new Bench(BOB, bob.memory);
}
