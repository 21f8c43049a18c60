import type { CommandOf, ErrorShape, Results } from '../../protocol/index.ts';
import {
  endBackgroundCall,
  findBackgroundCall,
  ENDED_BY_SERVER,
  endCallHere,
  isOnHold,
  isNotified,
  setBackgroundCall,
} from './end-call.ts';
import type { IntentOf } from '../state/events.ts';
import {
  isActiveCall,
  wantedTracks,
  type BackgroundCall,
  type EngineState,
} from '../state/call-state.ts';
import { queueTermination, isTerminating } from '../state/pending-termination.ts';
import { heldView, putOnHold } from './on-hold.ts';
import { showBackgroundCall, applyView } from './on-call-view.ts';
import {
  failIntent,
  rejectIntent,
  resolveIntent,
  result,
  chain,
  withError,
  type TransitionResult,
} from '../state/transition-result.ts';
import { isActiveHere } from '../state/call-view-selectors.ts';
import { findWaitingCall } from '../state/waiting-call.ts';

/** A call that rings while this device is in another, and calls on hold. */

/** The shown call stays as it is until the server has decided: the other may be over by then. */
export function onAcceptWaiting(
  state: EngineState,
  intent: IntentOf<'accept-waiting'>,
): TransitionResult {
  const waiting = findWaitingCall(state);
  if (waiting === undefined)
    return failIntent(state, intent.intentId, 'wrong-state', 'no call waits');
  if (waiting.commandId !== undefined) return result(state, [resolveIntent(intent.intentId)]);
  const { currentCall, video, intentId: commandId } = intent;
  if (currentCall === 'hold' && state.call.phase !== 'in-call') {
    return failIntent(state, commandId, 'wrong-state', 'nobody has answered yet');
  }
  const { callId, mediaType } = waiting.view;
  const tracks = wantedTracks(true, mediaType === 'video' && video);
  const command = { type: 'accept', callId, currentCall } as const;
  return result(setBackgroundCall(state, { ...waiting, tracks, commandId }), [
    { type: 'send-command', id: commandId, command, delivery: 'interactive' },
  ]);
}

export function onRejectWaiting(
  state: EngineState,
  { intentId }: IntentOf<'reject-waiting'>,
  at: number,
): TransitionResult {
  const waiting = findWaitingCall(state);
  if (waiting === undefined) return result(state, [resolveIntent(intentId)]);
  const { callId } = waiting.view;
  // An accept under way may have arrived: then there is a seat to give up, and no ring to decline.
  const type = waiting.tracks === undefined ? 'reject' : 'hangup';
  const ended = endBackgroundCall(state, waiting, { reason: 'rejected', ...bySelf(state) }, at);
  return chain(
    chain(ended, (next) => queueTermination(next, { type, callId })),
    (next) => result(next, [resolveIntent(intentId)]),
  );
}

export function onHold(state: EngineState, { intentId, on }: IntentOf<'hold'>): TransitionResult {
  const { call } = state;
  const held = state.backgroundCalls.findLast(isOnHold);
  const view = on ? (call.phase === 'in-call' ? call.view : undefined) : held?.view;
  if (view === undefined) {
    return failIntent(state, intentId, 'wrong-state', on ? 'not in a call' : 'no call is on hold');
  }
  const command = { type: 'hold', callId: view.callId, on } as const;
  return result(state, [{ type: 'send-command', id: intentId, command, delivery: 'interactive' }]);
}

/** Hangs up the newest call on hold, which would be taken up next. */
export function hangUpHeld(state: EngineState, at: number): TransitionResult {
  const held = state.backgroundCalls.findLast(isOnHold);
  return held === undefined ? result(state) : leaveBackgroundCall(state, held, at);
}

/** Ends every call beside the shown one on this device. */
export function leaveAllBackgroundCalls(state: EngineState, at: number): TransitionResult {
  return state.backgroundCalls.reduce(
    (done, one) => chain(done, (next) => leaveBackgroundCall(next, one, at)),
    result(state),
  );
}

/** A call on hold, or one whose accept the server may have heard, is hung up; a ring goes on elsewhere. */
function leaveBackgroundCall(
  state: EngineState,
  one: BackgroundCall,
  at: number,
): TransitionResult {
  if (!isNotified(one)) return result(state);
  const held = isOnHold(one);
  const reason = held ? 'hangup' : 'signed-out';
  const ended = endBackgroundCall(state, one, { reason, ...bySelf(state) }, at);
  if (!held && (one.status !== 'ringing' || one.tracks === undefined)) return ended;
  return chain(ended, (next) =>
    queueTermination(next, { type: 'hangup', callId: one.view.callId }),
  );
}

const bySelf = ({ account }: EngineState) => ({ byUserId: account?.userId ?? null });

/** The ring's time is up, with or without the server. An accept under way is left to its answer. */
export function onWaitingRingExpired(state: EngineState, at: number): TransitionResult {
  const due = state.backgroundCalls.filter(
    ({ status, deadline, commandId }) =>
      status === 'ringing' && commandId === undefined && deadline !== null && deadline <= at,
  );
  return due.reduce(
    (done, one) => chain(done, (next) => expireWaitingRing(next, one, at)),
    result(state),
  );
}

/** The server may have heard an accept that was given up here: that seat is given up, too. */
function expireWaitingRing(state: EngineState, one: BackgroundCall, at: number): TransitionResult {
  const over = endBackgroundCall(state, one, { reason: 'no-response', byUserId: null }, at);
  if (one.tracks === undefined) return over;
  return chain(over, (next) => queueTermination(next, { type: 'hangup', callId: one.view.callId }));
}

/** The server has decided about a second call; null: the accept was of no call kept aside. */
export function onAcceptWaitingResult(
  state: EngineState,
  { id, currentCall = 'hold' }: CommandOf<'accept'>,
  { call: view, media }: Results['accept'],
  at: number,
): TransitionResult | null {
  const waiting = state.backgroundCalls.find(({ commandId }) => commandId === id);
  if (waiting === undefined) return null;
  const accepted = isActiveHere(view);
  const released = accepted ? releaseCurrentCall(state, currentCall, at) : result(state);
  const applied = chain(released, (next) => applyView(next, view, at));
  return chain(applied, (next) => {
    const backgroundCall = findBackgroundCall(next, view.callId);
    if (backgroundCall === undefined) return result(next, [resolveIntent(id)]);
    const shown =
      accepted && isActiveHere(backgroundCall.view)
        ? showBackgroundCall(next, backgroundCall, media)
        : result(withoutPendingAccept(next, backgroundCall));
    return chain(shown, (after) => result(after, [resolveIntent(id)]));
  });
}

/** null: the accept was of no call kept aside. */
export function onAcceptWaitingRejected(
  state: EngineState,
  { id }: CommandOf<'accept'>,
  error: ErrorShape,
  at: number,
): TransitionResult | null {
  const waiting = state.backgroundCalls.find(({ commandId }) => commandId === id);
  if (waiting === undefined) return null;
  const ended =
    error.name === 'call-not-found'
      ? endBackgroundCall(state, waiting, ENDED_BY_SERVER, at)
      : withError(withoutPendingAccept(state, waiting), 'call', error, waiting.view.callId);
  return chain(ended, (next) => result(next, [rejectIntent(id, error)]));
}

export function onHoldResult(
  state: EngineState,
  { id, on }: CommandOf<'hold'>,
  { call: view, media }: Results['hold'],
  at: number,
): TransitionResult {
  const released =
    !on && isActiveHere(view) ? releaseCurrentFor(state, view.callId, at) : result(state);
  const applied = chain(released, (next) => applyView(next, view, at));
  return chain(applied, (next) => {
    const backgroundCall = findBackgroundCall(next, view.callId);
    // Hung up before this came: the server's word on that is on its way.
    const left = isTerminating(next, view.callId);
    const takenUp =
      !on && !left && backgroundCall !== undefined && isActiveHere(backgroundCall.view);
    const shown = takenUp ? showBackgroundCall(next, backgroundCall, media) : result(next);
    return chain(shown, (after) => result(after, [resolveIntent(id)]));
  });
}

function releaseCurrentFor(state: EngineState, callId: string, at: number): TransitionResult {
  const { call } = state;
  return isActiveCall(call) && call.view.callId !== callId
    ? releaseCurrentCall(state, 'hold', at)
    : result(state);
}

/** What the server did to the shown call with the same decision; its own word on it is on the way. */
function releaseCurrentCall(
  state: EngineState,
  currentCall: 'end' | 'hold',
  at: number,
): TransitionResult {
  const { call } = state;
  if (!isActiveCall(call)) return result(state);
  return currentCall === 'hold'
    ? putOnHold(state, heldView(call.view), call.tracks)
    : endCallHere(state, 'hangup', state.account?.userId ?? null, at);
}

/** It rings as before; what the user wanted on is kept, for the case that the server did hear it. */
function withoutPendingAccept(
  state: EngineState,
  { view, deadline, status, tracks }: BackgroundCall,
): EngineState {
  return setBackgroundCall(state, { view, deadline, status, ...(tracks && { tracks }) });
}
