import type { CallView } from '../protocol/index.ts';
import { putAside } from './call-over.ts';
import { maybeWithdrawn } from './farewell.ts';
import type { CallEffect } from './call-effect.ts';
import { isParty, wishedTracks, type EngineState, type Tracks } from './call-state.ts';
import { step, then, type Step } from './step.ts';
import { isHeldHere } from './view-facts.ts';
import { viewNotifications } from './view-notifications.ts';

/** The shown call is held: its seat stays this device's, its media is left, its wishes are kept. */
export function putOnHold(
  state: EngineState,
  view: CallView,
  { microphone, camera }: Tracks,
): Step {
  const tracks = wishedTracks(microphone.wanted, camera.wanted);
  const media: CallEffect[] = isParty(state.call) ? [{ type: 'leave-media' }] : [];
  const next: EngineState = {
    ...state,
    call: { phase: 'idle' },
    audioBlocked: false,
    trouble: state.trouble?.about === 'link' ? state.trouble : null,
  };
  return step(putAside(next, { view, deadline: null, standing: 'held', tracks }), [
    ...media,
    { type: 'drop-call-commands', callId: view.callId },
  ]);
}

/**
 * Begun here and on hold before this device heard of it. While a call made here is not identified yet, or one
 * taken back is not, it may be that.
 */
export function announceHeld(state: EngineState): Step {
  if (state.call.phase === 'calling' || maybeWithdrawn(state)) return step(state);
  const news = state.aside.filter((one) => one.standing === 'waiting' && isHeldHere(one.view));
  return news.reduce((told, one) => {
    const notifications = viewNotifications({ kind: 'first' }, one.view);
    return then(told, (next) =>
      step(putAside(next, { ...one, standing: 'held' }), [], notifications),
    );
  }, step(state));
}

/** As the server will say it: it has held this call for the sake of another. */
export function heldView(view: CallView): CallView {
  const members = view.members.map((one) =>
    one.userId === view.self.userId ? { ...one, held: true } : one,
  );
  return { ...view, members };
}
