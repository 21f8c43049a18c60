import {
  errorShape,
  type CallView,
  type CommandId,
  type MemberView,
  type UserId,
} from '../protocol/index.ts';
import type { Intent, IntentOf } from './call-event.ts';
import type { CallEffect } from './call-effect.ts';
import {
  INITIAL,
  isParty,
  wishedTracks,
  type CallFacts,
  type Account,
  type EngineState,
  type Incoming,
} from './call-state.ts';
import { endedHere, putAside } from './call-over.ts';
import { bidFarewell, takeBack, type Farewell } from './farewell.ts';
import { cleared, refuse, refused, settled, step, then, withCall, type Step } from './step.ts';
import { onInit, onRenew } from './on-link.ts';
import {
  hangUpHeld,
  leaveAllAside,
  onAcceptWaiting,
  onHoldWish,
  onRejectWaiting,
} from './on-second-call.ts';
import { turn } from './tracks.ts';
import { seatHere } from './view-facts.ts';

/** What the program or the user wants. Each intent is settled: at once, or by the server's answer. */
export function onIntent(state: EngineState, intent: Intent, at: number): Step {
  if (intent.type === 'init') return onInit(state, intent, at);
  if (state.account === null) return refuse(state, intent.intent, 'not-initialized');
  const { account, link } = state;
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
      if (link.status !== 'off') return onServerIntent(state, account, intent, at);
      return step(state, [refused(intent.intent, link.error ?? errorShape('not-initialized'))]);
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
): Step {
  switch (intent.type) {
    case 'call':
      return onCall(state, account, intent, at);
    case 'accept':
      return onAccept(state, intent);
    case 'accept-waiting':
      return onAcceptWaiting(state, intent);
    case 'hold':
      return onHoldWish(state, intent);
    case 'join':
    case 'join-group':
      return onJoin(state, intent);
    case 'invite':
    case 'switch-media-type':
      return onPartyCommand(state, intent);
    case 'set-self-info': {
      const { type, nickname, avatar } = intent;
      return ask(state, intent, { type, nickname, avatar });
    }
    case 'recent-calls': {
      const { type, cursor, limit } = intent;
      return ask(state, intent, { type, cursor, limit });
    }
    case 'delete-recent-calls': {
      const { type, callIds } = intent;
      return ask(state, intent, { type, callIds });
    }
  }
}

function ask(
  state: EngineState,
  { intent }: Intent,
  command: Extract<CallEffect, { type: 'send-command' }>['command'],
): Step {
  return step(state, [{ type: 'send-command', id: intent, command, delivery: 'patient' }]);
}

function onCall(state: EngineState, account: Account, intent: IntentOf<'call'>, at: number): Step {
  if (isAsked(state, intent)) return refuse(state, intent.intent, 'repeated-request');
  if (isBusy(state)) return refuse(state, intent.intent, 'wrong-state', 'already in a call');
  const { userIds, mediaType, groupId, timeout, userData } = intent;
  const draft = withCall(cleared(state, 'call'), {
    phase: 'calling',
    commandId: intent.intent,
    facts: draftFacts(account, intent),
    deadline: timeout === 0 ? null : at + timeout * 1000,
    tracks: wishedTracks(true, mediaType === 'video'),
  });
  const { mediaUrl } = state.server;
  const prepare: CallEffect[] = mediaUrl === '' ? [] : [{ type: 'prepare-media', url: mediaUrl }];
  const asked = ask(draft, intent, {
    type: 'call',
    userIds,
    mediaType,
    groupId,
    timeout,
    userData,
  });
  return { ...asked, effects: [...prepare, ...asked.effects] };
}

/** A second press on the same button: the server has not answered the first one yet. */
function isAsked({ call }: EngineState, { userIds }: IntentOf<'call'>): boolean {
  if (call.phase !== 'calling') return false;
  const called = call.facts.members.slice(1).map(({ userId }) => userId);
  return called.join() === userIds.join();
}

function isBusy({ call }: EngineState): boolean {
  return call.phase !== 'idle' && call.phase !== 'ended';
}

/** The call as it is shown until the server has answered. */
function draftFacts(account: Account, intent: IntentOf<'call'>): CallFacts {
  const { userIds, mediaType, groupId, userData } = intent;
  const { userId, nickname, avatar } = account;
  const self: MemberView = { ...draftMember(userId, null), nickname, avatar, status: 'joined' };
  const callees = userIds.map((id) => draftMember(id, userId));
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

function draftMember(userId: UserId, invitedBy: UserId | null): MemberView {
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

function onAccept(state: EngineState, intent: IntentOf<'accept'>): Step {
  const { call } = state;
  if (call.phase === 'answering' || isParty(call)) return step(state, [settled(intent.intent)]);
  if (call.phase !== 'incoming')
    return refuse(state, intent.intent, 'wrong-state', 'nothing rings');
  const { view, deadline } = call;
  const tracks = wishedTracks(true, view.mediaType === 'video' && intent.video);
  const commandId = intent.intent;
  const answering = withCall(cleared(state, 'call'), {
    phase: 'answering',
    view,
    deadline,
    commandId,
    tracks,
  });
  // A call on hold may be taken up by a command that is under way.
  const other = state.aside.some((one) => seatHere(one.view)) ? { other: 'hold' as const } : {};
  return ask(answering, intent, { type: 'accept', callId: view.callId, ...other });
}

function onJoin(state: EngineState, intent: IntentOf<'join' | 'join-group'>): Step {
  const { call } = state;
  const callId = intent.type === 'join' ? intent.callId : null;
  if (call.phase === 'incoming' && isWanted(intent, call.view)) {
    return onAccept(state, { type: 'accept', intent: intent.intent, video: true });
  }
  if (isBusy(state)) return refuse(state, intent.intent, 'wrong-state', 'already in a call');
  const entering = withCall(cleared(state, 'call'), {
    phase: 'entering',
    callId,
    commandId: intent.intent,
    tracks: wishedTracks(true, true),
  });
  return ask(
    entering,
    intent,
    intent.type === 'join'
      ? { type: 'join', callId: intent.callId }
      : { type: 'join-group', groupId: intent.groupId },
  );
}

function isWanted(intent: IntentOf<'join' | 'join-group'>, { callId, groupId }: CallView): boolean {
  return intent.type === 'join' ? intent.callId === callId : intent.groupId === groupId;
}

function onPartyCommand(
  state: EngineState,
  intent: IntentOf<'invite' | 'switch-media-type'>,
): Step {
  const { call } = state;
  if (!isParty(call)) return refuse(state, intent.intent, 'wrong-state', 'not in a call');
  const { callId } = call.view;
  if (intent.type === 'switch-media-type') {
    const { mediaType } = intent;
    return ask(state, intent, { type: 'switch-media-type', callId, mediaType });
  }
  const { userIds, timeout } = intent;
  return ask(state, intent, { type: 'invite', callId, userIds, timeout });
}

function onReject(state: EngineState, intent: IntentOf<'reject'>, at: number): Step {
  const { call } = state;
  if (call.phase !== 'incoming') {
    return call.phase === 'idle' || call.phase === 'ended'
      ? step(state, [settled(intent.intent)])
      : refuse(state, intent.intent, 'wrong-state', 'nothing rings');
  }
  return settle(over(state, declining(call), at), intent);
}

/** The server may have heard an accept that was not answered in time: then there is a seat to leave. */
function declining({ view, wished }: Incoming): Farewell {
  return { type: wished === null ? 'reject' : 'hangup', callId: view.callId };
}

function onIgnore(state: EngineState, { intent }: IntentOf<'ignore'>): Step {
  const { call } = state;
  if (call.phase !== 'incoming') {
    return call.phase === 'idle' || call.phase === 'ended'
      ? step(state, [settled(intent)])
      : refuse(state, intent, 'wrong-state', 'nothing rings');
  }
  const { view, deadline } = call;
  const idle = withCall(state, { phase: 'idle' });
  return step(putAside(idle, { view, deadline, standing: 'ignored' }), [settled(intent)]);
}

/** Over here at once; the server is told for as long as it takes. */
function onHangup(state: EngineState, intent: IntentOf<'hangup'>, at: number): Step {
  const { call } = state;
  const left = call.phase === 'idle' ? hangUpHeld(state, at) : leaveShown(state, at);
  return settle(left, intent);
}

function settle(done: Step, { intent }: Intent): Step {
  return then(done, (next) => step(next, [settled(intent)]));
}

function leaveShown(state: EngineState, at: number): Step {
  const { call } = state;
  switch (call.phase) {
    case 'idle':
    case 'ended':
      return step(state);
    case 'incoming':
      return over(state, declining(call), at);
    case 'outgoing':
    case 'in-call':
      return over(state, { type: 'hangup', callId: call.view.callId }, at);
    case 'answering': {
      const farewell = { type: 'hangup', callId: call.view.callId } as const;
      return overWhileAsking(state, call.commandId, farewell, at);
    }
    case 'entering':
    case 'calling':
      return overWhileAsking(state, call.commandId, takeBack(call), at);
  }
}

/**
 * Ends every call on this device: each call that the program was notified of gets its one terminal event. Calls
 * that this device has joined are hung up; a ring goes on on the user's other devices. From here on nobody is
 * signed in: what the server still sends is ignored, and only pending hangups are retried until `reset()`.
 */
function onSignOut(state: EngineState, intent: IntentOf<'sign-out'>, at: number): Step {
  const { call } = state;
  const rings = call.phase === 'incoming' && call.wished === null;
  const shown = rings
    ? endedHere(state, 'signed-out', state.account?.userId ?? null, at)
    : leaveShown(state, at);
  const all = then(shown, (next) => leaveAllAside(next, at));
  const signedOut = then(all, ({ link, farewells, missedSeq }) =>
    step({ ...INITIAL, link, farewells, missedSeq }),
  );
  return settle(signedOut, intent);
}

function overWhileAsking(state: EngineState, id: CommandId, farewell: Farewell, at: number): Step {
  const ended = over(state, farewell, at);
  const error = errorShape('wrong-state', 'taken back');
  // The command may have arrived or not; the farewell makes up for it either way.
  return {
    ...ended,
    effects: [{ type: 'drop-command', id }, refused(id, error), ...ended.effects],
  };
}

function over(state: EngineState, farewell: Farewell, at: number): Step {
  const reason = overReason(state);
  const byUserId = state.account?.userId ?? null;
  return then(endedHere(state, reason, byUserId, at), (next) => bidFarewell(next, farewell));
}

function overReason({ call }: EngineState): 'cancelled' | 'rejected' | 'hangup' {
  if (call.phase === 'incoming' || call.phase === 'answering') return 'rejected';
  return call.phase === 'in-call' ? 'hangup' : 'cancelled';
}

function onDismiss(state: EngineState, { intent }: IntentOf<'dismiss'>): Step {
  const quiet = { ...state, trouble: null };
  const next = state.call.phase === 'ended' ? withCall(quiet, { phase: 'idle' }) : quiet;
  return step(next, [settled(intent)]);
}

function onTurnTrack(state: EngineState, intent: IntentOf<'turn-track'>): Step {
  const { call } = state;
  const { source, on } = intent;
  if (!('tracks' in call)) return refuse(state, intent.intent, 'wrong-state', 'not in a call');
  const mediaType = mediaTypeOf(state);
  if (on && source !== 'microphone' && mediaType === 'audio') {
    const message = 'an audio call has no picture: switchCallMediaType() first';
    return refuse(state, intent.intent, 'wrong-state', message);
  }
  if (!isParty(call)) {
    // Nothing opens before the server has named this device; the wish is kept until then.
    const wished = { ...call.tracks[source], wanted: on };
    const next = { ...call, tracks: { ...call.tracks, [source]: wished } };
    return step(withCall(state, next), [settled(intent.intent)]);
  }
  const turned = turn(call, source, on, intent.intent);
  return step(withCall(cleared(state, source), turned.party), turned.effects);
}

function mediaTypeOf({ call }: EngineState): 'audio' | 'video' | null {
  if ('view' in call) return call.view.mediaType;
  return 'facts' in call ? call.facts.mediaType : null;
}
