import type {
  CallId,
  ErrorShape,
  MediaType,
  MemberStatus,
  Role,
  UserId,
} from '../../protocol/index.ts';
import type { ConnectionState, NetworkQuality, NotConnectedReason } from './observer.ts';

/**
 * The phase of the call on the screen.
 *
 *     idle ─┬─ calls() ──► outgoing ──────┐
 *           └─ ring ─────► incoming ─ accept() ─► connecting ─► connected ◄─► reconnecting
 *                              │              │        │            │              │
 *     idle ◄── dismiss / 4 s ── ended ◄───────┴────────┴────────────┴──────────────┘
 */
export type Phase =
  /** No call. */
  | 'idle'
  /** This user calls; no callee has joined. */
  | 'outgoing'
  /** A call rings here. */
  | 'incoming'
  /** Answered by this user or by a callee; media has not connected yet. */
  | 'connecting'
  /** Media is connected. */
  | 'connected'
  /** This device has lost signalling or media; the call continues. */
  | 'reconnecting'
  /** The ended call is shown for 4 s, a missed or unanswered one for 10 s; `dismiss()` or the next call ends it. */
  | 'ended';

/**
 * The public state of the engine: one immutable value. Each change creates a new one; unchanged parts
 * keep their identity, so that `===` shows whether anything changed.
 */
export interface CallSnapshot {
  readonly phase: Phase;
  /** null while idle, and while outgoing until the server acknowledges the call. */
  readonly callId: CallId | null;
  /** The role of this user in the call; null while idle. */
  readonly role: Role | null;
  /** null while idle. */
  readonly mediaType: MediaType | null;
  /** '' if the call was started without a group. */
  readonly groupId: string;
  /** More than one callee, a group, or a member invited later. */
  readonly isGroup: boolean;
  /** The user who started the call; null while idle. */
  readonly callerId: UserId | null;
  /** The user who invited this user; null for the caller. */
  readonly inviterId: UserId | null;
  /** All members of the call, this user included; the caller first. Empty while idle. */
  readonly members: readonly CallMember[];
  /** The caller's data; ''. */
  readonly userData: string;
  /** When the ring ends, in ms on the engine's clock; null: no limit, or not ringing. */
  readonly ringDeadline: number | null;
  /** When this user's participation began, in ms on the engine's clock; null before. */
  readonly startedAt: number | null;
  /** How the call ended; only in phase `ended`. */
  readonly ending: Ending | null;
  /** The oldest call that rings while this device is in another call. */
  readonly waiting: WaitingCall | null;
  /** The calls on hold on this device, the newest last. */
  readonly held: readonly HeldCall[];
  /** The call that this user is in on another session; null while this device is in a call or rings. */
  readonly elsewhere: ElsewhereCall | null;

  /** The user who is signed in; null before `init()` and after `destroy()`. */
  readonly userId: UserId | null;
  readonly nickname: string;
  /** An https URL, or ''. */
  readonly avatar: string;
  readonly connection: ConnectionState;
  readonly microphone: LocalDevice;
  readonly camera: LocalDevice;
  readonly screen: LocalDevice;
  /** The browser blocks remote audio until `unlockAudio()` is called in a user gesture. */
  readonly audioBlocked: boolean;
  /** The devices of the browser as of the last `getDevices()` or device change. */
  readonly devices: DeviceList;
  /** The newest error to show, until it is dismissed or no longer applies. */
  readonly error: ErrorShape | null;
}

/** A call that rings while this device is in another call. */
export interface WaitingCall {
  readonly callId: CallId;
  readonly callerId: UserId;
  /** The caller's nickname, or the userId without one. */
  readonly name: string;
  /** The caller's avatar: an https URL, or ''. */
  readonly avatar: string;
  readonly mediaType: MediaType;
  readonly isGroup: boolean;
  readonly groupId: string;
  /** When the ring ends, in ms on the engine's clock; null: no limit. */
  readonly ringDeadline: number | null;
}

/** A call on hold on this device. */
export interface HeldCall {
  /** Id of the call. */
  readonly callId: CallId;
  /** The names of the other members who are joined or ringing. */
  readonly name: string;
  /** Media type of the call. */
  readonly mediaType: MediaType;
}

/** A call that this user is in on another session. */
export interface ElsewhereCall {
  /** Id of the call. */
  readonly callId: CallId;
  /** The names of the other members who are joined or ringing. */
  readonly name: string;
  /** Media type of the call. */
  readonly mediaType: MediaType;
  /** True if the call is a group call. */
  readonly isGroup: boolean;
}

/** How a call ended for this user. */
export interface Ending {
  readonly reason: NotConnectedReason;
  /** The user whose action ended it; null after a timeout, a loss or a server API request. */
  readonly byUserId: UserId | null;
  /** Milliseconds this user was in the call; 0 if it never connected here. */
  readonly totalTimeMs: number;
  /** Whether the call was connected on this device. */
  readonly connected: boolean;
}

/** Microphone, camera or screen of this device in the call. */
export interface LocalDevice {
  /** The user wants it on. */
  readonly wanted: boolean;
  /** A track runs and is sent. */
  readonly on: boolean;
  /** The track is being opened or closed. */
  readonly pending: boolean;
  /** Why the last attempt failed. */
  readonly error: ErrorShape | null;
}

/** A member of the call, this user included. */
export interface CallMember {
  readonly userId: UserId;
  /** The nickname, or the userId without one. */
  readonly name: string;
  /** An https URL, or ''. */
  readonly avatar: string;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly isSelf: boolean;
  /** At least one of the member's devices reports that it rings. */
  readonly alerted: boolean;
  readonly audioOn: boolean;
  readonly videoOn: boolean;
  readonly screenOn: boolean;
  /** 0 to 100. */
  readonly volume: number;
  readonly quality: NetworkQuality;
  /** Joined, with signalling or media missing, or with a frozen video. */
  readonly reconnecting: boolean;
  /** On hold: the member is in another call for now. */
  readonly held: boolean;
}

/** The media devices of the browser. */
export interface DeviceList {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  /** Empty if the browser cannot select a speaker. */
  readonly speakers: readonly DeviceChoice[];
}

/** One media device. */
export interface DeviceChoice {
  /** The id that the browser gave the device. */
  readonly deviceId: string;
  /** The name that the browser shows for it. */
  readonly label: string;
  readonly selected: boolean;
  /** True for the system's default device, if the browser reports it. */
  readonly isDefault: boolean;
}
