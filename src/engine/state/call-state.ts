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

/** Identifies an intent and its promise. The command that the intent causes has the same id. */
export type IntentId = CommandId;

/** The whole state of the engine: one immutable value. */
export interface EngineState {
  /** The user who is signed in; null before `init()` and after `destroy()`. */
  readonly account: Account | null;
  readonly connection: ServerConnection;
  readonly server: ServerInfo;
  /** The call on the screen. */
  readonly call: CurrentCall;
  /** The known calls that are not on the screen, the oldest first. */
  readonly backgroundCalls: readonly BackgroundCall[];
  /** Hang-ups, rejections and cancels that the server has not acknowledged. */
  readonly pendingTerminations: readonly PendingTermination[];
  /** Calls that were notified before a reload, the one on the screen first, until their view arrives. */
  readonly restored: readonly RestoredCall[];
  /** Calls that the user ignored before a reload, until their view arrives. */
  readonly restoredIgnored: readonly CallId[];
  /** The highest `seq` of a notified missed call; null: none. */
  readonly missedSeq: number | null;
  /** Missed calls that arrived before the result of the sync. */
  readonly pendingMissed: readonly MissedCall[];
  readonly devices: DeviceList;
  readonly audioBlocked: boolean;
  /** The newest error to show; null: none. */
  readonly activeError: ActiveError | null;
}

/** The user who is signed in. */
export interface Account {
  readonly userId: UserId;
  readonly nickname: string;
  readonly avatar: string;
  /** The profile of `init()` until it is sent after the sync; null fields stay as the server has them. */
  readonly pendingProfile: { readonly nickname: string | null; readonly avatar: string | null };
  /** `expiring`: the server sent the warning. `expired`: only a new userSig continues the session. */
  readonly userSig: 'valid' | 'expiring' | 'expired';
}

/**
 * The connection to the call server.
 *
 * - `off`: nobody is signed in, or the server refused or ended the session (`error`)
 * - `connecting`: the first connection; `intentId` is the pending `init()` or `renewUserSig()`
 * - `online`: the result of the `sync` after the (re)connect has been applied
 * - `lost`: the connection is lost and the socket reconnects
 *
 *     off ── init, renew ──► connecting ── sync ──► online ── lost ──► lost ── sync ──► online
 *      ▲                         │                    │                 │
 *      └──────── refused, kicked, destroyed ──────────┴─────────────────┘
 */
export type ServerConnection =
  | { readonly status: 'off'; readonly error: ErrorShape | null }
  | { readonly status: 'connecting'; readonly since: number; readonly intentId: IntentId | null }
  | { readonly status: 'online' }
  /** `noticed` becomes true after 1 s; a shorter loss is not shown. */
  | { readonly status: 'lost'; readonly since: number; readonly noticed: boolean };

/** What the engine knows about the server. */
export interface ServerInfo {
  /** The engine's clock minus the server's, as of the fastest message; null: not known. */
  readonly clockOffsetMs: number | null;
  /** When the newest sync was requested, on the engine's clock. Its result is not older. */
  readonly syncRequestedAt: number | null;
  /** The URL of the LiveKit server; '' until the server has sent it. */
  readonly mediaUrl: string;
  /** The public VAPID key of the server; '': it sends no Web Push. */
  readonly vapidKey: string;
}

/** The part of a call view that a dialing call already has. */
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

/** The call on the screen, by phase. transition.ts has the diagram. */
export type CurrentCall =
  Idle | DialingCall | IncomingCall | AnsweringCall | JoiningCall | ActiveCall | EndedCall;
export type CallPhase = CurrentCall['phase'];

/** No call. */
export interface Idle {
  readonly phase: 'idle';
}

/** The user has called; the server has not acknowledged the `call` command. */
export interface DialingCall {
  readonly phase: 'dialing';
  /** The `call` command. */
  readonly commandId: CommandId;
  readonly details: CallDetails;
  /** When the ring ends, on the engine's clock; null: no limit. */
  readonly deadline: number | null;
  readonly tracks: Tracks;
}

/** A call rings on the screen. */
export interface IncomingCall {
  readonly phase: 'incoming';
  readonly view: CallView;
  /** When the ring ends, on the engine's clock; null: no limit. */
  readonly deadline: number | null;
  /**
   * Tracks requested by an accept that timed out; null without one. The server may have processed the
   * accept, so declining must send `hangup`, not `reject`.
   */
  readonly unconfirmedTracks: Tracks | null;
}

/** The user has accepted; the server has not yet said which session holds the seat. */
export interface AnsweringCall {
  readonly phase: 'answering';
  readonly view: CallView;
  /** When the ring ends, on the engine's clock; null: no limit. */
  readonly deadline: number | null;
  /** The `accept` command. */
  readonly commandId: CommandId;
  /** The tracks to open once the server has given this session the seat. */
  readonly tracks: Tracks;
}

/** `join()` or `joinGroup()` was called; the server has not acknowledged the command. */
export interface JoiningCall {
  readonly phase: 'joining';
  /** null: the live call of a group. */
  readonly callId: CallId | null;
  /** The `join` or `join-group` command. */
  readonly commandId: CommandId;
  /** The tracks to open once the server has given this session the seat. */
  readonly tracks: Tracks;
}

/** This session holds the seat: of the caller while the call rings, of any member in an active call. */
export interface ActiveCall {
  readonly phase: 'outgoing' | 'in-call';
  readonly view: CallView;
  /** The end of the ring on the caller's screen, on the engine's clock. The server ends the call. */
  readonly deadline: number | null;
  /** When this user's participation began, on the engine's clock; null while the call is ringing. */
  readonly startedAt: number | null;
  readonly media: MediaStatus;
  readonly tracks: Tracks;
  /** Media by userId; this user included, for volume and quality. */
  readonly remotes: Readonly<Record<string, RemoteMedia>>;
  readonly lastNotified: LastNotified;
}

/** The ended call on the screen. */
export interface EndedCall {
  readonly phase: 'ended';
  readonly details: CallDetails;
  readonly ending: Ending;
  /** When it ended, on the engine's clock. */
  readonly at: number;
}

/**
 * The join of the media room, and of each room after it.
 *
 * - `awaiting-ack`: the acknowledgement of a pending command brings the media access
 * - `requesting-access`: a `media-access` command is pending
 * - `joining`: the media session enters the room
 * - `joined`: in the room
 * - `interrupted`: the media library restores the connection to the room
 * - `retrying`: waits until `retryAt` for the next attempt
 * - `suspended`: the page is closing; the join starts again if the page returns
 * - `failed`: the browser has no WebRTC; no further attempt
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
    | 'suspended'
    | 'failed';
  /** Numbers the attempts, so that the result of an older one is ignored. */
  readonly attempt: number;
  /** The `mediaEpoch` of the view for which the newest attempt began. */
  readonly epoch: number;
  /** Consecutive failed attempts. */
  readonly failures: number;
  /** `retrying`: when the next attempt begins, on the engine's clock; null otherwise. */
  readonly retryAt: number | null;
  /** Media was connected before: its absence is shown as `reconnecting`, not `connecting`. */
  readonly wasJoined: boolean;
  /** The error of the newest failed attempt; null: none failed since media was last connected. */
  readonly failure: ErrorShape | null;
  /** The absence of media in a connected call; null: media is connected, or has not been tried. */
  readonly absence: MediaAbsence | null;
}

/** Media is missing in a connected call. */
export interface MediaAbsence {
  /** When it began, on the engine's clock. */
  readonly since: number;
  /** The user has got the error, and the server the report. */
  readonly reported: boolean;
}

/** The local tracks by source. */
export type Tracks = Readonly<Record<TrackSource, LocalDevice>>;

/** The media of a user, as the media session reports it. */
export interface RemoteMedia {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  /** 0 to 100. */
  readonly volume: number;
  readonly quality: NetworkQuality;
  /** The video has shown no new frame for 3 s. */
  readonly frozen: boolean;
}

/** When the two periodic callbacks were last made, on the engine's clock; null: never. */
export interface LastNotified {
  readonly volumesAt: number | null;
  /** The newest notified volumes were all zero. */
  readonly silent: boolean;
  readonly networkAt: number | null;
}

/** A call that the engine knows and does not show. */
export interface BackgroundCall {
  readonly view: CallView;
  /** When its ring ends, on the engine's clock; null: no limit, or not ringing. */
  readonly deadline: number | null;
  /**
   * - `pending`: not notified; shown when this device is free, or notified as waiting in another call
   * - `ringing`: notified as waiting while this device is in another call
   * - `ignored`: the user ignored the ring here; its end is still notified
   * - `held`: on hold on this device
   * - `ended`: its end was notified, or need not be; only a new invitation changes the status
   */
  readonly status: 'pending' | 'ringing' | 'ignored' | 'held' | 'ended';
  /**
   * The tracks to open when the call is shown again. On a `ringing` call: the tracks of an accept that
   * is pending or timed out.
   */
  readonly tracks?: Tracks;
  /** The pending `accept` command of a `ringing` call. */
  readonly commandId?: CommandId;
}

/** A call that the page had notified before a reload. */
export interface RestoredCall {
  readonly callId: CallId;
  /** The version of the newest view whose notifications were made. */
  readonly version: number;
  /** The microphone was wanted on. */
  readonly microphone: boolean;
  /** The camera was wanted on. */
  readonly camera: boolean;
}

/** The error to show, and the scope whose recovery clears it. */
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
  server: { clockOffsetMs: null, syncRequestedAt: null, mediaUrl: '', vapidKey: '' },
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

/** Tracks that the user wants and that are not open yet. */
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
