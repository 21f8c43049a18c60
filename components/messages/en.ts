import type { MediaType, MemberStatus } from '../../src/protocol/index.ts';
import { callMessages } from './call.ts';
import type { CoreMessages } from './core.ts';
import { pluralsOf } from './plurals.ts';

const plural = pluralsOf('en');

/**
 * All texts of the user interface, in English. Every language implements this interface. Sentences about a user are
 * functions, because the word order differs between languages; their names are already safe. A problem is a title and
 * a remedy.
 */
export interface Messages extends CoreMessages {
  readonly shareScreen: string;
  readonly stopSharing: string;
  readonly more: string;
  /** The menu of effects on the own picture and sound: its title, and what opens it. */
  readonly effects: string;
  readonly minimise: string;
  readonly backToCall: string;
  /** The handle of the floating window. */
  readonly moveWindow: string;
  readonly fullscreen: string;
  readonly exitFullscreen: string;
  readonly tryAgain: string;
  readonly continueWithout: string;
  readonly turnOnSound: string;

  readonly groupCall: string;
  readonly you: string;
  readonly soundBlocked: string;

  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
  readonly defaultDevice: string;
  readonly toAudioCall: string;
  readonly toVideoCall: string;
  readonly switchCamera: string;
  readonly page: (page: number, pages: number) => string;
  readonly nextPage: string;
  readonly previousPage: string;
  readonly showLarge: (name: string) => string;
  readonly showSelfLarge: string;
  readonly screenOf: (name: string) => string;

  readonly muted: string;
  readonly unmuted: string;
  readonly cameraIsOn: string;
  readonly cameraIsOff: string;
  readonly sharing: string;
  readonly sharingStopped: string;
  readonly joined: (name: string) => string;
  readonly left: (name: string) => string;
  readonly ownReconnecting: string;
  readonly peerReconnecting: (name: string) => string;
  readonly ownWeak: string;
  readonly peerWeak: (name: string) => string;
  readonly ownNetwork: string;
  readonly peerNetwork: (name: string) => string;
  readonly networkLevel: readonly [none: string, bad: string, fair: string, good: string];

  readonly people: string;
  readonly addPeople: string;
  readonly back: string;
  readonly search: string;
  readonly noMatch: string;
  readonly inThisCall: string;
  readonly inviteCount: (count: number) => string;
  readonly ringAgain: (name: string) => string;
  readonly pin: (name: string) => string;
  readonly unpin: (name: string) => string;
  readonly pinSelf: string;
  readonly unpinSelf: string;
  readonly pinned: string;
  readonly largeSpeaker: string;
  readonly equalTiles: string;
  readonly statuses: Readonly<
    Record<Exclude<MemberStatus, 'joined'> | 'reconnecting' | 'held', string>
  >;

  readonly elsewhere: string;
  readonly moveHere: string;
  readonly endAndAnswer: string;
  readonly holdAndAnswer: string;
  readonly hold: string;
  readonly resume: string;
  /** Rings the callees of a call that nobody answered; rings the caller of a missed call. */
  readonly callAgain: string;
  readonly returnCall: string;
  /** Shown in place of a lazy chunk that did not load. */
  readonly partFailed: string;

  readonly recentCalls: string;
  readonly noRecentCalls: string;
  readonly recentsFailed: string;
  readonly showMore: string;
  readonly loading: string;
  readonly recentsSignedOut: string;
  readonly deleteAll: string;
  readonly deleteAllQuestion: string;
  readonly cancel: string;
  readonly callDeleted: (name: string) => string;
  readonly callsShown: (count: number) => string;
  readonly mediaTypes: Readonly<Record<MediaType, string>>;
  readonly callBack: (name: string) => string;
  readonly deleteCall: (name: string) => string;
  readonly recents: Readonly<Record<RecentKey, string>>;

  readonly ended: string;
  readonly endings: Readonly<Record<EndingKey, (name: string) => string>>;
  readonly problems: Readonly<Record<ProblemKey, readonly [title: string, advice: string]>>;
}

export type EndingKey =
  | 'over'
  | 'hung-up'
  | 'by-server'
  | 'removed'
  | 'lost'
  | 'cancelled'
  | 'missed'
  | 'declined'
  | 'no-answer'
  | 'busy'
  | 'accepted-elsewhere'
  | 'declined-elsewhere';

export type RecentKey =
  'incoming' | 'outgoing' | 'missed' | 'rejected' | 'cancelled' | 'busy' | 'no-response';

export type ProblemKey =
  | 'camera-denied'
  | 'camera-missing'
  | 'camera-busy'
  | 'microphone-denied'
  | 'microphone-missing'
  | 'microphone-busy'
  | 'microphone-muted'
  | 'devices-unknown'
  | 'screen'
  | 'offline'
  | 'unreachable'
  | 'media-unreachable'
  | 'server-failed'
  | 'sig-expired'
  | 'sig-invalid'
  | 'kicked'
  | 'removed'
  | 'origin'
  | 'unsupported'
  | 'blocked'
  | 'call-gone'
  | 'call-full'
  | 'not-a-member'
  | 'self-call'
  | 'call-denied'
  | 'too-fast'
  | 'other';

export const en: Messages = {
  ...callMessages,
  tryAgain: 'Try again',
  continueWithout: 'Go on without',
  microphone: 'Microphone',
  camera: 'Camera',
  speaker: 'Speaker',
  defaultDevice: 'System default',
  toAudioCall: 'Switch to audio call',
  toVideoCall: 'Switch to video call',
  switchCamera: 'Use the other camera',
  effects: 'Background and effects',
  addPeople: 'Add people',
  back: 'Back',
  search: 'Search by name',
  noMatch: 'Nobody found',
  inThisCall: 'In this call',
  inviteCount: (count) => `Invite ${count}`,
  ringAgain: (name) => `Ring ${name} again`,
  moveHere: 'Move here',
  endAndAnswer: 'End & answer',
  holdAndAnswer: 'Hold & answer',
  hold: 'Hold',
  resume: 'Resume',
  recentCalls: 'Recent calls',
  noRecentCalls: 'No calls yet',
  recentsFailed: 'The list could not be loaded.',
  showMore: 'Show more',
  loading: 'Loading…',
  recentsSignedOut: 'You are not signed in to calls',
  deleteAll: 'Delete all',
  deleteAllQuestion: 'Delete all calls from your list?',
  cancel: 'Cancel',
  callDeleted: (name) => `Call with ${name} deleted`,
  callsShown: (count) =>
    plural(count, { one: `${count} call shown`, other: `${count} calls shown` }),
  mediaTypes: { audio: 'Audio', video: 'Video' },
  callBack: (name) => `Call ${name}`,
  deleteCall: (name) => `Delete the call with ${name}`,
  recents: {
    incoming: 'Incoming',
    outgoing: 'Outgoing',
    missed: 'Missed',
    rejected: 'Declined',
    cancelled: 'Cancelled',
    busy: 'Busy',
    'no-response': 'No answer',
  },
  problems: {
    'camera-denied': [
      'The camera is not allowed',
      'Allow it in the browser’s address bar, then try again. The call goes on without it.',
    ],
    'camera-missing': [
      'No camera was found',
      'Plug one in, then try again. The call goes on without it.',
    ],
    'camera-busy': [
      'The camera is in use by another program',
      'The others hear you but cannot see you. Close the other program, then try again.',
    ],
    'microphone-denied': [
      'The microphone is not allowed',
      'You hear the others, they cannot hear you. Allow it in the browser’s address bar, then try again.',
    ],
    'microphone-missing': [
      'No microphone was found',
      'You hear the others, they cannot hear you. Plug one in, then try again.',
    ],
    'microphone-muted': [
      'The system has muted the microphone',
      'The others cannot hear you. Unmute it in the system or on the device.',
    ],
    'microphone-busy': [
      'The microphone is in use by another program',
      'The others cannot hear you. Close the other program, then try again.',
    ],
    'devices-unknown': [
      'The devices cannot be listed',
      'The browser keeps the list back. Reload the page if this stays.',
    ],
    screen: [
      'The screen is not shared',
      'The browser or the system did not allow it. Try again and choose a screen or a window.',
    ],
    offline: [
      'You are offline',
      'Calls cannot reach you. Check the network: this goes away by itself.',
    ],
    unreachable: [
      'The call service cannot be reached',
      'Calls cannot reach you for now. It is tried again by itself.',
    ],
    'media-unreachable': [
      'Sound and picture do not get through',
      'The media server cannot be reached. A firewall or VPN may keep it away: try another network.',
    ],
    'server-failed': [
      'The call service had a problem',
      'Nothing was changed. Try again in a moment.',
    ],
    'sig-expired': [
      'You are signed out of calls',
      'The sign-in has expired. Reload the page to sign in again.',
    ],
    'sig-invalid': [
      'Signing in to calls failed',
      'The service did not accept this sign-in. Reload the page; if it stays, tell the people who run it.',
    ],
    kicked: [
      'Calls moved to another place',
      'You signed in somewhere newer. Reload the page to take calls here again.',
    ],
    removed: [
      'You were signed out of calls',
      'The call service ended this sign-in. Reload the page to sign in again.',
    ],
    origin: [
      'Calls do not work on this page',
      'The call service does not know this address. Tell the people who run the page.',
    ],
    unsupported: [
      'This browser cannot do that',
      'Use a current version of Chrome, Edge, Firefox or Safari, on a page with https.',
    ],
    blocked: ['This person cannot be called', 'The service does not connect the two of you.'],
    'call-gone': [
      'This call is over',
      'It may have ended a moment ago. Call again to reach the person.',
    ],
    'call-full': ['The call is full', 'Try again when somebody has left.'],
    'not-a-member': [
      'You are no longer in this call',
      'You were taken out of it, and cannot come back in.',
    ],
    'self-call': ['You cannot call yourself', 'Choose somebody else.'],
    'call-denied': [
      'This call is not permitted',
      'The service that decides about calls has declined it.',
    ],
    'too-fast': ['That was too fast', 'Wait a moment, then try again.'],
    other: ['That did not work', 'Try again in a moment.'],
  },
};
