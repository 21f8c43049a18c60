import { endCallHere } from './end-call.ts';
import type { EngineState, IncomingCall } from '../state/call-state.ts';
import { queueTermination } from '../state/pending-termination.ts';
import { chain, type TransitionResult } from '../state/transition-result.ts';

/**
 * Ends the ring on the screen when its deadline has passed on this device's clock. The server may have
 * processed an accept that timed out; then this session holds a seat and must hang up.
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
