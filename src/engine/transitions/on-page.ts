import { isOnHold } from './end-call.ts';
import { expireRing } from './expire-ring.ts';
import { isActiveCall, wantedTracks, type EngineState, type Tracks } from '../state/call-state.ts';
import { requestMediaAccess } from './media-join.ts';
import { requestSync } from './on-sync.ts';
import { result, chain, withCall, type TransitionResult } from '../state/transition-result.ts';
import { openWantedTracks } from './local-tracks.ts';

/** The page closes or reloads: sends the leave beacon. A reload resumes the call within 8 s. */
export function onPageLeaving(state: EngineState): TransitionResult {
  const { call } = state;
  if (call.phase === 'dialing' || call.phase === 'answering' || call.phase === 'joining') {
    return result(state, [{ type: 'send-leave' }]);
  }
  // The beacon also ends calls whose hang-up was not delivered, and calls on hold.
  if (!isActiveCall(call)) {
    return result(state, hasUndelivered(state) ? [{ type: 'send-leave' }] : []);
  }
  const media = { ...call.media, status: 'suspended', retryAt: null } as const;
  const tracks = closedTracks(call.tracks);
  return result(withCall(state, { ...call, media, tracks }), [
    { type: 'send-leave' },
    { type: 'leave-media' },
  ]);
}

function hasUndelivered({ pendingTerminations, backgroundCalls }: EngineState): boolean {
  return pendingTerminations.length > 0 || backgroundCalls.some(isOnHold);
}

/** The page is visible again, or the network is back. Timers may have been suspended, so the state syncs. */
export function onPageReturning(state: EngineState, at: number): TransitionResult {
  const { account, call, connection } = state;
  const synced =
    account !== null && connection.status === 'online' ? requestSync(state, at) : result(state);
  if (call.phase === 'incoming' && call.deadline !== null && call.deadline <= at) {
    return chain(synced, (next) => expireRing(next, call, at));
  }
  if (
    !isActiveCall(call) ||
    (call.media.status !== 'retrying' && call.media.status !== 'suspended')
  ) {
    return synced;
  }
  const requested = requestMediaAccess(call);
  const opened = openWantedTracks(requested.activeCall);
  return chain(synced, (next) =>
    result(withCall(next, opened.activeCall), [...requested.effects, ...opened.effects]),
  );
}

/** The tracks after the page has closed them; `wanted` stays for its return. */
function closedTracks({ microphone, camera }: Tracks): Tracks {
  return wantedTracks(microphone.wanted, camera.wanted);
}
