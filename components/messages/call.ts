import { coreMessages } from './core.ts';
import type { Messages } from './en.ts';

/** The keys of the menu, the panels, the notices and the list of recent calls, which are lazy chunks. */
type LateKey =
  | 'effects'
  | 'tryAgain'
  | 'continueWithout'
  | 'microphone'
  | 'camera'
  | 'speaker'
  | 'defaultDevice'
  | 'toAudioCall'
  | 'toVideoCall'
  | 'switchCamera'
  | 'addPeople'
  | 'back'
  | 'search'
  | 'noMatch'
  | 'inThisCall'
  | 'inviteCount'
  | 'ringAgain'
  | 'moveHere'
  | 'endAndAnswer'
  | 'holdAndAnswer'
  | 'hold'
  | 'resume'
  | 'recentCalls'
  | 'noRecentCalls'
  | 'recentsFailed'
  | 'showMore'
  | 'loading'
  | 'recentsSignedOut'
  | 'deleteAll'
  | 'deleteAllQuestion'
  | 'cancel'
  | 'callDeleted'
  | 'callsShown'
  | 'mediaTypes'
  | 'callBack'
  | 'deleteCall'
  | 'recents'
  | 'problems';

/** The messages of a running call. */
export type CallMessages = Omit<Messages, LateKey>;

export const callMessages: CallMessages = {
  ...coreMessages,
  shareScreen: 'Share screen',
  stopSharing: 'Stop sharing',
  more: 'More',
  minimise: 'Minimise',
  backToCall: 'Back to the call',
  moveWindow: 'Move and resize the window',
  fullscreen: 'Full screen',
  exitFullscreen: 'Leave full screen',
  turnOnSound: 'Turn on sound',
  groupCall: 'Group call',
  you: 'You',
  soundBlocked: 'The browser keeps the sound off.',
  page: (page, pages) => `Page ${page} of ${pages}`,
  nextPage: 'Next page',
  previousPage: 'Previous page',
  showLarge: (name) => `Show ${name} large`,
  showSelfLarge: 'Show yourself large',
  screenOf: (name) => `${name} · screen`,
  muted: 'Muted',
  unmuted: 'Unmuted',
  cameraIsOn: 'Camera on',
  cameraIsOff: 'Camera off',
  sharing: 'You share your screen',
  sharingStopped: 'You no longer share your screen',
  joined: (name) => `${name} joined`,
  left: (name) => `${name} left`,
  ownReconnecting: 'Your connection is lost. Reconnecting…',
  peerReconnecting: (name) => `${name}’s connection is weak. Reconnecting…`,
  ownWeak: 'Your connection is weak',
  peerWeak: (name) => `${name}’s connection is weak`,
  ownNetwork: 'Your connection',
  peerNetwork: (name) => `${name}’s connection`,
  networkLevel: ['none', 'weak', 'fair', 'good'],
  ended: 'Call ended',
  endings: {
    over: (name) => `Call with ${name}`,
    'hung-up': (name) => `${name} hung up.`,
    'by-server': () => 'The call was ended by the service.',
    removed: () => 'The service removed you from the call.',
    lost: () => 'The connection was lost.',
    cancelled: () => 'You cancelled the call.',
    missed: (name) => `You missed a call from ${name}.`,
    declined: (name) => `${name} declined.`,
    'no-answer': (name) => `${name} did not answer.`,
    busy: (name) => `${name} is in another call.`,
    'accepted-elsewhere': () => 'You answered on another device.',
    'declined-elsewhere': () => 'You declined on another device.',
  },
  people: 'People',
  pin: (name) => `Pin ${name}`,
  unpin: (name) => `Unpin ${name}`,
  pinSelf: 'Pin yourself',
  unpinSelf: 'Unpin yourself',
  pinned: 'Pinned',
  largeSpeaker: 'Show the speaker large',
  equalTiles: 'Show all members alike',
  statuses: {
    ringing: 'Ringing…',
    left: 'Left',
    rejected: 'Declined',
    busy: 'In another call',
    'no-response': 'No answer',
    cancelled: 'Cancelled',
    offline: 'Connection lost',
    removed: 'Removed',
    reconnecting: 'Reconnecting…',
    held: 'On hold',
  },
  elsewhere: 'In a call on another device',
  callAgain: 'Call again',
  returnCall: 'Call back',
  partFailed: 'This could not be loaded. It is tried again.',
};
