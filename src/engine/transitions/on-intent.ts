import { errorShape, type CallView, type CommandId } from '../../protocol/index.ts';
import type { EngineIntent, IntentOf } from '../state/events.ts';
import type { CallEffect } from '../state/effects.ts';
import {
  INITIAL_STATE,
  isActiveCall,
  wantedTracks,
  type Account,
  type EngineState,
  type IncomingCall,
} from '../state/call-state.ts';
import { endCallHere, setBackgroundCall } from './end-call.ts';
import {
  queueTermination,
  compensate,
  type PendingTermination,
} from '../state/pending-termination.ts';
import {
  withoutError,
  failIntent,
  rejectIntent,
  resolveIntent,
  result,
  chain,
  withCall,
  type TransitionResult,
} from '../state/transition-result.ts';
import { onInit, onRenew } from './on-connection.ts';
import {
  hangUpHeld,
  leaveAllBackgroundCalls,
  onAcceptWaiting,
  onHold,
  onRejectWaiting,
} from './on-second-call.ts';
import { setTrack } from './local-tracks.ts';
import { isJoinedHere } from '../state/call-view-selectors.ts';
import { dialingDetails } from './dialing-details.ts';

/** What the program or the user wants. Each intent is settled: at once, or by the server's answer. */
export function onIntent(state: EngineState, intent: EngineIntent, at: number): TransitionResult {
  if (intent.type === 'init') return onInit(state, intent, at);
  if (state.account === null) return failIntent(state, intent.intentId, 'not-initialized');
  const { account, connection } = state;
  switch (intent.type) {
    case 'renew-user-sig':
      return onRenew(state, intent, at);
    case 'reject':
      return onReject(state, intent, at);
    case 'reject-waiting':
      return onRejectWaiting(state, intent, at);
    case 'ignore':
      return onIgnore(state, intent);
    case 'hangup':
      return onHangup(state, intent, at);
    case 'sign-out':
      return onSignOut(state, intent, at);
    case 'dismiss':
      return onDismiss(state, intent);
    case 'turn-track':
      return onTurnTrack(state, intent);
    default:
      // The rest needs the server; without a way to it there is no use in waiting.
      if (connection.status !== 'off') return onServerIntent(state, account, intent, at);
      return result(state, [
        rejectIntent(intent.intentId, connection.error ?? errorShape('not-initialized')),
      ]);
  }
}

type ServerIntent = IntentOf<
  | 'call'
  | 'accept'
  | 'accept-waiting'
  | 'hold'
  | 'join'
  | 'join-group'
  | 'invite'
  | 'switch-media-type'
  | 'set-self-info'
  | 'recent-calls'
  | 'delete-recent-calls'
>;

function onServerIntent(
  state: EngineState,
  account: Account,
  intent: ServerIntent,
  at: number,
): TransitionResult {
  switch (intent.type) {
    case 'call':
      return onCall(state, account, intent, at);
    case 'accept':
      return onAccept(state, intent);
    case 'accept-waiting':
      return onAcceptWaiting(state, intent);
    case 'hold':
      return onHold(state, intent);
    case 'join':
    case 'join-group':
      return onJoin(state, intent);
    case 'invite':
    case 'switch-media-type':
      return onActiveCallCommand(state, intent);
    case 'set-self-info': {
      const { type, nickname, avatar } = intent;
      return sendCommand(state, intent, { type, nickname, avatar });
    }
    case 'recent-calls': {
      const { type, cursor, limit } = intent;
      return sendCommand(state, intent, { type, cursor, limit });
    }
    case 'delete-recent-calls': {
      const { type, callIds } = intent;
      return sendCommand(state, intent, { type, callIds });
    }
  }
}

function sendCommand(
  state: EngineState,
  { intentId }: EngineIntent,
  command: Extract<CallEffect, { type: 'send-command' }>['command'],
): TransitionResult {
  return result(state, [{ type: 'send-command', id: intentId, command, delivery: 'interactive' }]);
}

function onCall(
  state: EngineState,
  account: Account,
  intent: IntentOf<'call'>,
  at: number,
): TransitionResult {
  if (isRepeatedCall(state, intent)) return failIntent(state, intent.intentId, 'repeated-request');
  if (isBusy(state)) return failIntent(state, intent.intentId, 'wrong-state', 'already in a call');
  const { userIds, mediaType, groupId, timeout, userData } = intent;
  const dialing = withCall(withoutError(state, 'call'), {
    phase: 'dialing',
    commandId: intent.intentId,
    details: dialingDetails(account, intent),
    deadline: timeout === 0 ? null : at + timeout * 1000,
    tracks: wantedTracks(true, mediaType === 'video'),
  });
  const { mediaUrl } = state.server;
  const prepare: CallEffect[] = mediaUrl === '' ? [] : [{ type: 'prepare-media', url: mediaUrl }];
  const sent = sendCommand(dialing, intent, {
    type: 'call',
    userIds,
    mediaType,
    groupId,
    timeout,
    userData,
  });
  return { ...sent, effects: [...prepare, ...sent.effects] };
}

/** A second press on the same button: the server has not answered the first one yet. */
function isRepeatedCall({ call }: EngineState, { userIds }: IntentOf<'call'>): boolean {
  if (call.phase !== 'dialing') return false;
  const called = call.details.members.slice(1).map(({ userId }) => userId);
  return called.join() === userIds.join();
}

function isBusy({ call }: EngineState): boolean {
  return call.phase !== 'idle' && call.phase !== 'ended';
}

function onAccept(state: EngineState, intent: IntentOf<'accept'>): TransitionResult {
  const { call } = state;
  if (call.phase === 'answering' || isActiveCall(call))
    return result(state, [resolveIntent(intent.intentId)]);
  if (call.phase !== 'incoming')
    return failIntent(state, intent.intentId, 'wrong-state', 'nothing rings');
  const { view, deadline } = call;
  const tracks = wantedTracks(true, view.mediaType === 'video' && intent.video);
  const commandId = intent.intentId;
  const answering = withCall(withoutError(state, 'call'), {
    phase: 'answering',
    view,
    deadline,
    commandId,
    tracks,
  });
  // A call on hold may be taken up by a command that is under way.
  const action = state.backgroundCalls.some((one) => isJoinedHere(one.view))
    ? { currentCall: 'hold' as const }
    : {};
  return sendCommand(answering, intent, { type: 'accept', callId: view.callId, ...action });
}

function onJoin(state: EngineState, intent: IntentOf<'join' | 'join-group'>): TransitionResult {
  const { call } = state;
  const callId = intent.type === 'join' ? intent.callId : null;
  if (call.phase === 'incoming' && matchesCall(intent, call.view)) {
    return onAccept(state, { type: 'accept', intentId: intent.intentId, video: true });
  }
  if (isBusy(state)) return failIntent(state, intent.intentId, 'wrong-state', 'already in a call');
  const joining = withCall(withoutError(state, 'call'), {
    phase: 'joining',
    callId,
    commandId: intent.intentId,
    tracks: wantedTracks(true, true),
  });
  return sendCommand(
    joining,
    intent,
    intent.type === 'join'
      ? { type: 'join', callId: intent.callId }
      : { type: 'join-group', groupId: intent.groupId },
  );
}

function matchesCall(
  intent: IntentOf<'join' | 'join-group'>,
  { callId, groupId }: CallView,
): boolean {
  return intent.type === 'join' ? intent.callId === callId : intent.groupId === groupId;
}

function onActiveCallCommand(
  state: EngineState,
  intent: IntentOf<'invite' | 'switch-media-type'>,
): TransitionResult {
  const { call } = state;
  if (!isActiveCall(call))
    return failIntent(state, intent.intentId, 'wrong-state', 'not in a call');
  const { callId } = call.view;
  if (intent.type === 'switch-media-type') {
    const { mediaType } = intent;
    return sendCommand(state, intent, { type: 'switch-media-type', callId, mediaType });
  }
  const { userIds, timeout } = intent;
  return sendCommand(state, intent, { type: 'invite', callId, userIds, timeout });
}

function onReject(state: EngineState, intent: IntentOf<'reject'>, at: number): TransitionResult {
  const { call } = state;
  if (call.phase !== 'incoming') {
    return call.phase === 'idle' || call.phase === 'ended'
      ? result(state, [resolveIntent(intent.intentId)])
      : failIntent(state, intent.intentId, 'wrong-state', 'nothing rings');
  }
  return settle(endAndTerminate(state, declineCommand(call), at), intent);
}

/** The server may have heard an accept that was not answered in time: then there is a seat to leave. */
function declineCommand({ view, unconfirmedTracks }: IncomingCall): PendingTermination {
  return { type: unconfirmedTracks === null ? 'reject' : 'hangup', callId: view.callId };
}

function onIgnore(state: EngineState, { intentId }: IntentOf<'ignore'>): TransitionResult {
  const { call } = state;
  if (call.phase !== 'incoming') {
    return call.phase === 'idle' || call.phase === 'ended'
      ? result(state, [resolveIntent(intentId)])
      : failIntent(state, intentId, 'wrong-state', 'nothing rings');
  }
  const { view, deadline } = call;
  const idle = withCall(state, { phase: 'idle' });
  return result(setBackgroundCall(idle, { view, deadline, status: 'ignored' }), [
    resolveIntent(intentId),
  ]);
}

/** Over here at once; the server is told for as long as it takes. */
function onHangup(state: EngineState, intent: IntentOf<'hangup'>, at: number): TransitionResult {
  const { call } = state;
  const left = call.phase === 'idle' ? hangUpHeld(state, at) : leaveCurrentCall(state, at);
  return settle(left, intent);
}

function settle(done: TransitionResult, { intentId }: EngineIntent): TransitionResult {
  return chain(done, (next) => result(next, [resolveIntent(intentId)]));
}

function leaveCurrentCall(state: EngineState, at: number): TransitionResult {
  const { call } = state;
  switch (call.phase) {
    case 'idle':
    case 'ended':
      return result(state);
    case 'incoming':
      return endAndTerminate(state, declineCommand(call), at);
    case 'outgoing':
    case 'in-call':
      return endAndTerminate(state, { type: 'hangup', callId: call.view.callId }, at);
    case 'answering': {
      const termination = { type: 'hangup', callId: call.view.callId } as const;
      return endWhilePending(state, call.commandId, termination, at);
    }
    case 'joining':
    case 'dialing':
      return endWhilePending(state, call.commandId, compensate(call), at);
  }
}

/**
 * Ends every call on this device: each call that the program was notified of gets its one terminal event. Calls
 * that this device has joined are hung up; a ring goes on on the user's other devices. From here on nobody is
 * signed in: what the server still sends is ignored, and only pending hangups are retried until `reset()`.
 */
function onSignOut(state: EngineState, intent: IntentOf<'sign-out'>, at: number): TransitionResult {
  const { call } = state;
  const rings = call.phase === 'incoming' && call.unconfirmedTracks === null;
  const shown = rings
    ? endCallHere(state, 'signed-out', state.account?.userId ?? null, at)
    : leaveCurrentCall(state, at);
  const all = chain(shown, (next) => leaveAllBackgroundCalls(next, at));
  const signedOut = chain(all, ({ connection, pendingTerminations, missedSeq }) =>
    result({ ...INITIAL_STATE, connection, pendingTerminations, missedSeq }),
  );
  return settle(signedOut, intent);
}

function endWhilePending(
  state: EngineState,
  id: CommandId,
  termination: PendingTermination,
  at: number,
): TransitionResult {
  const ended = endAndTerminate(state, termination, at);
  const error = errorShape('wrong-state', 'taken back');
  // The command may have arrived or not; the farewell makes up for it either way.
  return {
    ...ended,
    effects: [{ type: 'drop-command', id }, rejectIntent(id, error), ...ended.effects],
  };
}

function endAndTerminate(
  state: EngineState,
  termination: PendingTermination,
  at: number,
): TransitionResult {
  const reason = localEndReason(state);
  const byUserId = state.account?.userId ?? null;
  return chain(endCallHere(state, reason, byUserId, at), (next) =>
    queueTermination(next, termination),
  );
}

function localEndReason({ call }: EngineState): 'cancelled' | 'rejected' | 'hangup' {
  if (call.phase === 'incoming' || call.phase === 'answering') return 'rejected';
  return call.phase === 'in-call' ? 'hangup' : 'cancelled';
}

function onDismiss(state: EngineState, { intentId }: IntentOf<'dismiss'>): TransitionResult {
  const cleared = { ...state, activeError: null };
  const next = state.call.phase === 'ended' ? withCall(cleared, { phase: 'idle' }) : cleared;
  return result(next, [resolveIntent(intentId)]);
}

function onTurnTrack(state: EngineState, intent: IntentOf<'turn-track'>): TransitionResult {
  const { call } = state;
  const { source, on } = intent;
  if (!('tracks' in call))
    return failIntent(state, intent.intentId, 'wrong-state', 'not in a call');
  const mediaType = mediaTypeOf(state);
  if (on && source !== 'microphone' && mediaType === 'audio') {
    const message = 'an audio call has no picture: switchCallMediaType() first';
    return failIntent(state, intent.intentId, 'wrong-state', message);
  }
  if (!isActiveCall(call)) {
    // Nothing opens before the server has named this device; the wish is kept until then.
    const wanted = { ...call.tracks[source], wanted: on };
    const next = { ...call, tracks: { ...call.tracks, [source]: wanted } };
    return result(withCall(state, next), [resolveIntent(intent.intentId)]);
  }
  const turned = setTrack(call, source, on, intent.intentId);
  return result(withCall(withoutError(state, source), turned.activeCall), turned.effects);
}

function mediaTypeOf({ call }: EngineState): 'audio' | 'video' | null {
  if ('view' in call) return call.view.mediaType;
  return 'details' in call ? call.details.mediaType : null;
}
