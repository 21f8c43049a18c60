import type { CallId, MemberView, Role, UserId } from '../protocol/index.ts';
import {
  isParty,
  NO_REMOTE,
  NO_TRACKS,
  type Call,
  type CallFacts,
  type EngineState,
  type Party,
  type Tracks,
} from './call-state.ts';
import { connectionOf, linkIsAway } from './connection.ts';
import { kept, keptPart, sameFields } from './kept.ts';
import type { CallMember, CallSnapshot, Phase } from './snapshot.ts';
import { shownAside } from './snapshot-aside.ts';

/**
 * What programs and components see of the state. Parts that did not change keep their identity, and
 * so does the whole.
 */
export function snapshotOf(state: EngineState, previous: CallSnapshot | null = null): CallSnapshot {
  const { call, account } = state;
  const facts = factsOf(call);
  const next: CallSnapshot = {
    ...shownCall(call, facts),
    phase: phaseOf(state),
    members: kept(
      previous?.members ?? null,
      facts === null ? [] : membersOf(state, facts, previous),
    ),
    ending: call.phase === 'ended' ? call.ending : null,
    ...shownAside(state, previous),
    userId: account?.userId ?? null,
    nickname: account?.nickname ?? '',
    avatar: account?.avatar ?? '',
    connection: connectionOf(state),
    ...localDevices(call, previous),
    audioBlocked: state.audioBlocked,
    devices: state.devices,
    error: state.trouble?.error ?? null,
  };
  return previous !== null && sameFields(previous, next) ? previous : next;
}

/** The phase that is shown: of the call, seen together with its media and the connection. */
export function phaseOf(state: EngineState): Phase {
  const { call } = state;
  switch (call.phase) {
    case 'calling':
      return 'outgoing';
    case 'answering':
    case 'entering':
      return 'connecting';
    case 'in-call':
      return inCallPhase(state, call);
    default:
      return call.phase;
  }
}

function inCallPhase(state: EngineState, { media }: Party): Phase {
  if (!media.wasJoined) return 'connecting';
  return media.stage === 'joined' && !linkIsAway(state) ? 'connected' : 'reconnecting';
}

function factsOf(call: Call): CallFacts | null {
  if ('view' in call) return call.view;
  return 'facts' in call ? call.facts : null;
}

type ShownCall = Pick<
  CallSnapshot,
  | 'callId'
  | 'role'
  | 'mediaType'
  | 'groupId'
  | 'isGroup'
  | 'callerId'
  | 'inviterId'
  | 'userData'
  | 'ringDeadline'
  | 'startedAt'
>;

function shownCall(call: Call, facts: CallFacts | null): ShownCall {
  const self = facts?.members.find(({ userId }) => userId === facts.self.userId);
  return {
    callId: facts?.callId ?? enteredCallId(call),
    role: roleOf(call, self),
    mediaType: facts?.mediaType ?? null,
    groupId: facts?.groupId ?? '',
    isGroup: facts?.isGroup ?? false,
    callerId: facts?.callerId ?? null,
    inviterId: self?.invitedBy ?? null,
    userData: facts?.userData ?? '',
    ringDeadline: 'deadline' in call ? call.deadline : null,
    startedAt: isParty(call) ? call.startedAt : null,
  };
}

function enteredCallId(call: Call): CallId | null {
  return call.phase === 'entering' ? call.callId : null;
}

function roleOf(call: Call, self: MemberView | undefined): Role | null {
  return self?.role ?? (call.phase === 'entering' ? 'callee' : null);
}

function localDevices(
  call: Call,
  previous: CallSnapshot | null,
): Pick<CallSnapshot, 'microphone' | 'camera' | 'screen'> {
  const { microphone, camera, screen }: Tracks = 'tracks' in call ? call.tracks : NO_TRACKS;
  return {
    microphone: keptPart(previous?.microphone, microphone),
    camera: keptPart(previous?.camera, camera),
    screen: keptPart(previous?.screen, screen),
  };
}

function membersOf(
  { call }: EngineState,
  facts: CallFacts,
  previous: CallSnapshot | null,
): readonly CallMember[] {
  const callersFirst = [...facts.members].sort(
    (a, b) => Number(b.role === 'caller') - Number(a.role === 'caller'),
  );
  return callersFirst.map((member) => {
    const known = previous?.members.find(({ userId }) => userId === member.userId);
    return keptPart(known, memberOf(call, facts.self.userId, member));
  });
}

function memberOf(call: Call, selfId: UserId, member: MemberView): CallMember {
  const { userId, nickname, avatar, role, status, alerted } = member;
  const isSelf = userId === selfId;
  const live = isParty(call) && status === 'joined';
  const remote = (live ? call.remotes[userId] : undefined) ?? NO_REMOTE;
  const tracks = isParty(call) && isSelf ? call.tracks : null;
  return {
    userId,
    name: nickname === '' ? userId : nickname,
    avatar,
    role,
    status,
    isSelf,
    alerted,
    audioOn: tracks?.microphone.on ?? remote.microphone,
    videoOn: tracks?.camera.on ?? remote.camera,
    screenOn: tracks?.screen.on ?? remote.screen,
    volume: remote.volume,
    quality: remote.quality,
    reconnecting: live && !isSelf && (member.away || remote.frozen),
    held: live && member.held,
  };
}
