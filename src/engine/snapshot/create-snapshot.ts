import type { CallId, MemberView, Role, UserId } from '../../protocol/index.ts';
import {
  isActiveCall,
  NO_REMOTE_MEDIA,
  NO_TRACKS,
  type CurrentCall,
  type CallDetails,
  type EngineState,
  type ActiveCall,
  type Tracks,
} from '../state/call-state.ts';
import { connectionState, isConnectionLost } from '../state/connection-state.ts';
import { reuseArray, reuseObject, sameFields } from './structural-sharing.ts';
import type { CallMember, CallSnapshot, Phase } from '../api/snapshot.ts';
import { otherCalls } from './other-calls.ts';

/** Derives the snapshot from the state. Unchanged parts, and an unchanged whole, keep their identity. */
export function createSnapshot(
  state: EngineState,
  previous: CallSnapshot | null = null,
): CallSnapshot {
  const { call, account } = state;
  const details = detailsOf(call);
  const next: CallSnapshot = {
    ...callFields(call, details),
    phase: phaseOf(state),
    members: reuseArray(
      previous?.members ?? null,
      details === null ? [] : membersOf(state, details, previous),
    ),
    ending: call.phase === 'ended' ? call.ending : null,
    ...otherCalls(state, previous),
    userId: account?.userId ?? null,
    nickname: account?.nickname ?? '',
    avatar: account?.avatar ?? '',
    connection: connectionState(state),
    ...localDevices(call, previous),
    audioBlocked: state.audioBlocked,
    devices: state.devices,
    error: state.activeError?.error ?? null,
  };
  return previous !== null && sameFields(previous, next) ? previous : next;
}

/** The phase of the call, derived from call, media and connection. */
export function phaseOf(state: EngineState): Phase {
  const { call } = state;
  switch (call.phase) {
    case 'dialing':
      return 'outgoing';
    case 'answering':
    case 'joining':
      return 'connecting';
    case 'in-call':
      return inCallPhase(state, call);
    default:
      return call.phase;
  }
}

function inCallPhase(state: EngineState, { media }: ActiveCall): Phase {
  if (!media.wasJoined) return 'connecting';
  return media.status === 'joined' && !isConnectionLost(state) ? 'connected' : 'reconnecting';
}

function detailsOf(call: CurrentCall): CallDetails | null {
  if ('view' in call) return call.view;
  return 'details' in call ? call.details : null;
}

type CallFields = Pick<
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

function callFields(call: CurrentCall, details: CallDetails | null): CallFields {
  const self = details?.members.find(({ userId }) => userId === details.self.userId);
  return {
    callId: details?.callId ?? joiningCallId(call),
    role: roleOf(call, self),
    mediaType: details?.mediaType ?? null,
    groupId: details?.groupId ?? '',
    isGroup: details?.isGroup ?? false,
    callerId: details?.callerId ?? null,
    inviterId: self?.invitedBy ?? null,
    userData: details?.userData ?? '',
    ringDeadline: 'deadline' in call ? call.deadline : null,
    startedAt: isActiveCall(call) ? call.startedAt : null,
  };
}

function joiningCallId(call: CurrentCall): CallId | null {
  return call.phase === 'joining' ? call.callId : null;
}

function roleOf(call: CurrentCall, self: MemberView | undefined): Role | null {
  return self?.role ?? (call.phase === 'joining' ? 'callee' : null);
}

function localDevices(
  call: CurrentCall,
  previous: CallSnapshot | null,
): Pick<CallSnapshot, 'microphone' | 'camera' | 'screen'> {
  const { microphone, camera, screen }: Tracks = 'tracks' in call ? call.tracks : NO_TRACKS;
  return {
    microphone: reuseObject(previous?.microphone, microphone),
    camera: reuseObject(previous?.camera, camera),
    screen: reuseObject(previous?.screen, screen),
  };
}

function membersOf(
  { call }: EngineState,
  details: CallDetails,
  previous: CallSnapshot | null,
): readonly CallMember[] {
  const callersFirst = [...details.members].sort(
    (a, b) => Number(b.role === 'caller') - Number(a.role === 'caller'),
  );
  return callersFirst.map((member) => {
    const known = previous?.members.find(({ userId }) => userId === member.userId);
    return reuseObject(known, memberOf(call, details.self.userId, member));
  });
}

function memberOf(call: CurrentCall, selfId: UserId, member: MemberView): CallMember {
  const { userId, nickname, avatar, role, status, alerted } = member;
  const isSelf = userId === selfId;
  const live = isActiveCall(call) && status === 'joined';
  const remote = (live ? call.remotes[userId] : undefined) ?? NO_REMOTE_MEDIA;
  const tracks = isActiveCall(call) && isSelf ? call.tracks : null;
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
    // Before this device has media, nothing is known of the media of others.
    reconnecting: live && !isSelf && call.media.wasJoined && (member.away || remote.frozen),
    held: live && member.held,
  };
}
