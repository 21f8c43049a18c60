import { errorShape, type CallView, type MemberView, type UserId } from '../../protocol/index.ts';
import type { EngineIntent, IntentOf } from '../state/events.ts';
import type { CallEffect } from '../state/effects.ts';
import {
  isActiveCall,
  wantedTracks,
  type CallDetails,
  type Account,
  type EngineState,
} from '../state/call-state.ts';
import {
  withoutError,
  failIntent,
  rejectIntent,
  resolveIntent,
  result,
  withCall,
  type TransitionResult,
} from '../state/transition-result.ts';
import { onInit, onRenew } from './on-connection.ts';
import { onHangup, onIgnore, onReject, onSignOut } from './on-leave.ts';
import { onAcceptWaiting, onHold, onRejectWaiting } from './on-second-call.ts';
import { isForbidden, setTrack } from './local-tracks.ts';
import { onRetryMedia } from './media-absence.ts';
import { findWaitingCall } from '../state/waiting-call.ts';
import { isJoinedHere } from '../state/call-view-selectors.ts';

/** Handles an intent. Each one settles, at once or with the acknowledgement of its command. */
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
    case 'retry-media':
      return onRetryMedia(state, intent);
    case 'turn-track':
      return onTurnTrack(state, intent);
    default:
      // The other intents need the server, and `off` does not reconnect by itself.
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
  | 'report-unanswerable'
  | 'hold'
  | 'join'
  | 'join-group'
  | 'invite'
  | 'switch-media-type'
  | 'set-self-info'
  | 'recent-calls'
  | 'delete-recent-calls'
  | 'set-push-target'
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
    case 'report-unanswerable':
      return onUnanswerable(state, intent);
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
    case 'set-push-target':
      return onSetPushTarget(state, intent);
  }
}

function onSetPushTarget(
  state: EngineState,
  intent: IntentOf<'set-push-target'>,
): TransitionResult {
  const { type, target, on } = intent;
  return sendCommand(state, intent, { type, target, on });
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
    tracks: wantedTracks(true, mediaType === 'video' && intent.video !== false),
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

/** The same users are called again before the server has acknowledged the first call. */
function isRepeatedCall({ call }: EngineState, { userIds }: IntentOf<'call'>): boolean {
  if (call.phase !== 'dialing') return false;
  const called = call.details.members.slice(1).map(({ userId }) => userId);
  return called.join() === userIds.join();
}

function isBusy({ call }: EngineState): boolean {
  return call.phase !== 'idle' && call.phase !== 'ended';
}

/** The details of a dialing call, shown until the server acknowledges it. */
function dialingDetails(account: Account, intent: IntentOf<'call'>): CallDetails {
  const { userIds, mediaType, groupId, userData } = intent;
  const { userId, nickname, avatar } = account;
  const self: MemberView = {
    ...placeholderMember(userId, null),
    nickname,
    avatar,
    status: 'joined',
  };
  const callees = userIds.map((id) => placeholderMember(id, userId));
  return {
    callId: null,
    mediaType,
    groupId,
    isGroup: groupId !== '' || userIds.length > 1,
    callerId: userId,
    userData,
    members: [self, ...callees],
    self: { userId },
  };
}

function placeholderMember(userId: UserId, invitedBy: UserId | null): MemberView {
  return {
    userId,
    nickname: '',
    avatar: '',
    role: invitedBy === null ? 'caller' : 'callee',
    status: 'ringing',
    statusVersion: 0,
    invitedBy,
    invitedVersion: 0,
    alerted: false,
    away: false,
    held: false,
    joinedAt: null,
    leftAt: null,
  };
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
  // A pending command may resume a held call, which would then be the current one.
  const action = state.backgroundCalls.some((one) => isJoinedHere(one.view))
    ? { currentCall: 'hold' as const }
    : {};
  return sendCommand(answering, intent, { type: 'accept', callId: view.callId, ...action });
}

function onUnanswerable(
  state: EngineState,
  { intentId }: IntentOf<'report-unanswerable'>,
): TransitionResult {
  const view = state.call.phase === 'incoming' ? state.call.view : findWaitingCall(state)?.view;
  if (view === undefined) return result(state, [resolveIntent(intentId)]);
  const command = { type: 'alerted', callId: view.callId, canAnswer: false } as const;
  return result(state, [
    { type: 'send-command', id: null, command, delivery: 'interactive' },
    resolveIntent(intentId),
  ]);
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
  const details = detailsOf(state);
  if (on && details !== null && isForbidden(details, source)) {
    const message =
      source !== 'microphone' && details.mediaType === 'audio'
        ? 'an audio call has no video: call switchCallMediaType() first'
        : 'the back end has muted this user';
    return failIntent(state, intent.intentId, 'wrong-state', message);
  }
  if (!isActiveCall(call)) {
    // No track opens before the server has given this session the seat.
    const wanted = { ...call.tracks[source], wanted: on };
    const next = { ...call, tracks: { ...call.tracks, [source]: wanted } };
    return result(withCall(state, next), [resolveIntent(intent.intentId)]);
  }
  const turned = setTrack(call, source, on, intent.intentId);
  return result(withCall(withoutError(state, source), turned.activeCall), turned.effects);
}

function detailsOf({ call }: EngineState): CallDetails | null {
  if ('view' in call) return call.view;
  return 'details' in call ? call.details : null;
}
