import type { ElementEngine } from './dependencies.ts';

/** The methods that the element passes to the engine unchanged. The engine documents them. */
export type EngineMethods = Omit<
  ElementEngine,
  | 'state'
  | 'effects'
  | 'subscribe'
  | 'listen'
  // Called by the element itself: its attributes sign in, and its removal signs out.
  | 'init'
  | 'destroy'
  // CallCommands has methods of its own, which dispatch a cancelable event first.
  | 'calls'
  | 'hangup'
  // TuiCall.setEffects() remembers the effects and updates the properties.
  | 'setEffects'
>;

/** The compiler requires exactly the public methods of CallEngine, apart from the exceptions above. */
const METHODS: { readonly [Name in keyof EngineMethods]: true } = {
  renewUserSig: true,
  setSelfInfo: true,
  accept: true,
  reject: true,
  ignore: true,
  dismiss: true,
  join: true,
  joinGroup: true,
  moveHere: true,
  inviteUser: true,
  acceptWaiting: true,
  rejectWaiting: true,
  holdCall: true,
  queryRecentCalls: true,
  deleteRecentCalls: true,
  switchCallMediaType: true,
  openCamera: true,
  closeCamera: true,
  openMicrophone: true,
  closeMicrophone: true,
  switchCamera: true,
  startScreenShare: true,
  stopScreenShare: true,
  getDevices: true,
  selectDevice: true,
  setVideoEncoderParams: true,
  unlockAudio: true,
  retryMedia: true,
  checkEffects: true,
  subscribeToPush: true,
  registerDeviceToken: true,
};

export const ENGINE_METHODS = Object.keys(METHODS) as (keyof EngineMethods)[];
