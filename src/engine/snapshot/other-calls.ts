import type { CallView } from '../../protocol/index.ts';
import { isOnHold } from '../transitions/end-call.ts';
import type { EngineState } from '../state/call-state.ts';
import { reuseArray, reuseObject } from './structural-sharing.ts';
import type { CallSnapshot, ElsewhereCall, HeldCall, WaitingCall } from '../api/snapshot.ts';
import { isActiveElsewhere } from '../state/call-view-selectors.ts';
import { findWaitingCall } from '../state/waiting-call.ts';

type OtherCalls = Pick<CallSnapshot, 'waiting' | 'held' | 'elsewhere'>;

const NONE: OtherCalls = { waiting: null, held: [], elsewhere: null };

/** The part of the snapshot about the background calls. */
export function otherCalls(state: EngineState, previous: CallSnapshot | null): OtherCalls {
  const before = previous ?? NONE;
  const waiting = waitingOf(state);
  const elsewhere = elsewhereOf(state);
  const held = state.backgroundCalls
    .filter(isOnHold)
    .map(({ view }) => heldCall(view, before.held));
  return {
    waiting: waiting && reuseObject(before.waiting ?? undefined, waiting),
    held: reuseArray(before.held, held),
    elsewhere: elsewhere && reuseObject(before.elsewhere ?? undefined, elsewhere),
  };
}

function waitingOf(state: EngineState): WaitingCall | null {
  const waiting = findWaitingCall(state);
  if (waiting === undefined) return null;
  const { callId, callerId, mediaType, isGroup, groupId, members } = waiting.view;
  const caller = members.find(({ userId }) => userId === callerId);
  return {
    callId,
    callerId,
    name: caller?.nickname || callerId,
    avatar: caller?.avatar ?? '',
    mediaType,
    isGroup,
    groupId,
    ringDeadline: waiting.deadline,
  };
}

function heldCall(view: CallView, before: readonly HeldCall[]): HeldCall {
  const { callId, mediaType } = view;
  const known = before.find((one) => one.callId === callId);
  return reuseObject(known, { callId, name: namesOf(view), mediaType });
}

function elsewhereOf({ call, backgroundCalls }: EngineState): ElsewhereCall | null {
  if (call.phase !== 'idle' && call.phase !== 'ended') return null;
  const view = backgroundCalls.find((one) => isActiveElsewhere(one.view))?.view;
  if (view === undefined) return null;
  const { callId, mediaType, isGroup } = view;
  return { callId, name: namesOf(view), mediaType, isGroup };
}

/** The names of the other members who are joined or ringing. */
function namesOf({ members, self }: CallView): string {
  return members
    .filter(({ userId, status }) => userId !== self.userId && isLive(status))
    .map(({ userId, nickname }) => nickname || userId)
    .join(', ');
}

const isLive = (status: string): boolean => status === 'joined' || status === 'ringing';
