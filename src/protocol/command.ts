import type { MediaType } from './call.ts';
import type { CallId, CommandId, SessionId, UserId } from './ids.ts';

/**
 * Everything a client may ask of the server, sent as socket.io event `command` with an
 * acknowledgement. Each carries an `id` made by the client: it is sent again with the same id until
 * it is answered, and takes effect once.
 */
export type Command =
  | CallCommand
  | {
      /** Takes a `call` or a `join-group` back by its own id: works before that was answered. */
      readonly type: 'cancel';
      readonly id: CommandId;
      readonly callCommandId: CommandId;
    }
  | {
      readonly type: 'accept';
      readonly id: CommandId;
      readonly callId: CallId;
      /** What becomes of the call the user is in: needed with call waiting only. */
      readonly currentCall?: CurrentCallAction;
    }
  | { readonly type: 'reject'; readonly id: CommandId; readonly callId: CallId }
  | { readonly type: 'hangup'; readonly id: CommandId; readonly callId: CallId }
  | {
      readonly type: 'invite';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly userIds: readonly UserId[];
      /** Seconds; 0 rings until answered or taken back. */
      readonly timeout: number;
    }
  /** Into a running call. From another session of who is in it already: moves the seat to this one. */
  | { readonly type: 'join'; readonly id: CommandId; readonly callId: CallId }
  /** Into the running call of a group to which the user is proven to belong. */
  | { readonly type: 'join-group'; readonly id: CommandId; readonly groupId: string }
  | {
      /** Puts the own part in a call on hold, or takes it up again; another call is then held instead. */
      readonly type: 'hold';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly on: boolean;
    }
  | {
      readonly type: 'switch-media-type';
      readonly id: CommandId;
      readonly callId: CallId;
      readonly mediaType: MediaType;
    }
  | {
      /** Says that this device rings. */
      readonly type: 'alerted';
      readonly id: CommandId;
      readonly callId: CallId;
    }
  | { readonly type: 'media-access'; readonly id: CommandId; readonly callId: CallId }
  | {
      /** Asks for all live calls of the user, the named calls whatever their state, and missed calls. */
      readonly type: 'sync';
      readonly id: CommandId;
      readonly knownCallIds: readonly CallId[];
      /** The highest `seq` this device has seen; null: none yet. */
      readonly missedSince: number | null;
    }
  | {
      /** A page of the user's own list of calls that are over, the newest first. */
      readonly type: 'recent-calls';
      readonly id: CommandId;
      /** What the page before gave; null: the first page. */
      readonly cursor: string | null;
      readonly limit: number;
    }
  | {
      /** Takes calls out of the user's own list only. */
      readonly type: 'delete-recent-calls';
      readonly id: CommandId;
      readonly callIds: readonly CallId[];
    }
  | { readonly type: 'renew-user-sig'; readonly id: CommandId; readonly userSig: string }
  | {
      readonly type: 'set-self-info';
      readonly id: CommandId;
      readonly nickname: string;
      readonly avatar: string;
    };

/** What becomes of a call for the sake of another: this user leaves it, or keeps the seat on hold. */
export type CurrentCallAction = 'end' | 'hold';

export interface CallCommand {
  readonly type: 'call';
  readonly id: CommandId;
  readonly userIds: readonly UserId[];
  readonly mediaType: MediaType;
  /** '' when it is not for a group. */
  readonly groupId: string;
  /** Seconds; 0 rings until answered or cancelled. */
  readonly timeout: number;
  readonly userData: string;
}

export type CommandType = Command['type'];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** Sent with the socket's handshake. */
export interface Handshake {
  readonly protocol: number;
  /** Who the client means to be; the userSig of another user is refused. */
  readonly userId: UserId;
  readonly userSig: string;
  readonly sessionId: SessionId;
}

/**
 * The body of the beacon a closing page sends to `POST /v1/leave` (text/plain JSON, since a beacon
 * can set no header): the server keeps this session's seats for 8 s, then gives them up.
 */
export interface LeaveBeacon {
  readonly userId: UserId;
  readonly userSig: string;
  readonly sessionId: SessionId;
}
