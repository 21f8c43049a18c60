import type { CallId, SessionId, UserId } from './ids.ts';

/** Calls and members as the server sends them. Only the server changes them: see docs/contract.md. */

/** The media of a call. `video` includes audio. */
export type MediaType = 'audio' | 'video';

/** `caller`: started the call. `callee`: was invited. */
export type Role = 'caller' | 'callee';

/**
 * The status of a member in one call. The table in docs/contract.md explains each value.
 *
 *     ringing ─┬─► joined ─┬─► left        hung up, or was joined when the call ended
 *              │           ├─► offline     lost signalling and media for longer than the grace time
 *              │           └─► removed     taken out by the server API
 *              ├─► rejected | no-response
 *              └─► cancelled               the call ended while the invitation was pending
 *     busy                                 was in another call when invited; never rang
 *
 * The caller is `joined` from the start.
 */
export type MemberStatus =
  | 'ringing'
  | 'joined'
  | 'left'
  | 'rejected'
  | 'busy'
  | 'no-response'
  | 'cancelled'
  | 'offline'
  | 'removed';

/** `ringing → active → ended`. A call is active from the moment the first callee joins. */
export type CallStatus = 'ringing' | 'active' | 'ended';

/** Why the server ended a call. The table in docs/contract.md gives the condition of each value. */
export type EndReason =
  'hangup' | 'cancelled' | 'rejected' | 'no-response' | 'line-busy' | 'offline' | 'ended-by-server';

/** One member as all members of the call see them. */
export interface MemberView {
  readonly userId: UserId;
  readonly nickname: string;
  /** An https URL, or ''. The server checks the URL, not the image behind it. */
  readonly avatar: string;
  readonly role: Role;
  readonly status: MemberStatus;
  /**
   * The call's version at which `status` was last set; orders the events of a call. The removal of a member who has
   * left sets `removed` and keeps the version at which they left.
   */
  readonly statusVersion: number;
  /** The user who invited this member; null for the caller. */
  readonly invitedBy: UserId | null;
  /** Identifies the newest invitation: the call's version at which it was made. */
  readonly invitedVersion: number;
  /** At least one of the member's devices has reported that it rings. */
  readonly alerted: boolean;
  /** Joined, with signalling or media missing; shown as reconnecting. */
  readonly away: boolean;
  /** Joined and on hold: the member keeps the seat and has left the media room. */
  readonly held: boolean;
  /** The back end has muted the member: the server lets them publish no audio (video, screen). Absent: it does. */
  readonly audioMuted?: true;
  readonly videoMuted?: true;
  /** Epoch ms of the server; null until the member joins an active call. */
  readonly joinedAt: number | null;
  /** Epoch ms of the server; null until the member's participation ends. */
  readonly leftAt: number | null;
}

/** The part of a view that concerns the session that receives it. */
export interface SelfView {
  readonly userId: UserId;
  /**
   * The session of the user that called, answered, rejected or joined: `this` session, an`other` one,
   * or `none` so far.
   */
  readonly session: 'this' | 'other' | 'none';
  /** Milliseconds left of this user's invitation at `serverNow`; null: not ringing, or no limit. */
  readonly ringRemainingMs: number | null;
}

/**
 * The server's whole state of one call, made for one session. The server pushes the whole view after
 * each change. A client ignores a view that is not newer than the one it has.
 */
export interface CallView {
  readonly callId: CallId;
  /** Counts the visible changes of the call. */
  readonly version: number;
  readonly status: CallStatus;
  readonly mediaType: MediaType;
  /** '' if the call was started without a group. */
  readonly groupId: string;
  /** More than one callee, a groupId, or a member invited later. Never becomes false again. */
  readonly isGroup: boolean;
  readonly callerId: UserId;
  /** The name of the LiveKit room; '' until this user has joined the call. */
  readonly roomId: string;
  /** Counts the media rooms of the call. All members join media again after a higher value. */
  readonly mediaEpoch: number;
  /** Opaque data of the caller. */
  readonly userData: string;
  readonly members: readonly MemberView[];
  readonly self: SelfView;
  /** Epoch ms of the server at which the view was made; shows the offset between the two clocks. */
  readonly serverNow: number;
  /** Epoch ms of the server. */
  readonly createdAt: number;
  /** Epoch ms of the server at which the call became active; null before. */
  readonly startedAt: number | null;
  /** Epoch ms of the server; null until the call ends. */
  readonly endedAt: number | null;
  /** null until the call ends. */
  readonly endReason: EndReason | null;
  /** The user whose action ended the call; null after a timeout, a loss or a server API request. */
  readonly endedBy: UserId | null;
}

/** Why an invitation ended without an answer; `removed`: the server API removed the callee. */
export type MissedReason =
  'no-response' | 'line-busy' | 'cancelled' | 'offline' | 'ended-by-server' | 'removed';

/** An invitation that ended without an answer on any of the user's sessions. */
export interface MissedCall {
  /** Increases with each missed call of the user. */
  readonly seq: number;
  readonly callId: CallId;
  readonly callerId: UserId;
  readonly callerNickname: string;
  readonly callerAvatar: string;
  readonly mediaType: MediaType;
  readonly groupId: string;
  readonly reason: MissedReason;
  /** Epoch ms of the server at which the invitation ended. */
  readonly at: number;
}

/**
 * The outcome of a call for the user whose list contains it.
 *
 * - `answered`: the user talked in it
 * - `missed`: incoming and not answered
 * - `rejected`: the callee declined
 * - `cancelled`: the caller cancelled
 * - `busy`: the callee was in another call
 * - `no-response`: the ring timed out
 */
export type RecentOutcome =
  'answered' | 'missed' | 'rejected' | 'cancelled' | 'busy' | 'no-response';

/** Another member of an ended call, with the profile of that time. */
export interface RecentPeer {
  readonly userId: UserId;
  readonly nickname: string;
  readonly avatar: string;
}

/** An entry in a user's own list of ended calls. */
export interface RecentCall {
  readonly callId: CallId;
  readonly direction: 'incoming' | 'outgoing';
  readonly mediaType: MediaType;
  readonly groupId: string;
  readonly isGroup: boolean;
  readonly outcome: RecentOutcome;
  readonly peers: readonly RecentPeer[];
  /** Epoch ms of the server at which the call first rang for this user. */
  readonly startedAt: number;
  /** Milliseconds this user was in the call; 0 if it never connected. */
  readonly durationMs: number;
}

/** URL and token with which a session enters the media room. Valid for 120 s; each join uses a new one. */
export interface MediaAccess {
  /** The WebSocket URL of the LiveKit server. */
  readonly url: string;
  /** A LiveKit access token. Secret. */
  readonly token: string;
}

/** Identifies a session of a user. */
export interface SessionIdentity {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}
