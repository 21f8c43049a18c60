import { endCallHere } from './end-call.ts';
import type { EngineState, IncomingCall } from '../state/call-state.ts';
import { queueTermination } from '../state/pending-termination.ts';
import { chain, type TransitionResult } from '../state/transition-result.ts';

/**
 * The ring's time is up, by this device's own clock. The server may have heard an accept that was not
 * answered in time: told as over here, nobody would ever speak there, so that the seat is given up.
 */
export function expireRing(
  state: EngineState,
  { view, unconfirmedTracks }: IncomingCall,
  at: number,
): TransitionResult {
  const over = endCallHere(state, 'no-response', null, at);
  if (unconfirmedTracks === null) return over;
  return chain(over, (next) => queueTermination(next, { type: 'hangup', callId: view.callId }));
}
