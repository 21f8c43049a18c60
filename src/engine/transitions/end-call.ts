import type { CallId, CallView } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';
import {
  isActiveCall,
  type BackgroundCall,
  type CurrentCall,
  type CallDetails,
  type EngineState,
} from '../state/call-state.ts';
import { endingNotifications } from '../notifications/ending-notifications.ts';
import type { Ending } from '../api/snapshot.ts';
import { toLocalTime } from '../state/server-clock.ts';
import { result, type TransitionResult } from '../state/transition-result.ts';
import type { Baseline } from '../notifications/call-notifications.ts';
import { endingOf, wasConnectedHere, isHeldHere, ownMember } from '../state/call-view-selectors.ts';

/** How many ended calls the state keeps, so that a late view does not ring again. */
const MAX_ENDED_CALLS = 50;

/** Adds a background call, or replaces the entry of the same call. */
export function setBackgroundCall(state: EngineState, entry: BackgroundCall): EngineState {
  const at = state.backgroundCalls.findIndex((one) => one.view.callId === entry.view.callId);
  // An entry with the same status keeps its position, so that the oldest ring stays the first.
  const entries =
    state.backgroundCalls[at]?.status === entry.status
      ? state.backgroundCalls.with(at, entry)
      : [...state.backgroundCalls.filter((_, index) => index !== at), entry];
  const ended = entries.filter((one) => one.status === 'ended').length;
  const oldest = entries.findIndex((one) => one.status === 'ended');
  return {
    ...state,
    backgroundCalls: ended > MAX_ENDED_CALLS ? entries.toSpliced(oldest, 1) : entries,
  };
}

export function findBackgroundCall(state: EngineState, callId: CallId): BackgroundCall | undefined {
  return state.backgroundCalls.find((one) => one.view.callId === callId);
}

/** Returns the restored entry of a call, and the state without it. */
export function takeRestored(state: EngineState, callId: CallId) {
  const known = state.restored.find((one) => one.callId === callId);
  return { known, without: { ...state, restored: state.restored.filter((one) => one !== known) } };
}

/** The baseline of a background call: its view if it was notified, else `otherwise`. */
export function baselineOf(state: EngineState, callId: CallId, otherwise: Baseline): Baseline {
  const backgroundCall = findBackgroundCall(state, callId);
  return backgroundCall !== undefined && isNotified(backgroundCall)
    ? { kind: 'view', view: backgroundCall.view }
    : otherwise;
}

/** The notifications of this background call are up to date, and its end is still to be notified. */
export function isNotified({ status }: BackgroundCall): boolean {
  return status !== 'pending' && status !== 'ended';
}

/** The ending of a call that the server has ended or no longer knows. */
export const ENDED_BY_SERVER = { reason: 'ended-by-server', byUserId: null } as const;

/** On hold on this device, and not hung up here. */
export function isOnHold({ status, view }: BackgroundCall): boolean {
  return status === 'held' && isHeldHere(view);
}

/** Ends a background call on this device before the server's view shows its end. */
export function endBackgroundCall(
  state: EngineState,
  backgroundCall: BackgroundCall,
  { reason, byUserId }: Pick<Ending, 'reason' | 'byUserId'>,
  at: number,
): TransitionResult {
  const { view } = backgroundCall;
  const over = setBackgroundCall(state, { view, deadline: null, status: 'ended' });
  const connected = wasConnectedHere(view);
  const startedAt = connected ? toLocalTime(state, ownMember(view)?.joinedAt ?? 0) : null;
  const totalTimeMs = timeSince(startedAt, at);
  const ending = { reason, byUserId, totalTimeMs, connected };
  return result(
    over,
    [],
    isNotified(backgroundCall) ? endingNotifications(view, view, ending) : [],
  );
}

export function removeBackgroundCall(state: EngineState, callId: CallId): EngineState {
  const backgroundCalls = state.backgroundCalls.filter((one) => one.view.callId !== callId);
  return backgroundCalls.length === state.backgroundCalls.length
    ? state
    : { ...state, backgroundCalls };
}

/** The view of the current call; null without one, and after its end. */
export function currentView(call: CurrentCall): CallView | null {
  return 'view' in call ? call.view : null;
}

/** Ends the current call: shows the ending and leaves media. Makes no notifications. */
function endCall(
  state: EngineState,
  details: CallDetails,
  ending: Ending,
  at: number,
): TransitionResult {
  const { call } = state;
  const view = currentView(call);
  const effects: CallEffect[] = isActiveCall(call) ? [{ type: 'leave-media' }] : [];
  if (view !== null) effects.push({ type: 'drop-call-commands', callId: view.callId });
  const ended: EngineState = {
    ...state,
    call: { phase: 'ended', details, ending, at },
    audioBlocked: false,
    activeError: state.activeError?.scope === 'connection' ? state.activeError : null,
  };
  return result(
    view === null ? ended : setBackgroundCall(ended, { view, deadline: null, status: 'ended' }),
    effects,
  );
}

/** Ends the current call because the server's view shows its end. Makes no notifications. */
export function endCallByView(state: EngineState, view: CallView, at: number): TransitionResult {
  const { call } = state;
  const connected = wasConnectedHere(view) || (isActiveCall(call) && wasConnectedHere(call.view));
  const ended = endCall(state, view, endingOf(view, connected), at);
  const entry: BackgroundCall = {
    view,
    deadline: null,
    status: 'ended',
    ...unconfirmedAccept(call),
  };
  return { ...ended, state: setBackgroundCall(ended.state, entry) };
}

/** The pending or timed-out accept of a ring; it stays with the call when the call leaves the screen. */
function unconfirmedAccept(call: CurrentCall): Partial<BackgroundCall> {
  if (call.phase === 'incoming' && call.unconfirmedTracks)
    return { tracks: call.unconfirmedTracks };
  if (call.phase !== 'answering') return {};
  const { tracks, commandId } = call;
  return { tracks, commandId };
}

/** Moves the ring on the screen to the background, where it continues as a waiting call. */
export function moveRingToBackground(state: EngineState): EngineState {
  const { call } = state;
  if (call.phase !== 'incoming' && call.phase !== 'answering') return state;
  const { view, deadline } = call;
  return setBackgroundCall(state, {
    view,
    deadline,
    status: 'ringing',
    ...unconfirmedAccept(call),
  });
}

/**
 * Ends the current call on this device before the server's view shows its end: the user hung up, the
 * ring expired, or the session ended. Notifies the end at once, with the duration by the engine's
 * clock. The view that arrives later causes no second notification.
 */
export function endCallHere(
  state: EngineState,
  reason: Ending['reason'],
  byUserId: Ending['byUserId'],
  at: number,
): TransitionResult {
  const { call } = state;
  const details = call.phase === 'dialing' ? call.details : currentView(call);
  if (details === null) return result({ ...state, call: { phase: 'idle' } });
  const startedAt = isActiveCall(call) ? call.startedAt : null;
  const ending: Ending = {
    reason,
    byUserId,
    totalTimeMs: timeSince(startedAt, at),
    connected: startedAt !== null,
  };
  const ended = endCall(state, details, ending, at);
  const view = isActiveCall(call) ? call.view : null;
  return { ...ended, notifications: endingNotifications(view, details, ending) };
}

function timeSince(startedAt: number | null, at: number): number {
  return startedAt === null ? 0 : Math.max(0, Math.round(at - startedAt));
}
