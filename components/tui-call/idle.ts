import type { CallSnapshot, LocalDevice } from '../../src/engine/snapshot.ts';

const OFF: LocalDevice = { wanted: false, on: false, pending: false, error: null };

/** What `state` says while the element is not in a document and has no engine. */
export const IDLE: CallSnapshot = {
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
  userId: null,
  nickname: '',
  avatar: '',
  connection: 'disconnected',
  microphone: OFF,
  camera: OFF,
  screen: OFF,
  audioBlocked: false,
  devices: { microphones: [], cameras: [], speakers: [] },
  error: null,
};
