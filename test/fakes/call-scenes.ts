import type { NetworkQuality } from '../../src/engine/api/observer.ts';
import type {
  CallMember,
  CallSnapshot,
  Ending,
  LocalDevice,
} from '../../src/engine/api/snapshot.ts';
import { errorShape, type CallId, type ErrorName, type UserId } from '../../src/protocol/index.ts';

/** Snapshots of the engine for demo/states.html and tests of components. */

const userId = (id: string): UserId => id as UserId;

export const on: LocalDevice = { wanted: true, on: true, pending: false, error: null };
export const off: LocalDevice = { wanted: false, on: false, pending: false, error: null };

export function broken(name: ErrorName): LocalDevice {
  return { wanted: true, on: false, pending: false, error: errorShape(name) };
}

export function member(id: string, name: string, more: Partial<CallMember> = {}): CallMember {
  return {
    userId: userId(id),
    name,
    avatar: '',
    role: 'callee',
    status: 'joined',
    isSelf: false,
    alerted: true,
    audioOn: true,
    videoOn: false,
    screenOn: false,
    volume: 0,
    quality: 'good',
    reconnecting: false,
    held: false,
    ...more,
  };
}

export const me = member('alice', 'Alice Ahn', { isSelf: true, role: 'caller' });
export const mina = member('mina', 'Mina Kim');
export const jonas = member('jonas', 'Jonas P.');
export const rossi = member('rossi', 'Dr. Rossi');

export const idle: CallSnapshot = {
  phase: 'idle',
  callId: null,
  role: null,
  mediaType: null,
  groupId: '',
  isGroup: false,
  callerId: null,
  inviterId: null,
  members: [],
  userData: '',
  ringDeadline: null,
  startedAt: null,
  ending: null,
  waiting: null,
  held: [],
  elsewhere: null,
  userId: userId('alice'),
  nickname: 'Alice Ahn',
  avatar: '',
  connection: 'connected',
  microphone: off,
  camera: off,
  screen: off,
  audioBlocked: false,
  devices: {
    microphones: [
      { deviceId: 'm1', label: 'MacBook Pro', selected: true, isDefault: false },
      { deviceId: 'm2', label: 'AirPods Pro', selected: false, isDefault: false },
    ],
    cameras: [
      { deviceId: 'c1', label: 'FaceTime HD', selected: true, isDefault: false },
      { deviceId: 'c2', label: 'Studio Display', selected: false, isDefault: false },
    ],
    speakers: [{ deviceId: 's1', label: '', selected: true, isDefault: false }],
  },
  error: null,
};

const call: CallSnapshot = {
  ...idle,
  callId: 'call-0123456789abcdef' as CallId,
  callerId: userId('alice'),
  role: 'caller',
};
const rung: CallSnapshot = {
  ...call,
  phase: 'incoming',
  role: 'callee',
  callerId: userId('mina'),
  inviterId: userId('mina'),
};
const asCallee = { ...me, role: 'callee', status: 'ringing' } as const;

export const incomingVideo: CallSnapshot = {
  ...rung,
  mediaType: 'video',
  members: [{ ...mina, role: 'caller' }, asCallee],
};
export const incomingAudio: CallSnapshot = { ...incomingVideo, mediaType: 'audio' };
export const incomingGroup: CallSnapshot = {
  ...rung,
  mediaType: 'audio',
  isGroup: true,
  callerId: rossi.userId,
  inviterId: rossi.userId,
  members: [
    { ...rossi, role: 'caller' },
    mina,
    { ...jonas, status: 'ringing' },
    member('eve', 'Eve'),
    asCallee,
  ],
};

export const calling: CallSnapshot = {
  ...call,
  phase: 'outgoing',
  mediaType: 'video',
  callId: null,
  microphone: on,
  camera: { wanted: true, on: false, pending: true, error: null },
  members: [me, { ...mina, status: 'ringing', alerted: false }],
};
export const ringing: CallSnapshot = {
  ...calling,
  callId: call.callId,
  members: [me, { ...mina, status: 'ringing' }],
};
export const ringingWithPreview: CallSnapshot = {
  ...ringing,
  camera: on,
  members: [
    { ...me, videoOn: true },
    { ...mina, status: 'ringing' },
  ],
};
export const ringingGroup: CallSnapshot = {
  ...ringing,
  isGroup: true,
  members: [me, ...[mina, jonas, rossi].map((m) => ({ ...m, status: 'ringing' as const }))],
};
export const connecting: CallSnapshot = { ...ringing, phase: 'connecting', members: [me, mina] };

export const connectedAudio: CallSnapshot = {
  ...call,
  phase: 'connected',
  mediaType: 'audio',
  startedAt: 0,
  microphone: on,
  members: [me, { ...mina, volume: 60 }],
};
export const connectedVideo: CallSnapshot = {
  ...connectedAudio,
  mediaType: 'video',
  camera: on,
  members: [
    { ...me, videoOn: true, quality: 'excellent' },
    { ...mina, videoOn: true },
  ],
};
export const peerWithoutCamera: CallSnapshot = {
  ...connectedVideo,
  members: [
    { ...me, videoOn: true },
    { ...mina, audioOn: false },
  ],
};
export const peerSharesScreen: CallSnapshot = {
  ...connectedVideo,
  members: [
    { ...me, videoOn: true },
    { ...mina, videoOn: true, screenOn: true },
  ],
};
export const muted: CallSnapshot = {
  ...connectedVideo,
  microphone: off,
  members: [
    { ...me, videoOn: true, audioOn: false },
    { ...mina, videoOn: true },
  ],
};
export const sharing: CallSnapshot = {
  ...connectedVideo,
  screen: on,
  members: [
    { ...me, videoOn: true, screenOn: true },
    { ...mina, videoOn: true },
  ],
};
export const peerReconnecting: CallSnapshot = {
  ...muted,
  members: [
    { ...me, videoOn: true, audioOn: false },
    { ...mina, videoOn: true, reconnecting: true, quality: 'bad' },
  ],
};
export const ownReconnecting: CallSnapshot = {
  ...connectedVideo,
  phase: 'reconnecting',
  connection: 'reconnecting',
};
export const soundBlocked: CallSnapshot = { ...connectedVideo, audioBlocked: true };

export const group: CallSnapshot = {
  ...connectedVideo,
  isGroup: true,
  members: [
    { ...me, videoOn: true },
    { ...mina, volume: 60 },
    { ...jonas, videoOn: true, audioOn: false },
    { ...rossi, status: 'ringing' },
  ],
};

/** A group call of `count` members, this user included. */
export function groupOf(count: number): CallSnapshot {
  const qualities: readonly NetworkQuality[] = ['excellent', 'good', 'poor', 'bad'];
  const others = Array.from({ length: count - 1 }, (_, i) =>
    member(`user-${i + 1}`, `Person ${i + 1}`, {
      videoOn: i % 3 === 0,
      audioOn: i % 4 !== 0,
      quality: qualities[i % 4] ?? 'good',
    }),
  );
  return { ...group, members: [{ ...me, videoOn: true }, ...others] };
}

export function ended(ending: Partial<Ending>, from: CallSnapshot = connectedVideo): CallSnapshot {
  const known: Ending = {
    reason: 'hangup',
    byUserId: mina.userId,
    totalTimeMs: 754_000,
    connected: true,
  };
  return {
    ...from,
    phase: 'ended',
    startedAt: null,
    microphone: off,
    camera: off,
    ending: { ...known, ...ending },
  };
}

/** A group call in which each member has another state. */
export const mixedGroup: CallSnapshot = {
  ...group,
  members: [
    { ...me, videoOn: true },
    { ...mina, volume: 60 },
    { ...jonas, videoOn: true, audioOn: false },
    { ...rossi, status: 'ringing' },
    member('eve', 'Eve Okafor', { reconnecting: true }),
    member('li', 'Li Wei', { held: true }),
    member('sam', 'Sam Ortiz', { status: 'rejected' }),
    member('tom', 'Tom Weber', { status: 'no-response' }),
    member('zoe', 'Zoé Martin', { status: 'busy' }),
    member('ida', 'Ida Berg', { status: 'left' }),
  ],
};

const secondCall = 'second-call-of-the-scene' as CallId;

export const elsewhere: CallSnapshot = {
  ...idle,
  elsewhere: { callId: secondCall, name: 'Mina Kim', mediaType: 'audio', isGroup: false },
};

export const waiting: CallSnapshot = {
  ...connectedVideo,
  waiting: {
    callId: secondCall,
    callerId: rossi.userId,
    name: rossi.name,
    avatar: '',
    mediaType: 'video',
    isGroup: false,
    groupId: '',
    ringDeadline: null,
  },
};
export const waitingWhileRinging: CallSnapshot = { ...ringing, waiting: waiting.waiting };
export const held: CallSnapshot = {
  ...connectedAudio,
  held: [{ callId: secondCall, name: 'Dr. Rossi', mediaType: 'audio' }],
};
export const heldInGroup: CallSnapshot = { ...group, held: held.held };
export const onlyHeld: CallSnapshot = { ...idle, held: held.held };
/** The other member has put the call on hold. */
export const heldByPeer: CallSnapshot = {
  ...connectedVideo,
  members: [
    { ...me, videoOn: true },
    { ...mina, held: true, audioOn: false },
  ],
};

export function failing(name: ErrorName, from: CallSnapshot = idle): CallSnapshot {
  return { ...from, error: errorShape(name) };
}

export const removed: CallSnapshot = {
  ...idle,
  error: { ...errorShape('kicked-offline'), reason: 'removed-by-server' },
};

export const cameraBusy: CallSnapshot = {
  ...failing('camera-unavailable', { ...connectedVideo, camera: broken('camera-unavailable') }),
  members: [me, { ...jonas, videoOn: true }],
};
export const cameraDenied: CallSnapshot = failing('permission-denied', {
  ...connectedVideo,
  camera: broken('permission-denied'),
  members: [me, { ...mina, videoOn: true }],
});
export const microphoneDenied: CallSnapshot = failing('permission-denied', {
  ...connectedAudio,
  microphone: broken('permission-denied'),
  members: [{ ...me, audioOn: false }, mina],
});
export const cameraMissing: CallSnapshot = {
  ...cameraBusy,
  devices: { ...idle.devices, cameras: [] },
};
