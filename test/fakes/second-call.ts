import {
  acceptAnswered,
  answered,
  idOf,
  mediaJoined,
  play,
  playFrom,
  pushed,
  wants,
  type Moment,
} from './play.ts';
import { ring, talk } from './alice-calls-bob.ts';
import { BOB, CALL, callIdOf, CAROL, ServerCall } from './views.ts';
import type { CallView, Command } from '../../src/protocol/index.ts';

/** Bob is in a call with Alice when Carol calls him. */

/** The id of the call from Carol. */
export const SECOND = callIdOf('second');

/** Carol calls Bob at 3000. */
export const second = ServerCall.from(CAROL, [BOB], {
  callId: SECOND,
  now: 3000,
  mediaType: 'video',
  roomId: 'room-2',
});

/** The call from Carol after Bob accepts it at 4000. */
export const taken = second.at(4000).joins(BOB);

/** The call with Alice, which Bob puts on hold at 4000. */
export const held = talk.at(4000).holds(BOB);

/** The access to media that the server gives Bob with an acknowledgement. */
export const media = { url: 'wss://media.test', token: 'token-9' };

/** The callback of the ring of the second call. */
export const received = 'onCallReceived(carol, ["bob"], , video)';

/** The callback of the beginning of the second call. */
export const begun = 'onCallBegin(room-2, video, callee)';

/** Accepts the waiting call and holds the current one. */
export const accept = {
  type: 'accept',
  id: idOf('accept-waiting'),
  callId: SECOND,
  currentCall: 'hold',
} satisfies Command;

/** Puts the call with Alice on hold. */
export const holdOn = {
  type: 'hold',
  id: idOf('hold'),
  callId: CALL,
  on: true,
} satisfies Command;

/** The moments in which Bob answers Alice and joins media. */
export const talking: readonly Moment[] = [
  pushed(20, ring.seenBy(BOB)),
  wants(1900, { type: 'accept', video: true }),
  acceptAnswered(2010, talk.seenBy(BOB)),
  mediaJoined(2500),
];

/** The same moments, then the ring of the second call. */
export const rung: readonly Moment[] = [...talking, pushed(3010, second.seenBy(BOB))];

/** Plays moments after `rung`; the result has the callbacks after that. */
export const bob = (...moments: Moment[]) => playFrom(play(BOB, ...rung).state, ...moments);

/** Bob accepts the waiting call. */
export const answers = (currentCall: 'end' | 'hold') =>
  wants(3900, { type: 'accept-waiting', currentCall, video: true });

/** The server acknowledges that accept. */
export const yes = (command: Command, call: CallView = taken.seenBy(BOB)) =>
  answered(4010, command, { ok: true, call, media });

/** Bob has put the call with Alice on hold. */
export const onHold = play(
  BOB,
  ...talking,
  wants(3900, { type: 'hold', on: true }),
  answered(4010, holdOn, { ok: true, call: held.seenBy(BOB), media: null }),
);
