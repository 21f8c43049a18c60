import type { CallView } from '../protocol/index.ts';
import { isOnHold } from './call-over.ts';
import type { EngineState } from './call-state.ts';
import { kept, keptPart } from './kept.ts';
import type { CallSnapshot, ElsewhereCall, HeldCall, WaitingCall } from './snapshot.ts';
import { actsElsewhere } from './view-facts.ts';
import { waitingCall } from './waiting-call.ts';

type ShownAside = Pick<CallSnapshot, 'waiting' | 'held' | 'elsewhere'>;

const NONE: ShownAside = { waiting: null, held: [], elsewhere: null };

/** What is shown of the calls beside the one on the screen. */
export function shownAside(state: EngineState, previous: CallSnapshot | null): ShownAside {
  const was = previous ?? NONE;
  const waiting = waitingOf(state);
  const elsewhere = elsewhereOf(state);
  const held = state.aside.filter(isOnHold).map(({ view }) => heldCall(view, was.held));
  return {
    waiting: waiting && keptPart(was.waiting ?? undefined, waiting),
    held: kept(was.held, held),
    elsewhere: elsewhere && keptPart(was.elsewhere ?? undefined, elsewhere),
  };
}

function waitingOf(state: EngineState): WaitingCall | null {
  const waiting = waitingCall(state);
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
  return keptPart(known, { callId, name: namesOf(view), mediaType });
}

function elsewhereOf({ call, aside }: EngineState): ElsewhereCall | null {
  if (call.phase !== 'idle' && call.phase !== 'ended') return null;
  const view = aside.find((one) => actsElsewhere(one.view))?.view;
  if (view === undefined) return null;
  const { callId, mediaType, isGroup } = view;
  return { callId, name: namesOf(view), mediaType, isGroup };
}

/** Who else is in the call or rung by it. */
function namesOf({ members, self }: CallView): string {
  return members
    .filter(({ userId, status }) => userId !== self.userId && isLive(status))
    .map(({ userId, nickname }) => nickname || userId)
    .join(', ');
}

const isLive = (status: string): boolean => status === 'joined' || status === 'ringing';
