import type { MediaType } from './call.ts';
import type { CallId, CommandId, SessionId, UserId } from './ids.ts';
import type { PushTarget } from './push.ts';

/**
 * The commands of a client, sent as Socket.IO event `command` with an acknowledgement. The client
 * creates the `id` and repeats the command with the same id until the server acknowledges it. A
 * command takes effect once. See docs/contract.md, Commands.
 */
export type Command =
  | CallCommand
  | {
      /** Cancels a `call` or `join-group` command by its id, also before the server has received it. */
      readonly type: 'cancel';
      readonly id: CommandId;
      readonly callCommandId: CommandId;
    }
  | {
      /** Answers an invitation. */
      readonly type: 'accept';
      readonly id: CommandId;
      readonly callId: CallId;
      /** What happens to the call the user is in. Required only for a waiting call. */
      readonly currentCall?: CurrentCallAction;
    }
  /** Declines an invitation on all devices of the user. */
  | { readonly type: 'reject'; readonly id: CommandId; readonly callId: CallId }
  /** Leaves a call, or cancels it if it still rings. */
  | { readonly type: 'hangup'; readonly id: CommandId; readonly callId: CallId }
  | {
      /** Invites users into a call of which the sender is a joined member. */
      readonly type: 'invite';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly userIds: readonly UserId[];
      /** Seconds; 0 rings until the invitation is answered or cancelled. */
      readonly timeout: number;
    }
  /** Joins a running group call, or moves the user's seat from another session to this one. */
  | { readonly type: 'join'; readonly id: CommandId; readonly callId: CallId }
  /** Joins the live call of a group to which the user is proven to belong. */
  | { readonly type: 'join-group'; readonly id: CommandId; readonly groupId: string }
  | {
      /** Puts the user's participation on hold, or resumes it; resuming puts another call on hold. */
      readonly type: 'hold';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly on: boolean;
    }
  | {
      /** Changes the media type of the call for all members. */
      readonly type: 'switch-media-type';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly mediaType: MediaType;
    }
  | {
      /** Reports that this device rings, or that it cannot answer the ring. */
      readonly type: 'alerted';
      readonly id: CommandId;
      readonly callId: CallId;
      /**
       * `false`: the user has tried to answer and the browser has no WebRTC. Once all connected sessions of the
       * user have reported it, the ring ends with `no-response`.
       */
      readonly canAnswer?: false;
    }
  /** Requests a new token for the media room of a call in which this session holds the seat. */
  | { readonly type: 'media-access'; readonly id: CommandId; readonly callId: CallId }
  /** Reports that this session, which holds the seat, cannot connect to the media room. */
  | { readonly type: 'media-failed'; readonly id: CommandId; readonly callId: CallId }
  /** Reports how good the connection of this device to the media room was; the newest report counts. */
  | {
      readonly type: 'report-quality';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly quality: QualityReport;
    }
  | {
      /** Fetches all live calls of the user, the named calls in any state, and missed calls. */
      readonly type: 'sync';
      readonly id: CommandId;
      readonly knownCallIds: readonly CallId[];
      /** The highest `seq` this device has seen; null on a device without one. */
      readonly missedSince: number | null;
    }
  | {
      /** Fetches a page of the user's own list of ended calls, the newest first. */
      readonly type: 'recent-calls';
      readonly id: CommandId;
      /** The cursor of the previous page; null: the first page. */
      readonly cursor: string | null;
      /** Calls per page, 1 to `LIMITS.recentCalls`. */
      readonly limit: number;
    }
  | {
      /** Deletes calls from the user's own list; other members keep theirs. */
      readonly type: 'delete-recent-calls';
      readonly id: CommandId;
      readonly callIds: readonly CallId[];
    }
  /** Replaces the userSig of this session. */
  | { readonly type: 'renew-user-sig'; readonly id: CommandId; readonly userSig: string }
  | {
      /** Sets the profile of the user. */
      readonly type: 'set-self-info';
      readonly id: CommandId;
      readonly nickname: string;
      readonly avatar: string;
    }
  | {
      /** Registers a device that is notified of rings of this user, or removes it. */
      readonly type: 'set-push-target';
      readonly id: CommandId;
      readonly target: PushTarget;
      readonly on: boolean;
    };

/** What a device measured of its own connection to the media room of one call. */
export interface QualityReport {
  /** How long it measured. */
  readonly measuredMs: number;
  /** The part of that time in which the network quality was `poor` or worse. */
  readonly poorMs: number;
  /** How often media was interrupted, or the room entered again. */
  readonly reconnections: number;
  /** Average to the media server and back; null: not measured. */
  readonly roundTripMs: number | null;
  /** Average of the packets sent; null: not measured. */
  readonly lossPercent: number | null;
}

/** What happens to the current call when another is answered: `end` hangs it up, `hold` keeps it. */
export type CurrentCallAction = 'end' | 'hold';

/** Starts a call. */
export interface CallCommand {
  readonly type: 'call';
  readonly id: CommandId;
  readonly userIds: readonly UserId[];
  readonly mediaType: MediaType;
  /** '' starts a call without a group. */
  readonly groupId: string;
  /** Seconds; 0 rings until the call is answered or cancelled. */
  readonly timeout: number;
  /** Opaque data for the callees, at most `LIMITS.userDataBytes`. */
  readonly userData: string;
}

/** The `type` of a command. */
export type CommandType = Command['type'];
/** The command of a type. */
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** The handshake of a connection: protocol version and identity. */
export interface Handshake {
  /** `PROTOCOL_VERSION` of the client. */
  readonly protocol: number;
  /** The user to sign in; the server refuses the userSig of another user. */
  readonly userId: UserId;
  readonly userSig: string;
  readonly sessionId: SessionId;
}

/**
 * The body of the beacon that a closing page sends to `POST /v1/leave`. The server keeps the seats of
 * the session for 8 s and then releases them. The body is JSON with content type text/plain, because
 * `navigator.sendBeacon()` cannot set a header.
 */
export interface LeaveBeacon {
  readonly userId: UserId;
  readonly userSig: string;
  readonly sessionId: SessionId;
}
