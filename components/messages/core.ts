import { pluralsOf } from './plurals.ts';

const plural = pluralsOf('en');

/** The messages that a call can need first, before any other code has loaded. */
export interface CoreMessages {
  readonly accept: string;
  readonly decline: string;
  readonly hangUp: string;
  readonly answerWithoutCamera: string;
  readonly ignoreHere: string;
  readonly mute: string;
  readonly unmute: string;
  readonly cameraOn: string;
  readonly cameraOff: string;
  readonly close: string;
  readonly incomingAudio: string;
  readonly incomingVideo: string;
  readonly incomingGroup: (others: string) => string;
  readonly andOthers: (name: string, count: number) => string;
  readonly calling: string;
  readonly ringing: string;
  readonly connecting: string;
  readonly connected: string;
  readonly callWith: (name: string) => string;
  readonly ringBlocked: string;
}

export const coreMessages: CoreMessages = {
  accept: 'Accept',
  decline: 'Decline',
  hangUp: 'Hang up',
  answerWithoutCamera: 'Answer without camera',
  ignoreHere: 'Ignore here',
  mute: 'Mute',
  unmute: 'Unmute',
  cameraOn: 'Turn camera on',
  cameraOff: 'Turn camera off',
  close: 'Close',
  incomingAudio: 'Incoming audio call',
  incomingVideo: 'Incoming video call',
  incomingGroup: (others) => `Group call with ${others}`,
  andOthers: (name, count) =>
    `${name} and ${count} ${plural(count, { one: 'other', other: 'others' })}`,
  calling: 'Calling…',
  ringing: 'Ringing…',
  connecting: 'Connecting…',
  connected: 'Connected',
  callWith: (name) => `Call with ${name}`,
  ringBlocked: 'This tab cannot ring yet. Click anywhere to hear it.',
};
