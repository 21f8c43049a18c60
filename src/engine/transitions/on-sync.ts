import type { CallId, CallView, CommandOf, MissedCall, Results } from '../../protocol/index.ts';
import {
  endBackgroundCall,
  ENDED_BY_SERVER,
  findBackgroundCall,
  endCallHere,
  isNotified,
  currentView,
  setBackgroundCall,
  takeRestored,
} from './end-call.ts';
import type { CallEffect } from '../state/effects.ts';
import type { EngineState } from '../state/call-state.ts';
import type { Notification } from '../api/observer.ts';
import { applyView } from './on-call-view.ts';
import { updateClockOffsetFromSync } from '../state/server-clock.ts';
import {
  withoutError,
  notification,
  resolveIntent,
  result,
  chain,
  type TransitionResult,
} from '../state/transition-result.ts';
import { isOverHere } from '../state/call-view-selectors.ts';

/** An older result of a sync is discarded and requested again. */
const MAX_SYNC_AGE_MS = 5000;

/** Requests the server's state of all calls that this device knows. */
export function requestSync(state: EngineState, at: number): TransitionResult {
  const command = {
    type: 'sync',
    knownCallIds: knownCallIds(state),
    missedSince: state.missedSeq,
  } as const;
  const requested = { ...state, server: { ...state.server, syncRequestedAt: at } };
  return result(requested, [{ type: 'send-command', id: null, command, delivery: 'immediate' }]);
}

function knownCallIds(state: EngineState): readonly CallId[] {
  const live = state.backgroundCalls.filter(
    ({ view, status }) => status !== 'ended' || !isOverHere(view),
  );
  const known = [currentView(state.call), ...state.restored, ...live.map(({ view }) => view)];
  return [...new Set(known.flatMap((one) => one?.callId ?? []))];
}

/** Applies the result of a sync, then releases the waiting commands. */
export function onSyncResult(
  state: EngineState,
  command: CommandOf<'sync'>,
  { calls, missed, missedSeq }: Results['sync'],
  at: number,
): TransitionResult {
  // A sleeping tab may have delayed the result; an old state must not ring now.
  if (at - (state.server.syncRequestedAt ?? at) > MAX_SYNC_AGE_MS) return requestSync(state, at);
  // The server has lost its database and numbers missed calls from the start: sync as a new device.
  if (missedSeq < (command.missedSince ?? 0) && state.pendingMissed.length === 0)
    return requestSync({ ...state, missedSeq: null }, at);
  const [any] = calls;
  let synced = result(any === undefined ? state : updateClockOffsetFromSync(state, any.serverNow));
  // Ended calls first: they must not keep a ringing one from the screen.
  for (const view of [...calls].sort(endingsFirst)) {
    synced = chain(synced, (next) => applyView(next, view, at));
  }
  for (const callId of command.knownCallIds) {
    if (calls.some((view) => view.callId === callId)) continue;
    synced = chain(synced, (next) => onForgottenCall(next, callId, at));
  }
  synced = chain(synced, (next) => notifyMissed({ ...next, pendingMissed: [] }, missed));
  synced = chain(synced, (next) => notifyMissed(next, state.pendingMissed));
  synced = chain(synced, (next) =>
    result({ ...next, missedSeq: Math.max(missedSeq, next.missedSeq ?? 0) }),
  );
  return chain(synced, markOnline);
}

function endingsFirst(a: CallView, b: CallView): number {
  return Number(isOverHere(b)) - Number(isOverHere(a)) || a.createdAt - b.createdAt;
}

/** Ends a call that the server no longer knows. */
function onForgottenCall(state: EngineState, callId: CallId, at: number): TransitionResult {
  if (currentView(state.call)?.callId === callId) {
    return chain(endCallHere(state, 'ended-by-server', null, at), (next) =>
      result(markUnknown(next, callId)),
    );
  }
  const known = takeRestored(state, callId).without;
  const backgroundCall = findBackgroundCall(known, callId);
  return backgroundCall !== undefined && isNotified(backgroundCall)
    ? endBackgroundCall(known, backgroundCall, ENDED_BY_SERVER, at)
    : result(markUnknown(known, callId));
}

/** Marks a background call as ended, because the server does not know it or this user's participation. */
export function markUnknown(state: EngineState, callId: CallId): EngineState {
  const backgroundCall = findBackgroundCall(state, callId);
  if (backgroundCall === undefined) return state;
  const view: CallView = { ...backgroundCall.view, status: 'ended' };
  return setBackgroundCall(state, { view, deadline: null, status: 'ended' });
}

/**
 * Notifies a missed call. One that arrives before the result of the sync waits for it: the result may
 * contain older ones, and notifications must have increasing `seq`.
 */
export function onMissedCall(state: EngineState, missed: MissedCall): TransitionResult {
  if (state.connection.status === 'online') return notifyMissed(state, [missed]);
  return result({ ...state, pendingMissed: [...state.pendingMissed, missed] });
}

/** Notifies the missed calls that are newer than the last notified one. */
function notifyMissed(state: EngineState, missed: readonly MissedCall[]): TransitionResult {
  const seen = state.missedSeq ?? -1;
  const fresh = missed.filter(({ seq }) => seq > seen).sort((a, b) => a.seq - b.seq);
  const newest = fresh.at(-1);
  if (newest === undefined) return result(state);
  return result({ ...state, missedSeq: newest.seq }, [], fresh.map(missedNotification));
}

function missedNotification(missed: MissedCall): Notification {
  const { callId, callerId, mediaType, reason, groupId } = missed;
  const info = { callId, groupId, callerId, reason };
  return notification('onCallMissed', [callId, callerId, mediaType, reason], info);
}

function markOnline(state: EngineState): TransitionResult {
  const { connection, account } = state;
  if (connection.status === 'off' || account === null) return result(state);
  const intent = connection.status === 'connecting' ? connection.intentId : null;
  const effects: CallEffect[] = [{ type: 'release-commands' }];
  if (intent !== null) effects.push(resolveIntent(intent));
  const nickname = account.pendingProfile.nickname ?? account.nickname;
  const avatar = account.pendingProfile.avatar ?? account.avatar;
  if (nickname !== account.nickname || avatar !== account.avatar) {
    const command = { type: 'set-self-info', nickname, avatar } as const;
    effects.push({ type: 'send-command', id: null, command, delivery: 'interactive' });
  }
  const next: EngineState = {
    ...state,
    connection: { status: 'online' },
    account: { ...account, pendingProfile: { nickname: null, avatar: null } },
  };
  return result(withoutError(next, 'connection'), effects);
}
