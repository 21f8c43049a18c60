/** All events of `<tui-call>`, in the order of the documentation. */
export const EVENT_NAMES = [
  'call-error',
  'call-received',
  'call-cancelled',
  'call-begin',
  'call-end',
  'call-media-type-changed',
  'user-reject',
  'user-no-response',
  'user-line-busy',
  'user-join',
  'user-leave',
  'user-video-available',
  'user-audio-available',
  'user-voice-volume-changed',
  'user-network-quality-changed',
  'kicked-offline',
  'user-sig-expired',
  'call-not-connected',
  'user-inviting',
  'user-sig-will-expire',
  'call-missed',
  'connection-state-changed',
  'device-changed',
  'screen-share-changed',
  'recording-changed',
  'effect-failed',
];

/** Events that occur several times a second: the log shows one line for each, with a count. */
export const FREQUENT = new Set(['user-voice-volume-changed', 'user-network-quality-changed']);
