import type { CallId, CallView } from '../protocol/index.ts';
import type { CallEffect } from './call-effect.ts';
import { isParty, type Aside, type Call, type CallFacts, type EngineState } from './call-state.ts';
import { endingNotifications } from './ending-notifications.ts';
import type { Ending } from './snapshot.ts';
import { onOurClock } from './server-clock.ts';
import { step, type Step } from './step.ts';
import type { Before } from './view-notifications.ts';
import { endingOf, hasBegun, isHeldHere, ownMember } from './view-facts.ts';

/** How many calls that are over are kept in mind, so that a late view does not ring again. */
const OVER_KEPT = 50;

/** Puts a view beside the shown call, in the place of an older one of the same call. */
export function putAside(state: EngineState, entry: Aside): EngineState {
  const at = state.aside.findIndex((one) => one.view.callId === entry.view.callId);
  // In its place, as long as it is the same to the user: the oldest ring stays the first.
  const kept =
    state.aside[at]?.standing === entry.standing
      ? state.aside.with(at, entry)
      : [...state.aside.filter((_, index) => index !== at), entry];
  const over = kept.filter((one) => one.standing === 'over').length;
  const oldest = kept.findIndex((one) => one.standing === 'over');
  return { ...state, aside: over > OVER_KEPT ? kept.toSpliced(oldest, 1) : kept };
}

export function asideOf(state: EngineState, callId: CallId): Aside | undefined {
  return state.aside.find((one) => one.view.callId === callId);
}

/** What the page before a reload had told of a call, and the state when that is done with. */
export function restoredOf(state: EngineState, callId: CallId) {
  const known = state.restored.find((one) => one.callId === callId);
  return { known, without: { ...state, restored: state.restored.filter((one) => one !== known) } };
}

/** What was told of a call kept aside: of some everything as it came, of others nothing. */
export function toldOf(state: EngineState, callId: CallId, otherwise: Before): Before {
  const aside = asideOf(state, callId);
  return aside !== undefined && isTold(aside) ? { kind: 'view', view: aside.view } : otherwise;
}

export function isTold({ standing }: Aside): boolean {
  return standing !== 'waiting' && standing !== 'over';
}

/** How a call ends of which nobody here did anything. */
export const BY_SERVER = { reason: 'ended-by-server', byUserId: null } as const;

/** On hold on this device: its seat is here, and nobody has hung it up here. */
export function isOnHold({ standing, view }: Aside): boolean {
  return standing === 'held' && isHeldHere(view);
}

/** A call kept aside is over on this device before the server says so. */
export function asideEndedHere(
  state: EngineState,
  aside: Aside,
  { reason, byUserId }: Pick<Ending, 'reason' | 'byUserId'>,
  at: number,
): Step {
  const { view } = aside;
  const over = putAside(state, { view, deadline: null, standing: 'over' });
  const connected = hasBegun(view);
  const startedAt = connected ? onOurClock(state, ownMember(view)?.joinedAt ?? 0) : null;
  const totalTimeMs = timeSince(startedAt, at);
  const ending = { reason, byUserId, totalTimeMs, connected };
  return step(over, [], isTold(aside) ? endingNotifications(view, view, ending) : []);
}

export function takeAside(state: EngineState, callId: CallId): EngineState {
  const aside = state.aside.filter((one) => one.view.callId !== callId);
  return aside.length === state.aside.length ? state : { ...state, aside };
}

/** The view of the shown call, where the server has told one and the call is not over. */
export function liveView(call: Call): CallView | null {
  return 'view' in call ? call.view : null;
}

/** The shown call is over: what is shown of it, what is let go. Tells nothing. */
export function endCall(state: EngineState, facts: CallFacts, ending: Ending, at: number): Step {
  const { call } = state;
  const view = liveView(call);
  const effects: CallEffect[] = isParty(call) ? [{ type: 'leave-media' }] : [];
  if (view !== null) effects.push({ type: 'drop-call-commands', callId: view.callId });
  const ended: EngineState = {
    ...state,
    call: { phase: 'ended', facts, ending, at },
    audioBlocked: false,
    trouble: state.trouble?.about === 'link' ? state.trouble : null,
  };
  return step(
    view === null ? ended : putAside(ended, { view, deadline: null, standing: 'over' }),
    effects,
  );
}

/** The server says that the call is over here; `view` takes the place of the one shown. */
export function endedByView(state: EngineState, view: CallView, at: number): Step {
  const { call } = state;
  const begun = hasBegun(view) || (isParty(call) && hasBegun(call.view));
  const ended = endCall(state, view, endingOf(view, begun), at);
  const entry: Aside = { view, deadline: null, standing: 'over', ...asked(call) };
  return { ...ended, state: putAside(ended.state, entry) };
}

/** An accept on its way, or one that the server may have heard: kept with a ring that leaves the screen. */
function asked(call: Call): Partial<Aside> {
  if (call.phase === 'incoming' && call.wished) return { tracks: call.wished };
  if (call.phase !== 'answering') return {};
  const { tracks, commandId } = call;
  return { tracks, commandId };
}

/** What rings on the screen makes room for a call that comes there, and goes on as a second call. */
export function ringAside(state: EngineState): EngineState {
  const { call } = state;
  if (call.phase !== 'incoming' && call.phase !== 'answering') return state;
  const { view, deadline } = call;
  return putAside(state, { view, deadline, standing: 'rung', ...asked(call) });
}

/**
 * The call is over on this device before the server says so: hung up here, the ring's time is up, taken
 * over. Told at once, with the device's own clock, and not again when the view comes.
 */
export function endedHere(
  state: EngineState,
  reason: Ending['reason'],
  byUserId: Ending['byUserId'],
  at: number,
): Step {
  const { call } = state;
  const facts = call.phase === 'calling' ? call.facts : liveView(call);
  if (facts === null) return step({ ...state, call: { phase: 'idle' } });
  const startedAt = isParty(call) ? call.startedAt : null;
  const ending: Ending = {
    reason,
    byUserId,
    totalTimeMs: timeSince(startedAt, at),
    connected: startedAt !== null,
  };
  const ended = endCall(state, facts, ending, at);
  const view = isParty(call) ? call.view : null;
  return { ...ended, notifications: endingNotifications(view, facts, ending) };
}

function timeSince(startedAt: number | null, at: number): number {
  return startedAt === null ? 0 : Math.max(0, Math.round(at - startedAt));
}
