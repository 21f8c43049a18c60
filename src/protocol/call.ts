import type { CallId, SessionId, UserId } from './ids.ts';

/** The nouns of the product: what a call is, as the server tells it. The server is the only writer. */

export type MediaType = 'audio' | 'video';
export type Role = 'caller' | 'callee';

/**
 * A member's part in one call:
 *
 *     ringing ─┬─► joined ─┬─► left        hung up, or the call ended while they were in it
 *              │           ├─► offline     signalling and media both gone past the grace time
 *              │           └─► removed     taken out by the server API
 *              ├─► rejected | busy | no-response
 *              └─► cancelled               the invitation was taken back
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

/** `ringing → active → ended`; active as soon as the first callee joins. */
export type CallStatus = 'ringing' | 'active' | 'ended';

export type EndReason =
  'hangup' | 'cancelled' | 'rejected' | 'no-response' | 'line-busy' | 'offline' | 'ended-by-server';

/** One member as every other member sees them. */
export interface MemberView {
  readonly userId: UserId;
  readonly nickname: string;
  /** An https URL, or ''. Already checked by the server; still untrusted as a picture. */
  readonly avatar: string;
  readonly role: Role;
  readonly status: MemberStatus;
  /** The call's version at which `status` was last set: the order of what happened. */
  readonly statusVersion: number;
  /** Who invited this member; null for the caller. */
  readonly invitedBy: UserId | null;
  /** The call's version at which the newest invitation was made. A higher one is a new invitation. */
  readonly invitedVersion: number;
  /** At least one of the member's devices has said that it rings ("Ringing…" instead of "Calling…"). */
  readonly alerted: boolean;
  /** Joined, but signalling or media is gone for now: shown as "reconnecting". */
  readonly away: boolean;
  /** Joined, but talking in another call for now: neither hears nor is heard here. */
  readonly held: boolean;
  /** Epoch ms of the server, or null while they have not joined an active call. */
  readonly joinedAt: number | null;
  /** Epoch ms of the server, or null while they are in the call. */
  readonly leftAt: number | null;
}

/** What the view says about the session it was made for. */
export interface SelfView {
  readonly userId: UserId;
  /**
   * Which of the user's sessions acts in this call: `this` one called or answered (or rejected) it,
   * an`other` one did, or `none` has yet.
   */
  readonly session: 'this' | 'other' | 'none';
  /** Ms left of this user's own invitation, counted by the server; null: not ringing, or no limit. */
  readonly ringRemainingMs: number | null;
}

/**
 * The server's whole truth about one call, made for one session. Pushed whole after each change; a
 * client ignores a view whose version is not above the one it has.
 */
export interface CallView {
  readonly callId: CallId;
  readonly version: number;
  readonly status: CallStatus;
  readonly mediaType: MediaType;
  /** '' when the call was not made for a group. */
  readonly groupId: string;
  /** More than one callee, or a groupId, or someone invited later. Never goes back to false. */
  readonly isGroup: boolean;
  readonly callerId: UserId;
  /** The media server's room name; '' until this user has joined the call. */
  readonly roomId: string;
  /** Raised when the media room had to be made anew: everyone joins media again. */
  readonly mediaEpoch: number;
  /** The caller's own payload, handed on as it was. */
  readonly userData: string;
  readonly members: readonly MemberView[];
  readonly self: SelfView;
  /** Epoch ms of the server at which the view was made: the client's offset to the server's clock. */
  readonly serverNow: number;
  readonly createdAt: number;
  /** When the call became active; null before. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  /** Whose act ended the call; null: nobody's (time-out, server). */
  readonly endedBy: UserId | null;
}

/** An invitation this user did not answer, on any session. `seq` rises per user. */
export interface MissedCall {
  readonly seq: number;
  readonly callId: CallId;
  readonly callerId: UserId;
  readonly callerNickname: string;
  readonly callerAvatar: string;
  readonly mediaType: MediaType;
  readonly groupId: string;
  readonly reason: 'no-response' | 'line-busy' | 'cancelled' | 'offline' | 'ended-by-server';
  /** Epoch ms of the server. */
  readonly at: number;
}

/** How a call ended for the one whose list it is in. */
export type RecentOutcome =
  'answered' | 'missed' | 'rejected' | 'cancelled' | 'busy' | 'no-response';

/** Another member of a call that is over, as they were shown in it. */
export interface RecentPeer {
  readonly userId: UserId;
  readonly nickname: string;
  readonly avatar: string;
}

/** One line of a user's own list of calls: a part in a call that is over. */
export interface RecentCall {
  readonly callId: CallId;
  readonly direction: 'incoming' | 'outgoing';
  readonly mediaType: MediaType;
  readonly groupId: string;
  readonly isGroup: boolean;
  readonly outcome: RecentOutcome;
  readonly peers: readonly RecentPeer[];
  /** Epoch ms of the server: when it rang first, for this user. */
  readonly startedAt: number;
  /** How long this user was in it; 0 when it never connected. */
  readonly durationMs: number;
}

/** What a joined session needs to enter the media room. Lives 120 s; asked for anew at each join. */
export interface MediaAccess {
  readonly url: string;
  readonly token: string;
}

/** How a session of a user is named towards the server. */
export interface SessionIdentity {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}
