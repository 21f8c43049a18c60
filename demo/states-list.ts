import type { TuiCall } from '../components/tui-call/index.ts';
import type { Contact } from '../components/shared/call-context.ts';
import type { Messages } from '../components/messages/en.ts';
import type { CallSnapshot } from '../src/engine/api/snapshot.ts';
import type { ErrorName } from '../src/protocol/index.ts';
import * as scenes from '../test/fakes/call-scenes.ts';
import { eachKind } from '../test/fakes/fake-recents-call.ts';
import type { RecentCall } from '../src/protocol/index.ts';

export interface NamedState {
  readonly name: string;
  readonly state: CallSnapshot;
  /** Size on the page of all states. */
  readonly shape: 'card' | 'stage' | 'tall';
  readonly minimised?: boolean;
  readonly ringBlocked?: boolean;
  readonly layout?: 'grid' | 'speaker';
  readonly offline?: boolean;
  readonly contacts?: readonly Contact[];
  /** Opens the menu behind "More", or the people panel. */
  readonly open?: 'menu' | 'people' | 'invite';
  /** Shows the list of recent calls instead of a call; null: the list could not be loaded. */
  readonly recents?: readonly RecentCall[] | 'loading' | null;
  /** Properties of the element that its page sets. */
  readonly set?: Partial<
    Pick<
      TuiCall,
      | 'labels'
      | 'icons'
      | 'buttons'
      | 'buttonOrder'
      | 'hiddenButtons'
      | 'stageBackground'
      | 'selfBackground'
      | 'backgroundFor'
    >
  >;
  /** Content of the page: slot → text, or an element. */
  readonly regions?: Readonly<Record<string, string | (() => HTMLElement)>>;
  /** Custom properties that the page sets. */
  readonly look?: Readonly<Record<`--tui-call-${string}`, string>>;
  /** The label of a button to press first, in the language of the element. */
  readonly press?: (messages: Messages) => string;
}

const card = (name: string, state: CallSnapshot, more: Partial<NamedState> = {}): NamedState => ({
  name,
  state,
  shape: 'card',
  ...more,
});
const stage = (name: string, state: CallSnapshot, more: Partial<NamedState> = {}): NamedState => ({
  name,
  state,
  shape: 'stage',
  ...more,
});
const tall = (name: string, state: CallSnapshot, more: Partial<NamedState> = {}): NamedState => ({
  name,
  state,
  shape: 'tall',
  ...more,
});

const errors: readonly ErrorName[] = [
  'signaling-failed',
  'user-sig-expired',
  'user-sig-invalid',
  'kicked-offline',
  'origin-refused',
  'webrtc-not-supported',
  'media-failed',
  'internal-error',
  'device-list-failed',
  'screen-share-failed',
  'blocked',
  'call-not-found',
  'call-full',
  'not-a-member',
  'self-call',
  'rate-limited',
];

const longName = 'Wilhelmina Featherstonehaugh-Cholmondeley of the Northern Territories';
const withName = (name: string): CallSnapshot => ({
  ...scenes.incomingVideo,
  members: scenes.incomingVideo.members.map((m) => (m.isSelf ? m : { ...m, name })),
});

/** A picture from the page's own server. */
const PICTURE = new URL('icon.svg', import.meta.url).href;
const nothing = (): void => undefined;
const NOTE_ICON = '<path d="M5 4h14v16H5zM9 9h6M9 14h6"/>';

/** The page's own card of docs/examples.md. */
function bookingCard(): HTMLElement {
  const card = document.createElement('div');
  const title = Object.assign(document.createElement('h2'), { textContent: 'Mina Kim, 14:30' });
  const about = Object.assign(document.createElement('p'), {
    textContent: 'Your booked consultation',
  });
  const button = (textContent: string): HTMLElement =>
    Object.assign(document.createElement('button'), { textContent });
  card.className = 'booking';
  card.append(title, about, button('Later'), button('Start now'));
  return card;
}

const CONTACTS: readonly Contact[] = [
  { userId: 'mina', name: 'Mina Kim' },
  { userId: 'eve', name: 'Eve Okafor' },
  { userId: 'li', name: 'Li Wei' },
  { userId: 'sam', name: 'Sam Ortiz' },
  { userId: 'tom', name: 'Tom Weber' },
  { userId: 'zoe', name: 'Zoé Martin' },
  { userId: 'wil', name: 'Wilhelmina Featherstonehaugh-Cholmondeley' },
];

export const STATES: readonly NamedState[] = [
  card('incoming-video', scenes.incomingVideo),
  card('incoming-audio', scenes.incomingAudio),
  card('incoming-group-blocked', scenes.incomingGroup, { ringBlocked: true }),
  card('incoming-long-name', withName(longName)),
  card(
    'incoming-malicious-name',
    withName(
      '<img src=x onerror=alert(1)> \u202Eevil' +
        'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301'.repeat(40),
    ),
  ),
  stage('calling', scenes.calling),
  stage('ringing', scenes.ringing),
  stage('ringing-with-preview', scenes.ringingWithPreview),
  stage('ringing-group', scenes.ringingGroup),
  stage('connecting', scenes.connecting),
  stage('connected-audio', scenes.connectedAudio),
  stage('connected-video', scenes.connectedVideo),
  stage('peer-without-camera', scenes.peerWithoutCamera),
  stage('muted', scenes.muted),
  stage('sharing', scenes.sharing),
  tall('peer-shares-screen', scenes.peerSharesScreen),
  stage('peer-reconnecting', scenes.peerReconnecting),
  stage('own-reconnecting', scenes.ownReconnecting),
  stage('sound-blocked', scenes.soundBlocked),
  tall('menu', scenes.connectedVideo, { open: 'menu' }),
  tall('group', scenes.group),
  tall('group-of-2', scenes.groupOf(2)),
  tall('group-of-5', scenes.groupOf(5)),
  tall('group-of-9', scenes.groupOf(9)),
  tall('group-of-20', scenes.groupOf(20)),
  tall('group-speaker', scenes.group, { layout: 'speaker' }),
  tall('group-pinned', scenes.groupOf(5), { press: (messages) => messages.pin('Person 4') }),
  tall('group-mixed', scenes.mixedGroup),
  tall('people', scenes.mixedGroup, { open: 'people' }),
  tall('people-with-invite', scenes.group, { open: 'people', contacts: CONTACTS }),
  tall('invite', scenes.group, { open: 'invite', contacts: CONTACTS }),
  stage('held-by-the-other', scenes.heldByPeer),
  stage('call-waiting', scenes.waiting),
  stage('call-waiting-while-ringing', scenes.waitingWhileRinging),
  card('call-waiting-minimised', scenes.waiting, { minimised: true }),
  stage('held-call', scenes.held),
  tall('held-call-in-group', scenes.heldInGroup),
  card('only-held', scenes.onlyHeld),
  card('minimised', scenes.connectedVideo, { minimised: true }),
  card('elsewhere', scenes.elsewhere),
  stage('camera-busy', scenes.cameraBusy),
  stage('camera-denied', scenes.cameraDenied),
  stage('camera-missing', scenes.cameraMissing),
  stage('microphone-denied', scenes.microphoneDenied),
  card('ended', scenes.ended({})),
  card('ended-lost', scenes.ended({ reason: 'offline', byUserId: null })),
  card('ended-by-server', scenes.ended({ reason: 'ended-by-server', byUserId: null })),
  card('removed-from-the-call', scenes.ended({ reason: 'removed', byUserId: null })),
  card('declined', scenes.ended({ reason: 'rejected', connected: false }, scenes.ringing)),
  card(
    'no-answer',
    scenes.ended({ reason: 'no-response', byUserId: null, connected: false }, scenes.ringing),
  ),
  card('busy', scenes.ended({ reason: 'line-busy', connected: false }, scenes.ringing)),
  card(
    'cancelled',
    scenes.ended(
      { reason: 'cancelled', byUserId: scenes.me.userId, connected: false },
      scenes.ringing,
    ),
  ),
  card('missed', scenes.ended({ reason: 'cancelled', connected: false }, scenes.incomingVideo)),
  card(
    'answered-elsewhere',
    scenes.ended({ reason: 'other-device-accepted', connected: false }, scenes.incomingVideo),
  ),
  card(
    'declined-elsewhere',
    scenes.ended({ reason: 'other-device-rejected', connected: false }, scenes.incomingVideo),
  ),
  stage('own-buttons', scenes.connectedVideo, {
    set: {
      buttons: [
        {
          id: 'note',
          label: 'Note',
          icon: NOTE_ICON,
          onClick: nothing,
        },
        { id: 'help', label: 'Help', onClick: nothing },
      ],
      buttonOrder: 'help note',
      hiddenButtons: 'camera screen-share more fullscreen',
      icons: { 'hang-up': '<path d="M5 5 19 19M19 5 5 19"/>' },
      labels: { hangUp: 'Leave' },
    },
  }),
  stage('own-regions', scenes.connectedVideo, {
    regions: { header: 'Practice Dr. Rossi', 'control-bar': 'Own bar' },
  }),
  tall('own-tile', scenes.group, { regions: { 'tile-jonas': 'Own tile' } }),
  card('own-incoming-card', scenes.incomingVideo, { regions: { incoming: 'Own card' } }),
  card('own-ended-card', scenes.ended({}), { regions: { ended: 'Own ending' } }),
  tall('backgrounds', scenes.groupOf(5), {
    set: {
      stageBackground: PICTURE,
      selfBackground: PICTURE,
      backgroundFor: (userId) => (userId.endsWith('1') ? PICTURE : null),
    },
  }),
  // The first two examples of docs/examples.md.
  stage('example-brand', scenes.connectedVideo, {
    look: {
      '--tui-call-accent': '#0f766e',
      '--tui-call-danger': '#b4235a',
      '--tui-call-stage': '#06231f',
      '--tui-call-window-radius': '8px',
    },
    set: {
      hiddenButtons: 'screen-share fullscreen',
      buttonOrder: 'note microphone camera',
      buttons: [{ id: 'note', label: 'Note', icon: NOTE_ICON, onClick: nothing }],
      labels: { hangUp: 'Leave the consultation' },
    },
  }),
  card('example-incoming', scenes.incomingVideo, { regions: { incoming: bookingCard } }),
  tall('recents', scenes.idle, { recents: eachKind(Date.now()) }),
  tall('recents-asking', scenes.idle, {
    recents: eachKind(Date.now()),
    press: (messages) => messages.deleteAll,
  }),
  tall('recents-empty', scenes.idle, { recents: [] }),
  tall('recents-loading', scenes.idle, { recents: 'loading' }),
  tall('recents-failed', scenes.idle, { recents: null }),
  tall('recents-signed-out', { ...scenes.idle, userId: null }, { recents: [] }),
  card('offline', scenes.failing('signaling-failed'), { offline: true }),
  ...errors.map((name) => card(name, scenes.failing(name))),
  card('removed-by-server', scenes.removed),
];
