import type { CommandOf, ErrorShape, Results } from '../protocol/index.ts';
import {
  asideEndedHere,
  asideOf,
  BY_SERVER,
  endedHere,
  isOnHold,
  isTold,
  putAside,
} from './call-over.ts';
import type { IntentOf } from './call-event.ts';
import { isParty, wishedTracks, type Aside, type EngineState } from './call-state.ts';
import { bidFarewell, isLeft } from './farewell.ts';
import { heldView, putOnHold } from './on-hold.ts';
import { adopt, applyView } from './on-view.ts';
import { refuse, refused, settled, step, then, troubled, type Step } from './step.ts';
import { actsHere } from './view-facts.ts';
import { waitingCall } from './waiting-call.ts';

/** A call that rings while this device is in another, and calls on hold. */

/** The shown call stays as it is until the server has decided: the other may be over by then. */
export function onAcceptWaiting(state: EngineState, intent: IntentOf<'accept-waiting'>): Step {
  const waiting = waitingCall(state);
  if (waiting === undefined) return refuse(state, intent.intent, 'wrong-state', 'no call waits');
  if (waiting.commandId !== undefined) return step(state, [settled(intent.intent)]);
  const { other, video, intent: commandId } = intent;
  if (other === 'hold' && state.call.phase !== 'in-call') {
    return refuse(state, commandId, 'wrong-state', 'nobody has answered yet');
  }
  const { callId, mediaType } = waiting.view;
  const tracks = wishedTracks(true, mediaType === 'video' && video);
  const command = { type: 'accept', callId, other } as const;
  return step(putAside(state, { ...waiting, tracks, commandId }), [
    { type: 'send-command', id: commandId, command, delivery: 'patient' },
  ]);
}

export function onRejectWaiting(
  state: EngineState,
  { intent }: IntentOf<'reject-waiting'>,
  at: number,
): Step {
  const waiting = waitingCall(state);
  if (waiting === undefined) return step(state, [settled(intent)]);
  const { callId } = waiting.view;
  // An accept under way may have arrived: then there is a seat to give up, and no ring to decline.
  const type = waiting.tracks === undefined ? 'reject' : 'hangup';
  const ended = asideEndedHere(state, waiting, { reason: 'rejected', ...byMyself(state) }, at);
  return then(
    then(ended, (next) => bidFarewell(next, { type, callId })),
    (next) => step(next, [settled(intent)]),
  );
}

export function onHoldWish(state: EngineState, { intent, on }: IntentOf<'hold'>): Step {
  const { call } = state;
  const held = state.aside.findLast(isOnHold);
  const view = on ? (call.phase === 'in-call' ? call.view : undefined) : held?.view;
  if (view === undefined) {
    return refuse(state, intent, 'wrong-state', on ? 'not in a call' : 'no call is on hold');
  }
  const command = { type: 'hold', callId: view.callId, on } as const;
  return step(state, [{ type: 'send-command', id: intent, command, delivery: 'patient' }]);
}

/** Hangs up the newest call on hold, which would be taken up next. */
export function hangUpHeld(state: EngineState, at: number): Step {
  const held = state.aside.findLast(isOnHold);
  return held === undefined ? step(state) : leaveAside(state, held, at);
}

/** Ends every call beside the shown one on this device. */
export function leaveAllAside(state: EngineState, at: number): Step {
  return state.aside.reduce(
    (done, one) => then(done, (next) => leaveAside(next, one, at)),
    step(state),
  );
}

/** A call on hold, or one whose accept the server may have heard, is hung up; a ring goes on elsewhere. */
function leaveAside(state: EngineState, one: Aside, at: number): Step {
  if (!isTold(one)) return step(state);
  const held = isOnHold(one);
  const reason = held ? 'hangup' : 'signed-out';
  const ended = asideEndedHere(state, one, { reason, ...byMyself(state) }, at);
  if (!held && (one.standing !== 'rung' || one.tracks === undefined)) return ended;
  return then(ended, (next) => bidFarewell(next, { type: 'hangup', callId: one.view.callId }));
}

const byMyself = ({ account }: EngineState) => ({ byUserId: account?.userId ?? null });

/** The ring's time is up, with or without the server. An accept under way is left to its answer. */
export function onWaitingTimedOut(state: EngineState, at: number): Step {
  const due = state.aside.filter(
    ({ standing, deadline, commandId }) =>
      standing === 'rung' && commandId === undefined && deadline !== null && deadline <= at,
  );
  return due.reduce((done, one) => then(done, (next) => timedOut(next, one, at)), step(state));
}

/** The server may have heard an accept that was given up here: that seat is given up, too. */
function timedOut(state: EngineState, one: Aside, at: number): Step {
  const over = asideEndedHere(state, one, { reason: 'no-response', byUserId: null }, at);
  if (one.tracks === undefined) return over;
  return then(over, (next) => bidFarewell(next, { type: 'hangup', callId: one.view.callId }));
}

/** The server has decided about a second call; null: the accept was of no call kept aside. */
export function onWaitingAccepted(
  state: EngineState,
  { id, other = 'hold' }: CommandOf<'accept'>,
  { call: view, media }: Results['accept'],
  at: number,
): Step | null {
  const waiting = state.aside.find(({ commandId }) => commandId === id);
  if (waiting === undefined) return null;
  const taken = actsHere(view);
  const freed = taken ? free(state, other, at) : step(state);
  const applied = then(freed, (next) => applyView(next, view, at));
  return then(applied, (next) => {
    const aside = asideOf(next, view.callId);
    if (aside === undefined) return step(next, [settled(id)]);
    const shown =
      taken && actsHere(aside.view) ? adopt(next, aside, media) : step(notAsked(next, aside));
    return then(shown, (after) => step(after, [settled(id)]));
  });
}

/** null: the accept was of no call kept aside. */
export function onWaitingRefused(
  state: EngineState,
  { id }: CommandOf<'accept'>,
  error: ErrorShape,
  at: number,
): Step | null {
  const waiting = state.aside.find(({ commandId }) => commandId === id);
  if (waiting === undefined) return null;
  const told =
    error.name === 'call-not-found'
      ? asideEndedHere(state, waiting, BY_SERVER, at)
      : troubled(notAsked(state, waiting), 'call', error, waiting.view.callId);
  return then(told, (next) => step(next, [refused(id, error)]));
}

export function onHeld(
  state: EngineState,
  { id, on }: CommandOf<'hold'>,
  { call: view, media }: Results['hold'],
  at: number,
): Step {
  const freed = !on && actsHere(view) ? freeFor(state, view.callId, at) : step(state);
  const applied = then(freed, (next) => applyView(next, view, at));
  return then(applied, (next) => {
    const aside = asideOf(next, view.callId);
    // Hung up before this came: the server's word on that is on its way.
    const left = isLeft(next, view.callId);
    const takenUp = !on && !left && aside !== undefined && actsHere(aside.view);
    const shown = takenUp ? adopt(next, aside, media) : step(next);
    return then(shown, (after) => step(after, [settled(id)]));
  });
}

function freeFor(state: EngineState, callId: string, at: number): Step {
  const { call } = state;
  return isParty(call) && call.view.callId !== callId ? free(state, 'hold', at) : step(state);
}

/** What the server did to the shown call with the same decision; its own word on it is on the way. */
function free(state: EngineState, other: 'end' | 'hold', at: number): Step {
  const { call } = state;
  if (!isParty(call)) return step(state);
  return other === 'hold'
    ? putOnHold(state, heldView(call.view), call.tracks)
    : endedHere(state, 'hangup', state.account?.userId ?? null, at);
}

/** It rings as before; what the user wanted on is kept, for the case that the server did hear it. */
function notAsked(state: EngineState, { view, deadline, standing, tracks }: Aside): EngineState {
  return putAside(state, { view, deadline, standing, ...(tracks && { tracks }) });
}
