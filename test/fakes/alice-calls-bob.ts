import { ALICE, BOB, CALL, ServerCall } from './views.ts';

/** Alice calls Bob, who rings. */
export const ring = ServerCall.from(ALICE, [BOB]);

/** Bob has answered that call at 2000. */
export const talk = ring.at(2000).joins(BOB);

/** Bob's callback when that call rings. */
export const received = 'onCallReceived(alice, ["bob"], , audio)';

/** The callback of a call that did not connect. */
export const notConnected = (reason: string) => `onCallNotConnected(${CALL}, ${reason})`;
