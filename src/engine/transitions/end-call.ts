import type { CallId, CallView } from '../../protocol/index.ts';
import type { CallEffect } from '../state/effects.ts';
import {
  isActiveCall,
  type BackgroundCall,
  type CurrentCall,
  type CallDetails,
  type EngineState,
  type IncomingCall,
} from '../state/call-state.ts';
import { endingNotifications } from '../notifications/ending-notifications.ts';
import type { Ending } from '../api/snapshot.ts';
import { toLocalTime } from '../state/server-clock.ts';
import { chain, result, type TransitionResult } from '../state/transition-result.ts';
import type { Baseline } from '../notifications/call-notifications.ts';
import { endingOf, wasConnectedHere, isHeldHere, ownMember } from '../state/call-view-selectors.ts';
import { queueTermination } from '../state/pending-termination.ts';

/** How many calls that are over are kept in mind, so that a late view does not ring again. */
const MAX_ENDED_CALLS = 50;

/** Puts a view beside the shown call, in the place of an older one of the same call. */
export function setBackgroundCall(state: EngineState, entry: BackgroundCall): EngineState {
  const at = state.backgroundCalls.findIndex((one) => one.view.callId === entry.view.callId);
  // In its place, as long as it is the same to the user: the oldest ring stays the first.
  const remaining =
    state.backgroundCalls[at]?.status === entry.status
      ? state.backgroundCalls.with(at, entry)
      : [...state.backgroundCalls.filter((_, index) => index !== at), entry];
  const over = remaining.filter((one) => one.status === 'ended').length;
  const oldest = remaining.findIndex((one) => one.status === 'ended');
  return {
    ...state,
    backgroundCalls: over > MAX_ENDED_CALLS ? remaining.toSpliced(oldest, 1) : remaining,
  };
}

export function findBackgroundCall(state: EngineState, callId: CallId): BackgroundCall | undefined {
  return state.backgroundCalls.find((one) => one.view.callId === callId);
}

/** What the page before a reload had told of a call, and the state when that is done with. */
export function takeRestored(state: EngineState, callId: CallId) {
  const known = state.restored.find((one) => one.callId === callId);
  return { known, without: { ...state, restored: state.restored.filter((one) => one !== known) } };
}

/** What was told of a call kept aside: of some everything as it came, of others nothing. */
export function baselineOf(state: EngineState, callId: CallId, otherwise: Baseline): Baseline {
  const backgroundCall = findBackgroundCall(state, callId);
  return backgroundCall !== undefined && isNotified(backgroundCall)
    ? { kind: 'view', view: backgroundCall.view }
    : otherwise;
}

export function isNotified({ status }: BackgroundCall): boolean {
  return status !== 'pending' && status !== 'ended';
}

/** How a call ends of which nobody here did anything. */
export const ENDED_BY_SERVER = { reason: 'ended-by-server', byUserId: null } as const;

/** On hold on this device: its seat is here, and nobody has hung it up here. */
export function isOnHold({ status, view }: BackgroundCall): boolean {
  return status === 'held' && isHeldHere(view);
}

/** A call kept aside is over on this device before the server says so. */
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

/** The view of the shown call, where the server has told one and the call is not over. */
export function currentView(call: CurrentCall): CallView | null {
  return 'view' in call ? call.view : null;
}

/** The shown call is over: what is shown of it, what is let go. Tells nothing. */
export function endCall(
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

/** The server says that the call is over here; `view` takes the place of the one shown. */
export function endCallByView(state: EngineState, view: CallView, at: number): TransitionResult {
  const { call } = state;
  const begun = wasConnectedHere(view) || (isActiveCall(call) && wasConnectedHere(call.view));
  const ended = endCall(state, view, endingOf(view, begun), at);
  const entry: BackgroundCall = {
    view,
    deadline: null,
    status: 'ended',
    ...unconfirmedAccept(call),
  };
  return { ...ended, state: setBackgroundCall(ended.state, entry) };
}

/** An accept on its way, or one that the server may have heard: kept with a ring that leaves the screen. */
function unconfirmedAccept(call: CurrentCall): Partial<BackgroundCall> {
  if (call.phase === 'incoming' && call.unconfirmedTracks)
    return { tracks: call.unconfirmedTracks };
  if (call.phase !== 'answering') return {};
  const { tracks, commandId } = call;
  return { tracks, commandId };
}

/** What rings on the screen makes room for a call that comes there, and goes on as a second call. */
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
 * The call is over on this device before the server says so: hung up here, the ring's time is up, taken
 * over. Told at once, with the device's own clock, and not again when the view comes.
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
