import type { CallView } from '../../protocol/index.ts';
import { setBackgroundCall } from './end-call.ts';
import { hasUnresolvedCancel } from '../state/pending-termination.ts';
import type { CallEffect } from '../state/effects.ts';
import { isActiveCall, wantedTracks, type EngineState, type Tracks } from '../state/call-state.ts';
import { result, chain, type TransitionResult } from '../state/transition-result.ts';
import { isHeldHere } from '../state/call-view-selectors.ts';
import { viewNotifications } from '../notifications/call-notifications.ts';

/** Puts the current call on hold: keeps the seat and the wanted tracks, leaves media. */
export function putOnHold(
  state: EngineState,
  view: CallView,
  { microphone, camera }: Tracks,
): TransitionResult {
  const tracks = wantedTracks(microphone.wanted, camera.wanted);
  const media: CallEffect[] = isActiveCall(state.call) ? [{ type: 'leave-media' }] : [];
  const next: EngineState = {
    ...state,
    call: { phase: 'idle' },
    audioBlocked: false,
    activeError: state.activeError?.scope === 'connection' ? state.activeError : null,
  };
  return result(setBackgroundCall(next, { view, deadline: null, status: 'held', tracks }), [
    ...media,
    { type: 'drop-call-commands', callId: view.callId },
  ]);
}

/**
 * Notifies calls that connected here and were put on hold before this device got a view of them. Waits
 * while a dialing call or a pending cancel is not identified, because the call may be that one.
 */
export function notifyHeldCalls(state: EngineState): TransitionResult {
  if (state.call.phase === 'dialing' || hasUnresolvedCancel(state)) return result(state);
  const unnotified = state.backgroundCalls.filter(
    (one) => one.status === 'pending' && isHeldHere(one.view),
  );
  return unnotified.reduce((done, one) => {
    const notifications = viewNotifications({ kind: 'first' }, one.view);
    return chain(done, (next) =>
      result(setBackgroundCall(next, { ...one, status: 'held' }), [], notifications),
    );
  }, result(state));
}

/** The view that the server will send after it has put this call on hold. */
export function heldView(view: CallView): CallView {
  const members = view.members.map((one) =>
    one.userId === view.self.userId ? { ...one, held: true } : one,
  );
  return { ...view, members };
}
