import type {
  CallId,
  CallView,
  CommandId,
  ErrorShape,
  MediaType,
  MemberView,
  MissedCall,
  UserId,
} from '../../protocol/index.ts';
import type { PendingTermination } from './pending-termination.ts';
import type { NetworkQuality } from '../api/observer.ts';
import type { TrackSource } from '../api/ports.ts';
import type { DeviceList, Ending, LocalDevice } from '../api/snapshot.ts';

/** Names one wish of the program; its promise is settled by this. Commands made for it carry it too. */
export type IntentId = CommandId;

/** All the engine knows, as one immutable value. */
export interface EngineState {
  /** Who is signed in here; null before init() and after destroy(). */
  readonly account: Account | null;
  readonly connection: ServerConnection;
  readonly server: ServerInfo;
  /** The call this device shows. */
  readonly call: CurrentCall;
  /** Calls heard of that are not shown: waiting, ignored here, or over. The oldest first. */
  readonly backgroundCalls: readonly BackgroundCall[];
  readonly pendingTerminations: readonly PendingTermination[];
  /** The calls of which this tab had told before a reload, the shown one first, until the server tells of them. */
  readonly restored: readonly RestoredCall[];
  /** Calls whose ring the user sent away here before a reload, until the server has told about them. */
  readonly restoredIgnored: readonly CallId[];
  /** The highest `seq` of a missed call that was told; null: none yet. */
  readonly missedSeq: number | null;
  /** Told by the server before it has answered the sync. */
  readonly pendingMissed: readonly MissedCall[];
  readonly devices: DeviceList;
  readonly audioBlocked: boolean;
  /** The newest thing the user should be told, and what has to come right for it to go away. */
  readonly activeError: ActiveError | null;
}

export interface Account {
  readonly userId: UserId;
  readonly nickname: string;
  readonly avatar: string;
  /** What init() asked for and the server may not know yet; null: as the server has it. */
  readonly pendingProfile: { readonly nickname: string | null; readonly avatar: string | null };
  readonly userSig: 'valid' | 'expiring' | 'expired';
}

/**
 * The connection to the call server. `online` means that the `sync` after (re)connecting was applied.
 *
 *     off ── init, renew ──► connecting ── sync ──► online ── lost ──► lost ── sync ──► online
 *      ▲                         │                    │                 │
 *      └──────── refused, kicked, destroyed ──────────┴─────────────────┘
 */
export type ServerConnection =
  | { readonly status: 'off'; readonly error: ErrorShape | null }
  | { readonly status: 'connecting'; readonly since: number; readonly intentId: IntentId | null }
  | { readonly status: 'online' }
  /** `noticed` after a second: shorter losses are not worth a word to the user. */
  | { readonly status: 'lost'; readonly since: number; readonly noticed: boolean };

export interface ServerInfo {
  /** Engine's clock minus the server's, as the fastest message so far showed it. */
  readonly clockOffsetMs: number | null;
  /** When the newest sync was asked for, on the engine's clock: what answers it is not older. */
  readonly syncRequestedAt: number | null;
  readonly mediaUrl: string;
}

/** What is said of a call on the screen; the part of a view that a draft already has. */
export interface CallDetails {
  readonly callId: CallId | null;
  readonly mediaType: MediaType;
  readonly groupId: string;
  readonly isGroup: boolean;
  readonly callerId: UserId;
  readonly userData: string;
  readonly members: readonly MemberView[];
  readonly self: { readonly userId: UserId };
}

export type CurrentCall =
  Idle | DialingCall | IncomingCall | AnsweringCall | JoiningCall | ActiveCall | EndedCall;
export type CallPhase = CurrentCall['phase'];

export interface Idle {
  readonly phase: 'idle';
}

/** Called here; the server has not answered yet. */
export interface DialingCall {
  readonly phase: 'dialing';
  readonly commandId: CommandId;
  readonly details: CallDetails;
  readonly deadline: number | null;
  readonly tracks: Tracks;
}

export interface IncomingCall {
  readonly phase: 'incoming';
  readonly view: CallView;
  /** When the ring ends by itself, on the engine's clock; null: no limit. */
  readonly deadline: number | null;
  /** What an accept asked for that was not answered in time; the server may still have heard it. */
  readonly unconfirmedTracks: Tracks | null;
}

/** Accepted by the user; the server has not said yet whether this device is the one. */
export interface AnsweringCall {
  readonly phase: 'answering';
  readonly view: CallView;
  readonly deadline: number | null;
  readonly commandId: CommandId;
  readonly tracks: Tracks;
}

/** join() or joinGroup() was asked for; the server has not answered yet. */
export interface JoiningCall {
  readonly phase: 'joining';
  /** null: the one of a group, whichever it is. */
  readonly callId: CallId | null;
  readonly commandId: CommandId;
  readonly tracks: Tracks;
}

/** The server has named this device a party: the caller while it rings, anyone in an active call. */
export interface ActiveCall {
  readonly phase: 'outgoing' | 'in-call';
  readonly view: CallView;
  /** For the caller's screen only: the server ends the call. */
  readonly deadline: number | null;
  /** On the engine's clock; null while the call is not active. */
  readonly startedAt: number | null;
  readonly media: MediaStatus;
  readonly tracks: Tracks;
  readonly remotes: Readonly<Record<string, RemoteMedia>>;
  readonly lastNotified: LastNotified;
}

export interface EndedCall {
  readonly phase: 'ended';
  readonly details: CallDetails;
  readonly ending: Ending;
  readonly at: number;
}

/**
 * The way into the media room and back into it.
 *
 *     awaiting-ack ──────┐
 *     requesting-access ─┴► joining ─► joined ◄─► interrupted
 *        ▲                     │          │            │
 *        └ retrying ◄──────────┴──────────┴────────────┘     lost, failed; `failed` for good without WebRTC
 */
export interface MediaStatus {
  readonly status:
    | 'awaiting-ack'
    | 'requesting-access'
    | 'joining'
    | 'joined'
    | 'interrupted'
    | 'retrying'
    /** The page went away: nothing to do until it is shown again. */
    | 'suspended'
    | 'failed';
  /** Numbers the joins, so that the result of an older one is not taken for the newest. */
  readonly attempt: number;
  /** The view's mediaEpoch that the newest way in was begun for. */
  readonly epoch: number;
  /** Failures in a row. */
  readonly failures: number;
  /** `retrying` only: when to try again. */
  readonly retryAt: number | null;
  /** Media has been there once: from then on its absence is "reconnecting", not "connecting". */
  readonly wasJoined: boolean;
}

export type Tracks = Readonly<Record<TrackSource, LocalDevice>>;

/** What the media side says of a user (of this one, too: volume and quality). */
export interface RemoteMedia {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly volume: number;
  readonly quality: NetworkQuality;
  readonly frozen: boolean;
}

/** When the two stream-like callbacks were last made. */
export interface LastNotified {
  readonly volumesAt: number | null;
  /** The newest volumes told were all zero. */
  readonly silent: boolean;
  readonly networkAt: number | null;
}

export interface BackgroundCall {
  readonly view: CallView;
  readonly deadline: number | null;
  /**
   * `pending`: not told yet, shown when this device is free. `ringing`: told while this device was in
   * another call. `ignored`: the user sent its ring away here; its end is still told. `held`: this
   * device has the seat and talks in another call. `ended`: everything was told; only a new invitation
   * changes that.
   */
  readonly status: 'pending' | 'ringing' | 'ignored' | 'held' | 'ended';
  /** What is to be on as soon as the user talks in it here. */
  readonly tracks?: Tracks;
  /** `ringing`: the accept under way. */
  readonly commandId?: CommandId;
}

export interface RestoredCall {
  readonly callId: CallId;
  /** The version of the newest view whose events were told. */
  readonly version: number;
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface ActiveError {
  readonly scope: 'connection' | 'call' | 'media' | TrackSource;
  readonly error: ErrorShape;
}

export const DEVICE_OFF: LocalDevice = { wanted: false, on: false, pending: false, error: null };

export const NO_TRACKS: Tracks = { microphone: DEVICE_OFF, camera: DEVICE_OFF, screen: DEVICE_OFF };

export const NO_REMOTE_MEDIA: RemoteMedia = {
  microphone: false,
  camera: false,
  screen: false,
  volume: 0,
  quality: 'unknown',
  frozen: false,
};

export const INITIAL_STATE: EngineState = {
  account: null,
  connection: { status: 'off', error: null },
  server: { clockOffsetMs: null, syncRequestedAt: null, mediaUrl: '' },
  call: { phase: 'idle' },
  backgroundCalls: [],
  pendingTerminations: [],
  restored: [],
  restoredIgnored: [],
  missedSeq: null,
  pendingMissed: [],
  devices: { microphones: [], cameras: [], speakers: [] },
  audioBlocked: false,
  activeError: null,
};

/** Tracks that the user wants and that are not asked for yet. */
export function wantedTracks(microphone: boolean, camera: boolean): Tracks {
  return {
    microphone: { ...DEVICE_OFF, wanted: microphone },
    camera: { ...DEVICE_OFF, wanted: camera },
    screen: DEVICE_OFF,
  };
}

export function isActiveCall(call: CurrentCall): call is ActiveCall {
  return call.phase === 'outgoing' || call.phase === 'in-call';
}
