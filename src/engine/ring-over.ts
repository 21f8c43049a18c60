import { endedHere } from './call-over.ts';
import type { EngineState, Incoming } from './call-state.ts';
import { bidFarewell } from './farewell.ts';
import { then, type Step } from './step.ts';

/**
 * The ring's time is up, by this device's own clock. The server may have heard an accept that was not
 * answered in time: told as over here, nobody would ever speak there, so that the seat is given up.
 */
export function ringOver(state: EngineState, { view, wished }: Incoming, at: number): Step {
  const over = endedHere(state, 'no-response', null, at);
  if (wished === null) return over;
  return then(over, (next) => bidFarewell(next, { type: 'hangup', callId: view.callId }));
}
