import { ALICE, BOB, ServerCall } from './views.ts';

/** Alice calls Bob, who rings. */
export const ring = ServerCall.from(ALICE, [BOB]);

/** Bob has answered that call at 2000. */
export const talk = ring.at(2000).joins(BOB);
