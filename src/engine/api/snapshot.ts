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
 * What a program or a component sees of the engine: one immutable value, made anew on each change
 * (`===` tells whether anything changed; unchanged parts keep their identity).
 *
 *     idle ─┬─ calls() ──► outgoing ──────┐
 *           └─ ring ─────► incoming ─ accept() ─► connecting ─► connected ◄─► reconnecting
 *                              │              │        │            │              │
 *     idle ◄── dismiss / 4 s ── ended ◄───────┴────────┴────────────┴──────────────┘
 */
export type Phase =
  | 'idle'
  | 'outgoing'
  | 'incoming'
  /** Answered (or the peer has); media is not there yet. */
  | 'connecting'
  | 'connected'
  /** This device's own signalling or media is gone for now; the call goes on. */
  | 'reconnecting'
  /** Shown for a moment: what happened, how long it took. Cleared by `dismiss()` or the next call. */
  | 'ended';

export interface CallSnapshot {
  readonly phase: Phase;
  /** null while idle, and while outgoing before the server has answered. */
  readonly callId: CallId | null;
  readonly role: Role | null;
  readonly mediaType: MediaType | null;
  readonly groupId: string;
  readonly isGroup: boolean;
  readonly callerId: UserId | null;
  /** Who rang us: the caller, or who invited us into a running call. */
  readonly inviterId: UserId | null;
  /** Everyone in the call, this user included, callers first. Empty while idle. */
  readonly members: readonly CallMember[];
  readonly userData: string;
  /** When the ring ends by itself, on the engine's clock in ms; null: no limit or not ringing. */
  readonly ringDeadline: number | null;
  /** When this user's part began, on the engine's clock in ms; null before. */
  readonly startedAt: number | null;
  /** Only in phase `ended`. */
  readonly ending: Ending | null;
  /** Rings while this device is in another call; the oldest, where several do. */
  readonly waiting: WaitingCall | null;
  /** Calls this device has a seat in and does not talk in, the newest last. */
  readonly held: readonly HeldCall[];
  /** The call this user is in on another session, while this one is free (nothing rings here). */
  readonly elsewhere: ElsewhereCall | null;

  readonly userId: UserId | null;
  readonly nickname: string;
  readonly avatar: string;
  readonly connection: ConnectionState;
  readonly microphone: LocalDevice;
  readonly camera: LocalDevice;
  readonly screen: LocalDevice;
  /** The browser keeps the others' sound back until `unlockAudio()` is called inside a tap. */
  readonly audioBlocked: boolean;
  readonly devices: DeviceList;
  /** The newest thing the user should be told, until dismissed or no longer true. */
  readonly error: ErrorShape | null;
}

/** A second caller. */
export interface WaitingCall {
  readonly callId: CallId;
  readonly callerId: UserId;
  /** Of the caller: the nickname, or the userId where there is none. */
  readonly name: string;
  readonly avatar: string;
  readonly mediaType: MediaType;
  readonly isGroup: boolean;
  readonly groupId: string;
  /** When the ring ends by itself, on the engine's clock in ms; null: no limit. */
  readonly ringDeadline: number | null;
}

export interface HeldCall {
  readonly callId: CallId;
  /** Of the others in it. */
  readonly name: string;
  readonly mediaType: MediaType;
}

export interface ElsewhereCall {
  readonly callId: CallId;
  /** Of the others in it. */
  readonly name: string;
  readonly mediaType: MediaType;
  readonly isGroup: boolean;
}

/** Why a call is over, for the words on the screen. */
export interface Ending {
  readonly reason: NotConnectedReason;
  /** Whose act it was; null: nobody's (time-out, server). */
  readonly byUserId: UserId | null;
  /** Ms this user was in the call; 0 when it never connected here. */
  readonly totalTimeMs: number;
  readonly connected: boolean;
}

export interface LocalDevice {
  /** What the user wants. */
  readonly wanted: boolean;
  /** What is true: a track runs and is sent. */
  readonly on: boolean;
  /** Between the wish and its truth. */
  readonly pending: boolean;
  readonly error: ErrorShape | null;
}

export interface CallMember {
  readonly userId: UserId;
  /** The nickname, or the userId where there is none. */
  readonly name: string;
  readonly avatar: string;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly isSelf: boolean;
  /** One of their devices rings ("Ringing…" instead of "Calling…"). */
  readonly alerted: boolean;
  readonly audioOn: boolean;
  readonly videoOn: boolean;
  readonly screenOn: boolean;
  /** 0–100. */
  readonly volume: number;
  readonly quality: NetworkQuality;
  /** Gone for now, expected back: signalling or media lost, or the picture stands still. */
  readonly reconnecting: boolean;
  /** Talks in another call for now: neither hears nor is heard here. */
  readonly held: boolean;
}

export interface DeviceList {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  /** Empty where the browser cannot choose. */
  readonly speakers: readonly DeviceChoice[];
}

export interface DeviceChoice {
  readonly deviceId: string;
  readonly label: string;
  readonly selected: boolean;
  /** The system's default, where the browser tells. */
  readonly isDefault: boolean;
}
